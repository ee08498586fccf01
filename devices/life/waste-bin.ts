import type { Simulator } from "../kit/kind.ts";
import {
  between,
  createWander,
  dayCurve,
  nextArrival,
  nextHour,
  outdoorCelsius,
  rounded,
} from "../kit/patterns.ts";
import { createSimulator, type LifeParts } from "../kit/simulator.ts";

/** Throws into one bin an hour: after breakfast and after supper. */
const throwsPerHour = dayCurve({ 0: 0.3, 5: 0.5, 7.5: 9, 10: 3, 12.5: 5, 15: 2, 18.5: 10, 21: 4, 23: 0.5 });

/** How much one throw fills a bin of 240 L, and what the contents weigh per L. */
const habits: Readonly<Record<string, { fills: number; kgPerL: number }>> = {
  recyclable: { fills: 0.012, kgPerL: 0.08 },
  hazardous: { fills: 0.0006, kgPerL: 0.25 },
  food: { fills: 0.01, kgPerL: 0.55 },
  other: { fills: 0.011, kgPerL: 0.18 },
};

/**
 * A bin that fills through the day and is emptied at 5:30 and 13:30. Normal traffic may raise `nearly-full` (information)
 * on a busy day; before it overflows people take the next bin.
 */
export function simulateWasteBin(parts: LifeParts): Simulator {
  const { random, facts, start } = parts;
  const wasteClass = String(facts.wasteClass ?? "other");
  const { fills, kgPerL } = habits[wasteClass] ?? habits.other!;
  const litresInside = typeof facts.volumeL === "number" ? facts.volumeL : 240;
  const weather = createWander({ spread: 4, random });
  const weigh = (fill: number) => rounded(fill * litresInside * kgPerL, 1);
  const normal = {
    fill: 0.2,
    wasteClass,
    weight: weigh(0.2),
    temperature: 0,
    burning: false,
    methane: 60,
    tilt: 1,
    moved: false,
    lidOpen: false,
    locked: false,
    battery: Math.round(between(60, 100, random)),
  };

  return createSimulator({ ...parts, normal }, ({ values, plan, repeat, event, pin, telemetry }) => {
    repeat(nextArrival(start, throwsPerHour, random), (at) => {
      event(at, "lid-opened", { lidOpen: true });
      const fill = rounded(Math.min(0.89, values.fill + fills * between(0.3, 1.7, random)), 3);
      plan(at + between(4000, 15_000, random), (due) => {
        event(due, "lid-closed", { lidOpen: false });
        telemetry(due, { fill, weight: weigh(fill) });
      });
      return nextArrival(at + 20_000, throwsPerHour, random);
    });
    for (const hour of [5.5, 13.5]) {
      repeat(nextHour(start, hour) + between(0, 1_200_000, random), (at) => {
        event(at, "emptied", { fill: 0.02, weight: weigh(0.02) });
        return nextHour(at, hour) + between(0, 1_200_000, random);
      });
    }

    return {
      measure: (at) => ({
        temperature: rounded(outdoorCelsius(at) + weather() + 2, 1),
        methane: Math.round(40 + values.fill * between(60, 120, random)),
      }),
      obey: {
        lock: { locked: true },
        unlock: { locked: false },
        compact(_args, at) {
          if (values.lidOpen) return "the lid is open";
          telemetry(at, { fill: rounded(values.fill * 0.7, 3) });
          return undefined;
        },
      },
      conditions: {
        fire: { event: "fire-detected", burning: true, temperature: 240 },
        heating(at) {
          for (let i = 0; i < 6; i++) {
            plan(at + i * 30_000, (due) => {
              pin({ temperature: 22 + i * 6 });
              telemetry(due);
            });
          }
        },
        overfull: { fill: 0.97 },
        "nearly-full": { fill: 0.85 },
        "full-too-long": { fill: 0.98 },
        "hazardous-full": { wasteClass: "hazardous", fill: 0.9 },
        displaced: { event: "moved", moved: true, tilt: 86 },
        methane: { methane: 7400 },
        "battery-low": { battery: 11 },
      },
    };
  });
}
