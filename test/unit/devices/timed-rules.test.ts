import { describe, expect, test } from "vitest";
import { above, below } from "../../../devices/kit/rules.ts";
import {
  changesWithin,
  countWithin,
  deadline,
  fallsBy,
  risesBy,
  settled,
  unanswered,
} from "../../../devices/kit/timed-rules.ts";
import { tell } from "./tell.ts";

const unit = "°C";

describe("a count", () => {
  test("countWithin: the fifth within the window raises, a slow one does not", () => {
    const refused = countWithin("passage", { count: 5, withinS: 60, reads: [] });
    const each = (stepS: number) => Array.from({ length: 6 }, (_, i) => ({ s: i * stepS, event: "passage" }));
    expect(tell(refused, each(10)).verdicts.lastIndexOf("raise")).toBe(5);
    expect(tell(refused, each(10)).verdicts.indexOf("raise")).toBe(4);
    expect(tell(refused, each(16)).verdicts).not.toContain("raise");
  });

  test("countWithin: counts only what fits, and never remembers more than 64 numbers", () => {
    const refused = countWithin("passage", {
      count: 2,
      withinS: 60,
      where: ({ ok }) => ok === false,
      reads: [],
    });
    const { verdicts } = tell(refused, [
      { event: "passage", ok: false },
      { event: "passage", ok: true },
      { event: "opened", ok: false },
    ]);
    expect(verdicts).not.toContain("raise");
    const flood = Array.from({ length: 500 }, () => ({ event: "passage", ok: false }));
    const { memory, verdicts: flooded } = tell(refused, flood, { limits: { count: 1000 } });
    expect(memory.length).toBeLessThanOrEqual(64);
    expect(flooded).toContain("raise");
  });
});

describe("over time", () => {
  test("unanswered: waits for an answer, not for a failure", () => {
    const call = unanswered("call", { asked: "calling", failed: "missed", answerS: 60 });
    const { verdicts, holds } = tell(call, [
      {},
      { call: "calling" },
      { call: "missed" },
      { call: "answered" },
    ]);
    expect(verdicts).toEqual(["keep", "raise", "raise", "clear"]);
    expect(holds.slice(1, 3)).toEqual([60_000, 0]);
  });

  const toggles = (count: number, stepS: number) =>
    Array.from({ length: count }, (_, i) => ({ s: i * stepS, v: i % 2 === 0 }));

  test("changesWithin: more than six changes in the window raise, six do not", () => {
    const flapping = changesWithin("v", { count: 6, withinS: 600 });
    expect(tell(flapping, toggles(7, 20)).verdicts).not.toContain("raise");
    expect(tell(flapping, toggles(8, 20)).verdicts.at(-1)).toBe("raise");
    expect(tell(flapping, toggles(20, 120)).verdicts).not.toContain("raise");
  });

  test("changesWithin: the same value again is no change, and calm for a window clears", () => {
    const flapping = changesWithin("v", { count: 6, withinS: 600 });
    const same = Array.from({ length: 30 }, (_, s) => ({ s, v: true }));
    expect(tell(flapping, same).verdicts).not.toContain("raise");
    const { verdicts } = tell(flapping, [...toggles(8, 20), { s: 500, other: 1 }, { s: 800, other: 1 }]);
    expect(verdicts.slice(-3)).toEqual(["raise", "keep", "clear"]);
  });

  test("changesWithin: remembers at most 64 numbers", () => {
    const { memory } = tell(changesWithin("v", { count: 6, withinS: 600 }), toggles(500, 1));
    expect(memory.length).toBeLessThanOrEqual(64);
  });

  const rate = { raisePerMinute: 5, clearPerMinute: 1, minimumS: 30, unit };

  test.each([
    {
      what: "5 °C in a minute",
      told: [
        { s: 0, t: 20 },
        { s: 60, t: 25 },
      ],
      says: "keep raise",
    },
    {
      what: "4.9 °C in a minute",
      told: [
        { s: 0, t: 20 },
        { s: 60, t: 24.9 },
      ],
      says: "keep keep",
    },
    {
      what: "40 °C in ten minutes",
      told: [
        { s: 0, t: 20 },
        { s: 600, t: 60 },
      ],
      says: "keep keep",
    },
    {
      what: "60 °C in ten minutes",
      told: [
        { s: 0, t: 20 },
        { s: 600, t: 80 },
      ],
      says: "keep raise",
    },
    {
      what: "noise between two readings close together",
      told: [
        { s: 0, t: 20 },
        { s: 2, t: 20.4 },
      ],
      says: "keep keep",
    },
    {
      what: "a jump of a minute's worth at once",
      told: [
        { s: 0, t: 20 },
        { s: 2, t: 26 },
      ],
      says: "keep raise",
    },
    {
      what: "two readings of one moment",
      told: [
        { s: 0, t: 20 },
        { s: 0, t: 21 },
      ],
      says: "keep keep",
    },
    {
      what: "a clock that steps back",
      told: [
        { s: 9999, t: 20 },
        { s: 0, t: 60 },
        { s: 60, t: 60 },
      ],
      says: "keep keep clear",
    },
    {
      what: "readings without the field",
      told: [
        { s: 0, t: 20 },
        { s: 30, other: 1 },
        { s: 60, t: 26 },
      ],
      says: "keep keep raise",
    },
  ])("risesBy: $what", ({ told, says }) => {
    expect(tell(risesBy("t", rate), told).verdicts.join(" ")).toBe(says);
  });

  test("risesBy: readings every ten seconds add up to a rise", () => {
    const told = Array.from({ length: 12 }, (_, i) => ({ s: i * 10, t: 20 + i }));
    expect(tell(risesBy("t", rate), told).verdicts).toContain("raise");
  });

  test("fallsBy: raises downwards only", () => {
    const told = [
      { s: 0, t: 300 },
      { s: 60, t: 200 },
      { s: 120, t: 280 },
    ];
    expect(tell(fallsBy("t", rate), told).verdicts).toEqual(["keep", "raise", "clear"]);
  });

  test("settled: looks only at what was reported while the state had held", () => {
    const leak = settled(
      {
        field: "flow",
        during: (values) => values.closed as boolean | undefined,
        settleS: 60,
        otherwise: "keep",
      },
      above("flow", { raise: 0.5, clear: 0.2, unit: "L/min" }),
    );
    const { verdicts } = tell(leak, [
      { s: 0, flow: 40 },
      { s: 10, closed: false, flow: 40 },
      { s: 20, closed: true },
      { s: 30, flow: 12 },
      { s: 600, battery: 90 },
      { s: 610, flow: 7 },
      { s: 620, flow: 0 },
    ]);
    expect(verdicts).toEqual(["keep", "keep", "keep", "keep", "keep", "raise", "clear"]);
  });

  test("settled: what flowed before the state began again does not count", () => {
    const noFlow = settled(
      {
        field: "flow",
        during: (values) => values.open as boolean | undefined,
        settleS: 60,
        otherwise: "clear",
      },
      below("flow", { raise: 1, clear: 2, unit: "L/min" }),
    );
    const { verdicts } = tell(noFlow, [
      { s: 0, open: true },
      { s: 100, open: false, flow: 0 },
      { s: 200, open: true, flow: 0 },
      { s: 261, flow: 0 },
    ]);
    expect(verdicts).toEqual(["keep", "clear", "keep", "raise"]);
  });
});

