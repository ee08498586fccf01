import { expect, test } from "vitest";
import type { Change } from "../../../gateway/types.ts";
import { aBench, aRule, onEvent, stepsOf } from "./makers.ts";

type Bench = ReturnType<typeof aBench>;

function resolve({ judge, clock }: Bench, raised: Change): void {
  const { reason: _, values: __, ...owner } = raised;
  judge.follow({ ...owner, id: `${raised.id}-resolved`, step: "resolved", at: clock.now(), by: "li" });
}

function acknowledge({ judge, clock }: Bench, raised: Change): void {
  const { reason: _, values: __, ...owner } = raised;
  judge.follow({ ...owner, id: `${raised.id}-seen`, step: "acknowledged", at: clock.now(), by: "li" });
}

test("a resolved alert whose condition still holds is not raised again before it ended once", () => {
  const bench = aBench([aRule()]);
  resolve(bench, bench.send({ t: 60 })[0]!);
  expect(bench.send({ t: 61 })).toEqual([]);
  expect(stepsOf(bench.send({ t: 20 }))).toEqual(["hot dropped"]);
  expect(bench.send({ t: 20 })).toEqual([]);
  expect(stepsOf(bench.send({ t: 60 }))).toEqual(["hot raised"]);
});

test("a resolved alert whose condition holds for an hour is raised again", () => {
  const bench = aBench([aRule()]);
  resolve(bench, bench.send({ t: 60 })[0]!);
  bench.clock.advance(3_599_999);
  expect([...bench.judge.due(bench.clock.now()), ...bench.send({ t: 60 })]).toEqual([]);
  bench.clock.advance(1);
  expect(bench.judge.due(bench.clock.now())).toEqual([]);
  expect(stepsOf(bench.send({ t: 60 }))).toEqual(["hot raised"]);
});

test("a resolved critical alert is raised again by the next reading that says so", () => {
  const bench = aBench([aRule({ severity: "critical", latched: true })]);
  const [first] = bench.send({ t: 60 });
  resolve(bench, first!);
  const [second] = bench.send({ t: 60 });
  expect(second).toMatchObject({ step: "raised" });
  expect(second!.alert).not.toBe(first!.alert);
});

test("what happens again after a resolve is a new alert at once", () => {
  for (const rule of [aRule({ check: onEvent("smash"), clearAfterMs: 60_000 })]) {
    const bench = aBench([rule]);
    resolve(bench, bench.send({}, { event: "smash" })[0]!);
    expect(stepsOf(bench.send({}, { event: "smash" }))).toEqual(["hot raised"]);
  }
  const latched = aBench([aRule({ check: onEvent("smash"), latched: true })]);
  resolve(latched, latched.send({}, { event: "smash" })[0]!);
  expect(stepsOf(latched.send({}, { event: "smash" }))).toEqual(["hot dropped", "hot raised"]);
});

test("what happens again after somebody acknowledged it is a new alert, if it is critical", () => {
  for (const more of [{ latched: true as const }, { clearAfterMs: 3_600_000 }]) {
    const bench = aBench([aRule({ check: onEvent("smash"), severity: "critical", ...more })]);
    const [first] = bench.send({}, { event: "smash" });
    expect(bench.send({}, { event: "smash" })).toEqual([]);
    acknowledge(bench, first!);
    expect(bench.send({ t: 20 })).toEqual([]);
    const changes = bench.send({}, { event: "smash" });
    expect(stepsOf(changes)).toEqual(["hot cleared", "hot raised"]);
    expect(changes[0]).toMatchObject({ alert: first!.alert, reason: "happened again" });
    expect(changes[1]!.alert).not.toBe(first!.alert);
    expect(bench.send({}, { event: "smash" })).toEqual([]);
  }
  const minor = aBench([aRule({ check: onEvent("smash"), latched: true })]);
  acknowledge(minor, minor.send({}, { event: "smash" })[0]!);
  expect(minor.send({}, { event: "smash" })).toEqual([]);
});

test("a critical state that lasts is the same alert after it was acknowledged", () => {
  const bench = aBench([aRule({ severity: "critical", clearAfterMs: 60_000 })]);
  acknowledge(bench, bench.send({ t: 60 })[0]!);
  bench.clock.advance(40_000);
  expect(bench.send({ t: 61 }, { event: "hotter" })).toEqual([]);
  bench.clock.advance(40_000);
  expect(bench.judge.due(bench.clock.now())).toEqual([]);
});

test("another event while the resolved condition holds changes nothing", () => {
  const bench = aBench([aRule()]);
  resolve(bench, bench.send({ t: 60 })[0]!);
  expect(bench.send({}, { event: "passage" })).toEqual([]);
});

test("a resolve that comes after the alert cleared by itself changes nothing", () => {
  const bench = aBench([aRule()]);
  const [first] = bench.send({ t: 60 });
  bench.send({ t: 20 });
  resolve(bench, first!);
  const [second] = bench.send({ t: 60 });
  expect(second).toMatchObject({ step: "raised" });
  resolve(bench, first!);
  expect(stepsOf(bench.send({ t: 20 }))).toEqual(["hot cleared"]);
});

test("the judge's own changes may be followed after their commit without harm", () => {
  const bench = aBench([aRule()]);
  const raised = bench.send({ t: 60 });
  const cleared = bench.send({ t: 20 });
  for (const change of [...raised, ...cleared]) bench.judge.follow(change);
  expect(stepsOf(bench.send({ t: 60 }))).toEqual(["hot raised"]);
  for (const change of [...raised, ...cleared]) bench.judge.follow(change);
  expect(stepsOf(bench.send({ t: 20 }))).toEqual(["hot cleared"]);
});

test("a removed device leaves nothing open", () => {
  const bench = aBench([
    aRule({ id: "raised" }),
    aRule({ id: "pending", holdForMs: () => 60_000 }),
    aRule({ id: "resolved" }),
  ]);
  const changes = bench.send({ t: 60 });
  resolve(bench, changes[2]!);
  bench.isKnown = false;
  const over = bench.judge.forget(bench.device);
  expect(stepsOf(over)).toEqual(["raised cleared", "pending dropped", "resolved dropped"]);
  expect(over[0]).toMatchObject({ reason: "device removed", alert: changes[0]!.alert });
  bench.clock.advance(100_000_000);
  expect(bench.judge.due(bench.clock.now())).toEqual([]);
});

test("a device that is still there loses only what belonged to rules it lost", () => {
  const [kept, lost] = [aRule({ id: "kept" }), aRule({ id: "lost" })];
  const bench = aBench([kept, lost]);
  bench.send({ t: 60 });
  bench.device = { ...bench.device, definition: { ...bench.device.definition, rules: [kept] } };
  expect(bench.judge.forget(bench.device)).toMatchObject([
    { rule: "lost", step: "cleared", reason: "rule removed" },
  ]);
  expect(stepsOf(bench.send({ t: 20 }))).toEqual(["kept cleared"]);
});

test("one event that happened again is seen by every rule", () => {
  const latched = { check: onEvent("smash"), latched: true } as const;
  const bench = aBench([aRule({ id: "a", ...latched }), aRule({ id: "b", ...latched })]);
  for (const raised of bench.send({}, { event: "smash" })) resolve(bench, raised);
  const steps = stepsOf(bench.send({}, { event: "smash" }));
  expect(steps).toEqual(["a dropped", "a raised", "b dropped", "b raised"]);
});
