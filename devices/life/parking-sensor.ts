import type { Simulator } from "../kit/kind.ts";
import {
  between,
  createWander,
  dayCurve,
  hourOf,
  nextArrival,
  nextHour,
  outdoorCelsius,
  rounded,
} from "../kit/patterns.ts";
import { createSimulator, type LifeParts } from "../kit/simulator.ts";

/** Cars an hour that come to one bay, by its class, and how long they stay (h); those of the evening stay overnight. */
const visits = {
  normal: { perHour: dayCurve({ 0: 0.02, 7: 0.05, 11: 0.4, 16: 0.5, 18: 1.5, 21: 0.5 }), low: 0.5, high: 3 },
  disabled: { perHour: dayCurve({ 0: 0.01, 8: 0.3, 15: 0.3, 20: 0.05 }), low: 0.5, high: 2 },
  ev: { perHour: dayCurve({ 0: 0.05, 8: 0.3, 18: 0.9, 22: 0.3 }), low: 1.5, high: 4 },
  "fire-lane": { perHour: dayCurve({ 0: 0, 7: 0.1, 12: 0.3, 18: 0.3, 22: 0 }), low: 0.005, high: 0.02 },
} as const;

/** Share of a garage's bays that are taken. */
const taken = dayCurve({ 0: 0.9, 6: 0.9, 9: 0.45, 14: 0.4, 17: 0.5, 20: 0.85 });

/**
 * A bay whose cars come and go by the day, or with the fact `capacity` a garage whose count does. Normal traffic raises
 * nothing: a delivery leaves the fire lane within 72 s.
 */
export function simulateParkingSensor(parts: LifeParts): Simulator {
  const { random, facts, start } = parts;
  const bays = typeof facts.capacity === "number" ? facts.capacity : undefined;
  const ownClass = String(facts.bayClass ?? "normal") as keyof typeof visits;
  const { perHour, low, high } = visits[ownClass];
  const weather = createWander({ spread: 3, random });
  const crowd = createWander({ spread: 0.06, random });
  const isNight = hourOf(start) < 7 || hourOf(start) > 20;
  const normal = {
    occupied: bays === undefined ? ownClass === "normal" && isNight && random() < 0.8 : undefined,
    bayClass: bays === undefined ? ownClass : undefined,
    temperature: 0,
    count: bays === undefined ? undefined : 0,
    capacity: bays,
    battery: Math.round(between(60, 100, random)),
  };

  return createSimulator({ ...parts, normal }, (puppet) => {
    const { values, plan, repeat, event, telemetry } = puppet;
    const leaves = (at: number) =>
      ownClass === "normal" && (hourOf(at) >= 16 || hourOf(at) < 5)
        ? nextHour(at, 7) + between(0, 5_400_000, random)
        : at + between(low, high, random) * 3_600_000;
    const depart = (at: number) => {
      if (values.occupied) event(at, "departed", { occupied: false });
    };

    if (normal.occupied) plan(leaves(start), depart);
    if (bays === undefined) {
      repeat(nextArrival(start, perHour, random), (at) => {
        if (!values.occupied) {
          event(at, "arrived", { occupied: true });
          plan(leaves(at), depart);
        }
        return nextArrival(at + 300_000, perHour, random);
      });
    }

    return {
      measure: (at) => ({
        temperature: rounded(
          outdoorCelsius(at) + weather() + (ownClass === "ev" && values.occupied ? 9 : 0),
          1,
        ),
        ...(bays && { count: Math.round(bays * Math.min(1, Math.max(0, taken.at(at) + crowd()))) }),
      }),
      obey: {
        locate: () => undefined,
        reset: bays === undefined ? { occupied: false } : {},
      },
      conditions: {
        "fire-lane-occupied": { event: "arrived", occupied: true, bayClass: "fire-lane" },
        "ev-hot": { bayClass: "ev", temperature: 74 },
        flapping(at) {
          for (let i = 0; i < 9; i++)
            plan(at + i * 20_000, (due) => telemetry(due, { occupied: i % 2 === 0 }));
        },
        "over-capacity": { count: 123, capacity: 120 },
        "battery-low": { battery: 9 },
      },
    };
  });
}
