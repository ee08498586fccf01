import { expect, test } from "vitest";
import bin from "../../../devices/waste-bin.ts";
import { startIncidents } from "../../../simulators/incidents.ts";
import { createRandom } from "../../../simulators/random.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

test("devices get into trouble that their installation can have, and out of it again", () => {
  const clock = createFakeClock();
  const happened: string[] = [];
  const devices = Array.from({ length: 20 }, (_, i) => ({
    id: `bin-${i}`,
    kind: bin,
    facts: { wasteClass: "food" },
  }));
  const stop = startIncidents({
    clock,
    random: createRandom("trouble"),
    everyMs: 1_000,
    fireEveryMs: 60_000,
    lastsMs: 5_000,
    devices,
    provoke: (id, condition) => happened.push(`${id} ${condition}`),
  });
  clock.advance(200_000);
  stop();
  const troubles = happened.filter((one) => !one.endsWith(" normal"));
  expect(troubles.length).toBeGreaterThan(100);
  expect(troubles.filter((one) => one.endsWith(" fire")).length).toBe(4);
  expect(troubles.filter((one) => one.endsWith(" hazardous-full"))).toEqual([]);
  expect(troubles.filter((one) => one.endsWith(" offline"))).toEqual([]);
  const count = happened.length;
  expect(count - troubles.length).toBeGreaterThan(troubles.length - 6);
  clock.advance(60_000);
  expect(happened).toHaveLength(count);
});
