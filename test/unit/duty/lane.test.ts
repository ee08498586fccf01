import { expect, test } from "vitest";
import { loadCatalogue } from "../../../devices/kit/catalogue.ts";
import { createAddedAlerts } from "../../../gateway/alert/added.ts";
import type { DutyCheck } from "../../../gateway/duty/contract.ts";
import { createDutyLane } from "../../../gateway/duty-checks.ts";
import type { DutyCheckStep, KnownDevice } from "../../../gateway/types.ts";
import { aKnown } from "../../support/gb26875.ts";
import { aLog } from "../state/support.ts";
import { someDuty } from "./support.ts";

const catalogue = await loadCatalogue();
const check = { id: "c-1", site: "xinfa", crew: "east", crewName: "东区", askedAt: 1_000, onDuty: [] };
const step = { id: "s-1", check: "c-1", step: "asked", site: "xinfa", crew: "east", at: 1_000 } as const;

/** A lane whose crew has a station of a kind; what is sent, told and answered is kept. */
function aLane(kind: string, parts: { tell?: () => void } = {}) {
  const { duty } = someDuty();
  duty.crews.add("xinfa", { id: "east", name: "东区", station: "station-1" });
  const station = aKnown(catalogue.get(kind)!, "station-1");
  const sent: object[] = [];
  const answered: object[] = [];
  const log = aLog();
  let ids = 0;
  const lane = createDutyLane({
    ...{ duty, log, tell: parts.tell ?? (() => {}) },
    watch: {
      after: () => ({ ...check, state: "open" }) as unknown as DutyCheck,
      ofCrew: () => ({ ...check, state: "open" }) as unknown as DutyCheck,
      answer(id, who) {
        answered.push({ id, ...who });
        return { ...step, step: "answered" };
      },
    },
    registry: {
      device: (name) => (name === station.device ? station : undefined),
      deviceAt: () => station,
      site: () => undefined,
    },
    judge: { hasten: () => undefined },
    added: createAddedAlerts({
      clock: { now: () => 2_000 },
      newId: () => `n-${++ids}`,
      standing: { raised: [] },
    }),
    send: (order) => {
      sent.push(order);
      return Promise.resolve();
    },
  });
  return { lane, station, sent, answered, log };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const said = (station: KnownDevice, at: number, quality: "good" | "simulated" = "good") =>
  ({ event: station.definition.dutyCheck?.answered, quality, at }) as const;

test("a station is asked for as long as there is time, by who asked; one that cannot keep it for its own time", async () => {
  const { lane, sent } = aLane("micro-fire-station");
  lane.follow({ ...step, due: 121_000, by: "office" } satisfies DutyCheckStep);
  lane.follow({ ...step, due: 3_601_000 });
  expect(sent).toEqual([]);
  await turn();
  expect(sent).toEqual([
    {
      ...{ device: "xinfa/micro-fire-station/station-1", name: "duty-check", args: { answerS: 120 } },
      ...{ by: "office", maxAgeMs: 60_000 },
    },
    expect.objectContaining({ args: { answerS: 600 }, by: "duty-check" }),
  ]);
});

test("a device that cannot sound is not asked, and carries the alert all the same, once", async () => {
  const { lane, sent } = aLane("fire-detector");
  lane.follow({ ...step, due: 601_000 });
  await turn();
  expect(sent).toEqual([]);
  const raised = lane.follow({ ...step, step: "missed" });
  expect(raised).toMatchObject([
    {
      step: "raised",
      rule: "duty-check-unanswered",
      severity: "major",
      device: "xinfa/fire-detector/station-1",
    },
  ]);
  expect(lane.follow({ ...step, step: "missed" })).toEqual([]);
  expect(lane.follow({ ...step, step: "answered" })).toMatchObject([
    { step: "cleared", alert: raised[0]?.alert },
  ]);
});

test("what a station said before it was asked, or in a replay, answers nothing", () => {
  const { lane, station, answered } = aLane("micro-fire-station");
  expect(lane.heard(station, said(station, 999))).toEqual([]);
  expect(lane.heard(station, said(station, 5_000, "simulated"))).toEqual([]);
  expect(lane.heard(station, { ...said(station, 5_000), event: "sos" })).toEqual([]);
  expect(answered).toEqual([]);
  expect(lane.heard(station, said(station, 1_000))).toHaveLength(1);
  expect(answered).toEqual([{ id: "c-1", device: station.device }]);
});

test("people who cannot be told stop nobody", async () => {
  const { lane, log, sent } = aLane("micro-fire-station", {
    tell() {
      throw new Error("no way out");
    },
  });
  lane.follow({ ...step, due: 601_000 });
  await turn();
  expect(sent).toHaveLength(1);
  expect(log.lines).toMatchObject([{ level: "warn", facts: { reason: "no way out" } }]);
});
