import { expect, test } from "vitest";
import { person } from "../../../devices/kit/fields.ts";
import { aBench, above, aRule, onEvent, stepsOf } from "./makers.ts";

test("between its thresholds an alert stays as it is", () => {
  const bench = aBench([aRule()]);
  expect(bench.send({ t: 48 })).toEqual([]);
  const [raised] = bench.send({ t: 51 });
  expect(raised).toMatchObject({ step: "raised", rule: "hot", severity: "minor", values: { t: 51 } });
  expect(bench.send({ t: 48 })).toEqual([]);
  expect(bench.send({ t: 60 })).toEqual([]);
  expect(bench.send({ t: 45 })).toMatchObject([{ step: "cleared", alert: raised!.alert, values: { t: 45 } }]);
  expect(bench.send({ t: 45 })).toEqual([]);
});

test("a reading that changes nothing answers with one shared frozen list", () => {
  const bench = aBench([aRule()]);
  const first = bench.send({ t: 1 });
  expect(bench.send({ t: 2 })).toBe(first);
  expect(Object.isFrozen(first)).toBe(true);
  bench.send({ t: 60 });
  expect(bench.send({ t: 61 })).toBe(first);
  expect(bench.judge.due(bench.clock.now())).toBe(first);
});

test("values of the alert are those of its moment, not what comes later", () => {
  const bench = aBench([aRule()]);
  const [raised] = bench.send({ t: 60 });
  bench.send({ t: 90 });
  expect(raised!.values).toEqual({ t: 60 });
});

test("a condition that ends a millisecond before its hold is over was never an alert", () => {
  const bench = aBench([aRule({ holdForMs: () => 60_000 })]);
  const start = bench.clock.now();
  expect(bench.send({ t: 60 })).toMatchObject([{ step: "pending", at: start, due: start + 60_000 }]);
  bench.clock.advance(59_999);
  expect(bench.judge.due(bench.clock.now())).toEqual([]);
  expect(stepsOf(bench.send({ t: 20 }))).toEqual(["hot dropped"]);
  bench.clock.advance(10);
  expect(bench.judge.due(bench.clock.now())).toEqual([]);
});

test("a condition that ends in the millisecond of its hold was an alert, whoever looks first", () => {
  for (const look of ["reading", "time"]) {
    const bench = aBench([aRule({ holdForMs: () => 60_000 })]);
    const due = bench.clock.now() + 60_000;
    const [pending] = bench.send({ t: 60 });
    bench.clock.advance(60_000);
    const first = look === "time" ? bench.judge.due(bench.clock.now()) : [];
    const changes = [...first, ...bench.send({ t: 20 })];
    expect(stepsOf(changes)).toEqual(["hot raised", "hot cleared"]);
    expect(changes[0]).toMatchObject({ alert: pending!.alert, at: due, values: { t: 60 } });
  }
});

test("a hold that fell due while nobody looked is raised at its own moment", () => {
  const bench = aBench([aRule({ holdForMs: () => 60_000 })]);
  const due = bench.clock.now() + 60_000;
  bench.send({ t: 60 });
  bench.clock.advance(3_600_000);
  expect(bench.judge.due(bench.clock.now())).toMatchObject([{ step: "raised", at: due }]);
});

test("a rule that asks for the same time again and again is due all the same", () => {
  const bench = aBench([aRule({ holdForMs: () => 60_000 })]);
  bench.send({ t: 60 });
  for (let i = 0; i < 5; i++) {
    bench.clock.advance(10_000);
    expect(bench.send({ t: 60 })).toEqual([]);
  }
  bench.clock.advance(10_000);
  expect(stepsOf(bench.send({ t: 60 }))).toEqual(["hot raised"]);
});

test("a rule that asks for less time while it waits gets it, journalled", () => {
  const holdForMs = ({ values }: { values: { hold?: unknown } }) => Number(values.hold);
  const bench = aBench([aRule({ holdForMs })]);
  const start = bench.clock.now();
  bench.send({ t: 60, hold: 600_000 });
  bench.clock.advance(1_000);
  expect(bench.send({ hold: 100_000 })).toMatchObject([{ step: "pending", at: start, due: start + 101_000 }]);
  bench.clock.advance(1_000);
  expect(bench.send({ hold: 98_500 })).toEqual([]);
  expect(bench.send({ hold: 0 })).toMatchObject([{ step: "raised", at: start + 2_000 }]);
});

