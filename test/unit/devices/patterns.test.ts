import { describe, expect, test } from "vitest";
import {
  createWander,
  dayCurve,
  hourOf,
  isWeekend,
  nextArrival,
  nextBeat,
  nextHour,
  outdoorCelsius,
} from "../../../devices/kit/patterns.ts";
import { createRandom } from "../../../simulators/random.ts";

const harbin = (text: string) => Date.parse(`${text}+08:00`);

describe("the local day", () => {
  test("hours and weekends are those of Asia/Shanghai", () => {
    expect(hourOf(harbin("2026-03-01T00:30"))).toBe(0.5);
    expect(hourOf(harbin("2026-03-01T23:45"))).toBe(23.75);
    expect(isWeekend(harbin("2026-03-01T00:30"))).toBe(true);
    expect(isWeekend(harbin("2026-03-02T00:30"))).toBe(false);
    expect(isWeekend(harbin("2026-02-28T23:30"))).toBe(true);
  });

  test("nextHour is later today or tomorrow, never now", () => {
    expect(nextHour(harbin("2026-03-01T05:00"), 5.5)).toBe(harbin("2026-03-01T05:30"));
    expect(nextHour(harbin("2026-03-01T05:30"), 5.5)).toBe(harbin("2026-03-02T05:30"));
  });

  test("a curve runs straight between its points and around midnight", () => {
    const curve = dayCurve({ 22: 10, 2: 30, 12: 0 });
    expect(curve.at(harbin("2026-03-01T22:00"))).toBe(10);
    expect(curve.at(harbin("2026-03-01T00:00"))).toBe(20);
    expect(curve.at(harbin("2026-03-01T07:00"))).toBe(15);
    expect(curve.highest).toBe(30);
  });
});

describe("chance", () => {
  test("arrivals come as often as their curve says, and when it says", () => {
    const random = createRandom("arrivals");
    const perHour = dayCurve({ 0: 0, 6: 0, 7: 60, 9: 60, 10: 0, 23: 0 });
    const start = harbin("2026-03-01T00:00");
    const hours: number[] = [];
    for (
      let at = nextArrival(start, perHour, random);
      at < start + 20 * 86_400_000;
      at = nextArrival(at, perHour, random)
    ) {
      hours.push(hourOf(at));
    }
    expect(Math.min(...hours)).toBeGreaterThanOrEqual(6);
    expect(Math.max(...hours)).toBeLessThanOrEqual(10);
    expect(hours.length / 20).toBeGreaterThan(160);
    expect(hours.length / 20).toBeLessThan(200);
  });

  test("beats stray by at most 5 %", () => {
    expect(nextBeat(1000, 1000, () => 0)).toBe(1950);
    expect(nextBeat(1000, 1000, () => 0.999_999)).toBe(2050);
  });

  test("a wander stays within its spread and moves", () => {
    const wander = createWander({ spread: 4, random: createRandom("wander") });
    const values = Array.from({ length: 5000 }, wander);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(4);
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(2);
  });
});

test("Harbin freezes in January nights and is warm in July afternoons", () => {
  expect(outdoorCelsius(harbin("2026-01-15T02:00"))).toBeCloseTo(-23, 0);
  expect(outdoorCelsius(harbin("2026-07-17T14:00"))).toBeCloseTo(28, 0);
});
