import { describe, expect, test } from "vitest";
import {
  above,
  anyFalse,
  anyTrue,
  atLeast,
  atMost,
  below,
  eventRaises,
  is,
  only,
  orFlag,
  pressed,
  stays,
} from "../../../devices/kit/rules.ts";
import { tell } from "./tell.ts";

const unit = "°C";

describe("a threshold", () => {
  test.each([
    {
      name: "above",
      condition: above("v", { raise: 70, clear: 50, unit }),
      told: [70, 70.1, 60, 50],
      says: "keep raise keep clear",
    },
    {
      name: "atLeast",
      condition: atLeast("v", { raise: 70, clear: 50, unit }),
      told: [69.9, 70, 60, 50],
      says: "keep raise keep clear",
    },
    {
      name: "below",
      condition: below("v", { raise: 3, clear: 5, unit }),
      told: [3, 2.9, 4, 5],
      says: "keep raise keep clear",
    },
    {
      name: "atMost",
      condition: atMost("v", { raise: 3, clear: 5, unit }),
      told: [3.1, 3, 4, 5],
      says: "keep raise keep clear",
    },
  ])("$name raises past its limit, clears at another and keeps between", ({ condition, told, says }) => {
    expect(
      tell(
        condition,
        told.map((v) => ({ v })),
      ).verdicts.join(" "),
    ).toBe(says);
  });

  test("follows limits that a site has overridden", () => {
    const { verdicts } = tell(above("v", { raise: 70, clear: 50, unit }), [{ v: 45 }, { v: 30 }], {
      limits: { above: 40, clear: 35 },
    });
    expect(verdicts).toEqual(["raise", "clear"]);
  });

  test.each([above, atLeast, below, atMost])("%o says nothing without a value", (brick) => {
    expect(tell(brick("v", { raise: 0, clear: 0, unit }), [{}]).verdicts).toEqual(["keep"]);
  });
});

describe("a state", () => {
  test("is: raises with one of the values, clears with others, keeps when unknown", () => {
    const { verdicts } = tell(is("door", "open", "held"), [
      {},
      { door: "held" },
      { other: 1 },
      { door: "shut" },
    ]);
    expect(verdicts).toEqual(["keep", "raise", "raise", "clear"]);
  });

  test("anyFalse: raises with one false, clears when all known are true", () => {
    const { verdicts } = tell(anyFalse("a", "b"), [{}, { a: true }, { b: false }, { b: true }]);
    expect(verdicts).toEqual(["keep", "clear", "raise", "clear"]);
  });

  test("anyTrue: raises with one true, clears when all known are false", () => {
    const { verdicts } = tell(anyTrue("a", "b"), [
      {},
      { a: false },
      { b: true },
      { a: true, b: false },
      { a: false },
    ]);
    expect(verdicts).toEqual(["keep", "clear", "raise", "raise", "clear"]);
  });

  test("only: a guard that is false clears, one that does not know keeps", () => {
    const guarded = only(({ values }) => values.on as boolean | undefined, is("v", 1));
    expect(tell(guarded, [{ v: 1 }, { on: true }, { on: false }]).verdicts).toEqual([
      "keep",
      "raise",
      "clear",
    ]);
  });

  test("orFlag: the flag raises alone, and clearing needs both", () => {
    const burning = orFlag("fire", above("t", { raise: 70, clear: 50, unit }));
    expect(tell(burning, [{ fire: true }, { t: 20 }, { fire: false }]).verdicts).toEqual([
      "raise",
      "raise",
      "clear",
    ]);
    expect(tell(burning, [{ t: 80 }, { fire: false, t: 60 }, { t: 40 }]).verdicts).toEqual([
      "raise",
      "keep",
      "clear",
    ]);
    expect(tell(burning, [{ fire: true }, { fire: false }]).verdicts).toEqual(["raise", "clear"]);
    expect(tell(burning, [{ t: 80 }, { t: 40 }]).verdicts).toEqual(["raise", "clear"]);
  });

  test("stays: holds for its limit", () => {
    const held = stays(60, is("v", true));
    expect(tell(held, [{ v: true }]).holds).toEqual([60_000]);
    expect(tell(held, [{ v: true }], { limits: { holdS: 5 } }).holds).toEqual([5000]);
  });
});

describe("an event", () => {
  test("eventRaises: raises only with it and what came with it", () => {
    const duress = eventRaises("passage", { where: ({ result }) => result === "duress", reads: [] });
    const { verdicts } = tell(duress, [
      { event: "passage", result: "duress" },
      { other: 1 },
      { event: "passage", result: "allow" },
      { event: "opened" },
    ]);
    expect(verdicts).toEqual(["raise", "keep", "keep", "keep"]);
  });

  test("pressed: raises with the event and with each new press, not while it is held", () => {
    const { verdicts } = tell(pressed("sos", "sos"), [
      { sos: false },
      { sos: true },
      { sos: true },
      { other: 1 },
      { event: "sos", sos: true },
      { sos: false },
      { sos: true },
    ]);
    expect(verdicts).toEqual(["keep", "raise", "keep", "keep", "raise", "keep", "raise"]);
  });
});
