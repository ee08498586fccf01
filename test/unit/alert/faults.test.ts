import { expect, test } from "vitest";
import { faultOf, faultTable } from "../../../gateway/alert/fault-table.ts";
import { createFaults } from "../../../gateway/alert/faults.ts";
import { foldChange } from "../../../gateway/alert/fold.ts";
import type { Change } from "../../../gateway/types.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { countingIds, stepsOf } from "./makers.ts";

const holdMs = 10_000;

function someFaults(before: readonly Change[] = []) {
  const reported: Change[] = [];
  const report = async (changes: readonly Change[]) => void reported.push(...changes);
  const raised = before.map((change) => foldChange(undefined, change)!);
  const clock = createFakeClock();
  const newId = countingIds();
  const settings = { holdMs };
  const faults = createFaults({ report, clock, newId, settings, standing: { raised } });
  return { reported, faults, quietFor: (ms: number) => clock.advance(ms) };
}

test("a fault is raised once and cleared once, on the gateway's own device", async () => {
  const { faults, reported, quietFor } = someFaults();
  await faults.set("disk-full", false, "was never full");
  await faults.set("disk-full", true, "0 bytes left");
  await faults.set("disk-full", true, "still 0 bytes left");
  expect(reported).toMatchObject([
    {
      step: "raised",
      device: "gateway/gateway/self",
      rule: "disk-full",
      severity: "critical",
      reason: "0 bytes left",
    },
  ]);
  await faults.set("disk-full", false, "space returned");
  await faults.set("disk-full", false, "space returned");
  quietFor(holdMs);
  expect(stepsOf(reported)).toEqual(["disk-full raised", "disk-full cleared"]);
  expect(reported[1]!.alert).toBe(reported[0]!.alert);
  await faults.set("disk-full", true, "again");
  expect(reported[2]!.alert).not.toBe(reported[0]!.alert);
});

test("a fault that comes and goes is one alert, which ends when it has not shown for a while", async () => {
  const { faults, reported, quietFor } = someFaults();
  for (let n = 0; n < 100; n++) {
    await faults.set("write-failed", true, "EIO");
    quietFor(holdMs / 2);
    await faults.set("write-failed", false, "written again");
    quietFor(holdMs - 1);
  }
  expect(stepsOf(reported)).toEqual(["write-failed raised"]);
  quietFor(1);
  expect(stepsOf(reported)).toEqual(["write-failed raised", "write-failed cleared"]);
});

test("a fault that a person resolved while its end was waiting is not cleared as well", async () => {
  const { faults, reported, quietFor } = someFaults();
  await faults.set("write-failed", true, "EIO");
  await faults.set("write-failed", false, "written again");
  faults.follow({ ...reported[0]!, step: "resolved", by: "li" });
  quietFor(holdMs);
  expect(reported).toHaveLength(1);
  await faults.set("write-failed", true, "EIO again");
  expect(stepsOf(reported)).toEqual(["write-failed raised", "write-failed raised"]);
});

test("what was lost stays until a person resolves it", async () => {
  const { faults, reported } = someFaults();
  await faults.set("frame-damaged", true, "records 4 to 9");
  await faults.set("frame-damaged", false, "mended");
  await faults.settle();
  expect(reported).toHaveLength(1);
  faults.follow({ ...reported[0]!, step: "resolved", by: "li" });
  await faults.set("frame-damaged", true, "records 20 to 22");
  expect(reported).toHaveLength(2);
});

test("a fault of the last run is not raised twice, and cleared when it did not show again", async () => {
  const first = someFaults();
  await first.faults.set("disk-full", true, "full");
  await first.faults.set("view-failed", true, "behind");
  await first.faults.set("segment-missing", true, "gone");
  const { faults, reported } = someFaults(first.reported);
  await faults.set("disk-full", true, "still full");
  expect(reported).toEqual([]);
  await faults.settle();
  expect(reported).toMatchObject([{ rule: "view-failed", step: "cleared", alert: first.reported[1]!.alert }]);
});

test("a resolve of another alert or device does not make a fault forgotten", async () => {
  const { faults, reported } = someFaults();
  await faults.set("disk-full", true, "full");
  faults.follow({ ...reported[0]!, step: "resolved", alert: "other" });
  faults.follow({ ...reported[0]!, step: "resolved", device: "site/oven/d1" });
  faults.follow({ ...reported[0]!, step: "acknowledged" });
  await faults.set("disk-full", true, "full");
  expect(reported).toHaveLength(1);
});

test("every fault has words in both languages", () => {
  for (const [name, { title, advice }] of Object.entries(faultTable)) {
    for (const text of [title, advice]) {
      expect(text.zh).toMatch(/\p{Script=Han}/u);
      expect(text.en).toMatch(/^[A-Z]/);
    }
    expect(faultOf(name)?.title).toEqual(title);
  }
});

test("an alert of a device that has the name of a fault is none of ours", async () => {
  const first = someFaults();
  await first.faults.set("disk-full", true, "full");
  const { faults, reported } = someFaults([{ ...first.reported[0]!, device: "site/oven/d1" }]);
  await faults.settle();
  expect(reported).toEqual([]);
});
