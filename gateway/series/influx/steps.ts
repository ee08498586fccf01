import type { DeviceName } from "../../types.ts";
import type { SeriesType, SteppedSeries } from "../contract.ts";

/** One field of one device, whose steps are put together. */
export interface Place {
  readonly device: DeviceName;
  readonly field: string;
  readonly type: SeriesType;
}

/** One folded step of numbers, or of booleans as 0 and 1. */
export interface NumberStep {
  readonly time: number;
  readonly count: number;
  readonly suspect: number;
  readonly last: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/** Puts steps of numbers, oldest first, into arrays. */
export function toSteppedNumbers(place: Place, steps: readonly NumberStep[]): SteppedSeries {
  const pick = (name: keyof NumberStep) => steps.map((step) => step[name]);
  return {
    ...place,
    times: pick("time"),
    count: pick("count"),
    suspect: pick("suspect"),
    last: pick("last"),
    min: pick("min"),
    max: pick("max"),
    mean: pick("mean"),
  };
}

/** Folds texts, oldest first, step by step; keeps counts only, however many values there are. */
export interface StateFold {
  add(value: { time: number; text: string; isSuspect: boolean }): void;
  series(): SteppedSeries;
}

/** Begins the folding of one field of one device. */
export function createStateFold(place: Place, stepMs: number): StateFold {
  const times: number[] = [];
  const count: number[] = [];
  const suspect: number[] = [];
  const last: string[] = [];
  const states = new Map<string, number[]>();

  function countsOf(text: string): number[] {
    let counts = states.get(text);
    if (counts === undefined) {
      counts = [];
      states.set(text, counts);
    }
    while (counts.length < times.length) counts.push(0);
    return counts;
  }

  return {
    add({ time, text, isSuspect }) {
      const begin = Math.floor(time / stepMs) * stepMs;
      if (times.at(-1) !== begin) {
        times.push(begin);
        count.push(0);
        suspect.push(0);
        last.push(text);
      }
      const at = times.length - 1;
      count[at]! += 1;
      suspect[at]! += isSuspect ? 1 : 0;
      last[at] = text;
      countsOf(text)[at]! += 1;
    },
    series() {
      for (const text of states.keys()) countsOf(text);
      return { ...place, times, count, suspect, last, states: Object.fromEntries(states) };
    },
  };
}
