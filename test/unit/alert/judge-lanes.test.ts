import { expect, test } from "vitest";
import { aBench, above, aRule, onEvent, stepsOf } from "./makers.ts";

const simulated = { quality: "simulated" } as const;

test("a real fire is raised while a simulated one is open, and neither ends the other", () => {
  const bench = aBench([aRule({ fire: true, severity: "critical" })]);
  const [drill] = bench.send({ t: 60 }, simulated);
  expect(drill).toMatchObject({ step: "raised", simulated: true });
  const [fire] = bench.send({ t: 60 });
  expect(fire).toMatchObject({ step: "raised" });
  expect(fire).not.toHaveProperty("simulated");
  expect(fire!.alert).not.toBe(drill!.alert);
  expect(bench.send({ t: 20 }, simulated)).toMatchObject([
    { step: "cleared", alert: drill!.alert, simulated: true },
  ]);
  expect(bench.send({ t: 20 })).toMatchObject([{ step: "cleared", alert: fire!.alert }]);
});

test("a drill is not remembered by the rules of what is real", () => {
  const check = ({ memory }: { memory: number[] }) =>
    (memory.push(1) >= 2 ? "raise" : "keep") as "raise" | "keep";
  const bench = aBench([aRule({ check, holdForMs: () => 1_000 })]);
  bench.send({}, simulated);
  expect(bench.send({})).toEqual([]);
  expect(bench.send({}, simulated)).toMatchObject([{ step: "pending", simulated: true }]);
  expect(bench.send({})).toMatchObject([{ step: "pending" }]);
  bench.clock.advance(1_000);
  const changes = bench.judge.due(bench.clock.now());
  expect(changes.map(({ step, simulated = false }) => [step, simulated])).toEqual([
    ["raised", false],
    ["raised", true],
  ]);
});

test("a late reading raises fires and what is critical, nothing else", () => {
  const bench = aBench([
    aRule({ id: "fire", fire: true, severity: "major" }),
    aRule({ id: "sos", severity: "critical", check: onEvent("sos") }),
    aRule({ id: "exit", severityFor: ({ exit }) => (exit === true ? "critical" : "minor") }),
    aRule({ id: "plain" }),
  ]);
  bench.send({ t: 20 });
  expect(stepsOf(bench.send({ t: 60 }, { late: true, event: "sos" }))).toEqual(["fire raised", "sos raised"]);
  bench.device = { ...bench.device, facts: { exit: true } };
  expect(stepsOf(bench.send({ t: 60 }, { late: true }))).toEqual(["exit raised"]);
});

test("a late reading never ends what the present says, and nothing is remembered of it", () => {
  const remembers = above("t");
  const rule = aRule({
    severity: "critical",
    check: (input) => {
      input.memory.push(1);
      return remembers(input);
    },
  });
  const bench = aBench([rule]);
  bench.send({ t: 60 });
  expect(bench.send({ t: 20 }, { late: true })).toEqual([]);
  expect(bench.memory.hot).toEqual([1]);
  expect(stepsOf(bench.send({ t: 20 }))).toEqual(["hot cleared"]);
});

test("whether a reading would alarm is told without a trace", () => {
  const check = above("t");
  const bench = aBench([
    aRule({
      fire: true,
      check: (input) => {
        input.memory.push(1);
        return check(input);
      },
    }),
  ]);
  const reading = { device: bench.device.device, stream: "telemetry", event: undefined } as const;
  const would = (t: number) =>
    bench.judge.wouldAlarm(
      bench.device,
      { ...reading, at: 1, ts: 1, quality: "suspect", values: { t } },
      { t: 20 },
      bench.memory,
    );
  expect([would(60), would(20)]).toEqual([true, false]);
  expect(bench.memory).toEqual({});
  expect(bench.phases.of(bench.device.device)).toBeUndefined();
  const minor = aBench([aRule()]);
  expect(
    minor.judge.wouldAlarm(
      minor.device,
      { ...reading, at: 1, ts: 1, quality: "suspect", values: { t: 60 } },
      {},
      {},
    ),
  ).toBe(false);
});
