import { describe, expect, test } from "vitest";
import { runsUnasked, startsOn } from "../../../devices/kit/demand-rules.ts";
import { tell } from "./tell.ts";

const fan = { signal: "smoke", running: "runs" };

describe("what starts on a signal", () => {
  const condition = startsOn(fan, {
    withinS: 60,
    cannot: ({ switchedOff }) => switchedOff === true,
    reads: ["switchedOff"],
  });

  test("must run in time, and is over when it runs or nothing asks for it", () => {
    const told = [{ runs: false }, { smoke: true }, { runs: true }, { runs: false }, { smoke: false }];
    const { verdicts, holds } = tell(condition, told);
    expect(verdicts).toEqual(["keep", "raise", "clear", "raise", "clear"]);
    expect(holds[1]).toBe(60_000);
  });

  test("is missed at once when it cannot", () => {
    const { holds } = tell(condition, [{ runs: false, switchedOff: true }, { smoke: true }]);
    expect(holds[1]).toBe(0);
  });

  test("is not accused while it does not say whether it runs", () => {
    expect(tell(condition, [{ smoke: true }]).verdicts).toEqual(["keep"]);
  });

  test("names what explains it", () => {
    expect(condition.reads).toEqual(["runs", "smoke", "switchedOff"]);
  });
});

describe("what runs unasked", () => {
  const condition = runsUnasked({ ...fan, testing: "tested" }, { holdS: 30, testS: 900 });

  test("counts from its start, whether a signal is wired or not", () => {
    expect(tell(condition, [{ tested: true }]).verdicts).toEqual(["keep"]);
    const unwired = tell(condition, [{ runs: true }, { runs: false }]);
    expect(unwired.verdicts).toEqual(["raise", "clear"]);
    expect(unwired.holds[0]).toBe(30_000);
    expect(tell(condition, [{ runs: true, smoke: false }, { smoke: true }]).verdicts).toEqual([
      "raise",
      "clear",
    ]);
  });

  test("has more time in a test", () => {
    expect(tell(condition, [{ runs: true, tested: true }, { tested: false }]).holds).toEqual([
      900_000, 30_000,
    ]);
  });
});