describe("a deadline", () => {
  const overdue = deadline({
    isOpen: (values) => values.open as boolean | undefined,
    due: "by",
    graceS: 60,
    longestS: 7200,
    reads: [],
  });

  test("is due at its moment by the device's clock, with grace", () => {
    const { verdicts, holds } = tell(overdue, [
      {},
      { s: 100, open: true, by: 400_000 },
      { s: 200, open: false },
    ]);
    expect(verdicts).toEqual(["keep", "raise", "clear"]);
    expect(holds[1]).toBe(360_000);
  });

  test("without one it may stay open for the longest time", () => {
    const { verdicts, holds } = tell(overdue, [{ s: 0, open: true }]);
    expect(verdicts).toEqual(["raise"]);
    expect(holds).toEqual([7_200_000]);
  });

  test("already over when first heard of, it is due at once", () => {
    const { verdicts, holds } = tell(overdue, [{ s: 900, open: true, by: 400_000 }]);
    expect(verdicts).toEqual(["raise"]);
    expect(holds[0]).toBeLessThanOrEqual(0);
  });

  test("a new deadline ends what the old one began, and then counts itself", () => {
    const { verdicts, holds } = tell(overdue, [
      { s: 0, open: true, by: 400_000 },
      { s: 300, by: 900_000 },
      { s: 310, flow: 1 },
    ]);
    expect(verdicts).toEqual(["raise", "clear", "raise"]);
    expect(holds[2]).toBe(650_000);
  });

  test("a deadline of an earlier opening does not count for one by hand", () => {
    const { verdicts, holds } = tell(overdue, [
      { s: 0, open: true, by: 400_000 },
      { s: 300, open: false },
      { s: 900, open: true },
      { s: 910, flow: 1 },
    ]);
    expect(verdicts).toEqual(["raise", "clear", "raise", "raise"]);
    expect(holds.slice(2)).toEqual([7_200_000, 7_200_000]);
  });
});