test("a limit that a person changes counts from the next reading on, for what waits as well", () => {
  const rule = aRule({
    limits: { ...aRule().limits, holdS: { value: 300, unit: "s", title: { zh: "", en: "" } } },
    holdForMs: ({ limits }) => limits.holdS! * 1_000,
  });
  const bench = aBench([rule]);
  const start = bench.clock.now();
  const override = (limits: object) => {
    bench.device = { ...bench.device, limits: { hot: { ...bench.device.limits.hot, ...limits } } };
  };
  bench.send({ t: 60 });
  override({ holdS: 400 });
  expect(bench.send({})).toMatchObject([{ step: "pending", due: start + 400_000 }]);
  override({ holdS: 100 });
  bench.clock.advance(10_000);
  expect(bench.send({})).toMatchObject([{ step: "pending", due: start + 100_000 }]);
  override({ above: 70, clear: 65 });
  expect(stepsOf(bench.send({}))).toEqual(["hot dropped"]);
  override({ above: 55, holdS: 0 });
  expect(stepsOf(bench.send({}))).toEqual(["hot raised"]);
});

test("a rule without a deadline waits for nothing, one that cannot tell its deadline raises at once", () => {
  let hold = Number.POSITIVE_INFINITY;
  const bench = aBench([aRule({ holdForMs: () => hold })]);
  expect(bench.send({ t: 60 })).toEqual([]);
  hold = Number.NaN;
  expect(stepsOf(bench.send({}))).toEqual(["hot raised"]);
  expect(bench.logged).toHaveLength(1);
});

test("limits that a person changes raise nothing early when the reading sets no deadline", () => {
  let hold = 60_000;
  const bench = aBench([aRule({ holdForMs: () => hold })]);
  const due = bench.clock.now() + hold;
  bench.send({ t: 60 });
  bench.device = { ...bench.device, limits: { hot: { ...bench.device.limits.hot, above: 51 } } };
  hold = Number.POSITIVE_INFINITY;
  expect(bench.send({})).toEqual([]);
  bench.clock.advance(60_000);
  expect(bench.judge.due(due)).toMatchObject([{ step: "raised", at: due }]);
});

test("what has no end of its own clears when it was not seen for long enough", () => {
  const bench = aBench([aRule({ check: onEvent("smash"), clearAfterMs: 60_000 })]);
  bench.send({}, { event: "smash" });
  bench.clock.advance(59_999);
  expect(bench.send({}, { event: "smash" })).toEqual([]);
  const seen = bench.clock.now();
  bench.clock.advance(59_999);
  expect(bench.judge.due(bench.clock.now())).toEqual([]);
  bench.clock.advance(1);
  expect(bench.judge.due(bench.clock.now())).toMatchObject([{ step: "cleared", at: seen + 60_000 }]);
  expect(stepsOf(bench.send({}, { event: "smash" }))).toEqual(["hot raised"]);
});

test("an event after the self-clearing moment is a new alert even when nobody looked in between", () => {
  const bench = aBench([aRule({ check: onEvent("smash"), clearAfterMs: 60_000 })]);
  const [first] = bench.send({}, { event: "smash" });
  bench.clock.advance(60_000);
  const [cleared, second] = bench.send({}, { event: "smash" });
  expect(cleared).toMatchObject({ step: "cleared", alert: first!.alert });
  expect(second).toMatchObject({ step: "raised" });
  expect(second!.alert).not.toBe(first!.alert);
});

test("only a person clears a latched alert", () => {
  const bench = aBench([aRule({ latched: true, clearAfterMs: 1_000 })]);
  bench.send({ t: 60 });
  expect(bench.send({ t: 20 })).toEqual([]);
  bench.clock.advance(100_000);
  expect(bench.judge.due(bench.clock.now())).toEqual([]);
});

