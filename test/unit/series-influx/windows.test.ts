import fc from "fast-check";
import { expect, test } from "vitest";
import { coverBySteps } from "../../../gateway/series/victoria/windows.ts";

test("windows cover every millisecond of a time once, and none lies in two steps", () => {
  const time = fc.integer({ min: -30, max: 30 });
  fc.assert(
    fc.property(time, time, fc.integer({ min: 1, max: 9 }), (from, to, stepMs) => {
      const covered: number[] = [];
      for (const { first, last, lengthMs } of coverBySteps({ from, to, stepMs })) {
        for (let end = first; end <= last; end += stepMs) {
          const window = Array.from({ length: lengthMs }, (_, i) => end - lengthMs + 1 + i);
          expect(new Set(window.map((ms) => Math.floor(ms / stepMs))).size).toBe(1);
          covered.push(...window);
        }
      }
      expect(covered).toEqual(Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i));
    }),
  );
});
