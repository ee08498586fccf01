import { describe, expect, test } from "vitest";
import type { SeriesStore } from "../../../gateway/series/contract.ts";
import { planRange } from "../../../gateway/series/plan.ts";
import { dayMs, hourMs, midnight } from "./support.ts";

const levels: SeriesStore["levels"] = [
  { level: "raw", keepMs: 90 * dayMs },
  { level: "5min", keepMs: 730 * dayMs },
  { level: "1h", keepMs: 3650 * dayMs },
];
const now = midnight;
const plan = (from: number, step: number | "auto" | "raw", to = now) =>
  planRange({ from, to, step }, levels, now);

describe("the step of a chart", () => {
  test.each([
    ["an hour", hourMs, 5000, "raw"],
    ["a day", dayMs, 120_000, "raw"],
    ["a week", 7 * dayMs, 900_000, "5min"],
    ["30 days", 30 * dayMs, hourMs, "1h"],
    ["a year", 365 * dayMs, 12 * hourMs, "1h"],
    ["10 years", 3650 * dayMs, 7 * dayMs, "1h"],
  ])(
    "over %s gives at most 1,000 points, from the coarsest level that has them",
    (_, range, stepMs, level) => {
      const found = plan(now - range, "auto");
      expect(found).toMatchObject({ stepMs, level });
      expect((found.to - found.from) / stepMs).toBeLessThanOrEqual(1000);
    },
  );

  test("is no finer than what is kept of that time", () => {
    expect(plan(now - 100 * dayMs, "auto", now - 100 * dayMs + hourMs)).toMatchObject({
      stepMs: 300_000,
      level: "5min",
    });
    expect(plan(now - 800 * dayMs, "auto", now - 800 * dayMs + hourMs)).toMatchObject({
      stepMs: hourMs,
      level: "1h",
    });
  });

  test("grows with any range", () => {
    const found = plan(0, "auto");
    expect((found.to - found.from) / found.stepMs!).toBeLessThanOrEqual(1000);
  });
});

describe("a step that is asked for", () => {
  test("is answered in whole steps from the coarsest level that has it", () => {
    expect(plan(midnight - dayMs - 1, 2 * hourMs, midnight - 1)).toEqual({
      stepMs: 2 * hourMs,
      level: "1h",
      from: midnight - dayMs - 2 * hourMs,
      to: midnight,
    });
    expect(plan(midnight - dayMs, 600_000).level).toBe("5min");
    expect(plan(midnight - dayMs, 420_000).level).toBe("raw");
  });

  test("is refused where that time is kept coarser, with what would be right", () => {
    expect(() => plan(now - 100 * dayMs, 60_000)).toThrow(
      /kept folded by 300 s: the step must be a multiple of that/,
    );
    expect(() => plan(now - 800 * dayMs, 300_000)).toThrow(/folded by 3600 s/);
  });

  test("may be none at all", () => {
    expect(plan(midnight - 5, "raw")).toEqual({
      stepMs: undefined,
      level: "raw",
      from: midnight - 5,
      to: now,
    });
  });
});