test("severity follows the installation; a kind that cannot tell leaves the rule's own", () => {
  const severityFor = ({ exit }: { exit?: unknown }) => {
    if (exit === undefined) throw new Error("no exit");
    return exit ? ("critical" as const) : ("info" as const);
  };
  const severityOf = (facts: Record<string, boolean>) =>
    aBench([aRule({ severityFor })], { facts }).send({ t: 60 })[0]!.severity;
  expect(severityOf({ exit: true })).toBe("critical");
  expect(severityOf({ exit: false })).toBe("info");
  expect(severityOf({})).toBe("minor");
});

test("a rule that fails stops neither the others nor its own alert, and is logged once a minute", () => {
  let isBroken = false;
  const check = above("t");
  const first = aRule({
    id: "first",
    check(input) {
      if (isBroken) throw new Error("division by love");
      return check(input);
    },
  });
  const bench = aBench([first, aRule({ id: "second", check: above("u") })]);
  bench.send({ t: 60 });
  isBroken = true;
  expect(stepsOf(bench.send({ t: 20, u: 60 }))).toEqual(["second raised"]);
  bench.send({});
  expect(bench.logged).toEqual([{ rule: "oven/first", device: "site/oven/d1", reason: "division by love" }]);
  bench.clock.advance(60_000);
  bench.send({});
  expect(bench.logged).toHaveLength(2);
  isBroken = false;
  expect(stepsOf(bench.send({}))).toEqual(["first cleared"]);
});

test("changes of one reading come in the order of the kind's rules, and what was due before them", () => {
  const bench = aBench([
    aRule({ id: "a", holdForMs: () => 10_000 }),
    aRule({ id: "b", holdForMs: () => 5_000 }),
    aRule({ id: "c", check: above("u") }),
  ]);
  expect(stepsOf(bench.send({ t: 60 }))).toEqual(["a pending", "b pending"]);
  bench.clock.advance(20_000);
  expect(stepsOf(bench.send({ t: 20, u: 60 }))).toEqual([
    ...["b raised", "a raised"],
    ...["a cleared", "b cleared", "c raised"],
  ]);
});

test("what rules remember is theirs alone, bounded, and only kept when there is something to keep", () => {
  const count = aRule({
    id: "count",
    check: ({ memory, at }) => {
      memory.push(at);
      return memory.length >= 3 ? "raise" : "keep";
    },
  });
  const bench = aBench([aRule({ id: "plain" }), count], { settings: { maxMemory: 4 } });
  bench.send({});
  bench.send({});
  expect(stepsOf(bench.send({}))).toEqual(["count raised"]);
  for (let i = 0; i < 5; i++) bench.send({});
  expect(Object.keys(bench.memory)).toEqual(["count"]);
  expect(bench.memory.count).toHaveLength(4);
});

test("rules of silence are never asked", () => {
  const check = () => {
    throw new Error("asked");
  };
  const bench = aBench([aRule({ quiet: true, check })]);
  bench.send({ t: 60 });
  expect(bench.logged).toEqual([]);
});

test("when the clock steps back an hour, what waits keeps its remaining time", () => {
  const bench = aBench([aRule({ holdForMs: () => 60_000 })]);
  bench.send({ t: 60 });
  const start = bench.clock.now();
  bench.judge.due(start + 20_000);
  const back = start - 3_600_000;
  expect(bench.judge.due(back)).toEqual([]);
  expect(bench.judge.due(back + 39_999)).toEqual([]);
  expect(bench.judge.due(back + 40_000)).toMatchObject([{ step: "raised", at: back + 40_000 }]);
});

test("an alert names whom the reading names that raised it at once, and nobody who only passed before", () => {
  const duress = aRule({ id: "duress", check: onEvent("duress") });
  const bench = aBench([duress, aRule(), aRule({ id: "long", holdForMs: () => 60_000 })], {
    fields: { who: person({ zh: "人", en: "Person" }) },
  });
  bench.send({ who: "p_anna" }, { event: "passage" });
  const changes = bench.send({ t: 60 });
  expect(changes.map(({ values }) => values)).toEqual([{ t: 60 }, { t: 60 }]);
  const [raised] = bench.send({ who: "p_berta" }, { event: "duress" });
  expect(raised).toMatchObject({ rule: "duress", values: { who: "p_berta" } });
});
