import type { DeviceSeriesAnswer } from "../../../gateway/api/contract.ts";
import type { ReadingRecord } from "../../../gateway/types.ts";
import { valuesIn } from "./series-values.ts";

/** Folded steps of the series against those that follow from the journal. */
export interface FoldComparison {
  /** Steps of one field of one device. */
  readonly steps: number;
  readonly wrong: number;
  readonly examples: readonly string[];
}

/** Answers with a step of some devices, and what the journal says of them. */
export interface FoldCheck {
  expect(reading: ReadingRecord): void;
  compare(): FoldComparison;
}

type Answer = Pick<DeviceSeriesAnswer, "stepMs" | "times" | "series">;

interface Fold {
  count: number;
  sum: number;
  min: number;
  max: number;
  last: unknown;
  lastTime: number;
  isSuspect: boolean;
  readonly states: Map<string, number>;
}

/** Checks answers of one step each; each of one device. Simulated values and free texts must not be in them. */
export function createFoldCheck(answers: ReadonlyMap<string, readonly Answer[]>): FoldCheck {
  const folds = new Map<string, Fold>();
  const keyOf = (device: string, field: string, stepMs: number, time: number) =>
    `${device} ${field} by ${stepMs / 1000} s at ${new Date(time).toISOString()}`;

  return {
    expect(reading) {
      const { device, ts, quality } = reading;
      if (quality === "simulated") return;
      for (const { stepMs, times } of answers.get(device) ?? []) {
        if (ts < Date.parse(times![0]!)) continue;
        for (const { field, value } of valuesIn(reading)) {
          if (unfolded.has(field)) continue;
          const key = keyOf(device, field, stepMs!, ts - (ts % stepMs!));
          const fold = folds.get(key) ?? emptyFold();
          folds.set(key, fold);
          add(fold, { value, ts, isSuspect: quality === "suspect" });
        }
      }
    },
    compare() {
      const examples: string[] = [];
      let steps = 0;
      let wrong = 0;
      const told = new Set<string>();
      for (const { stepMs, times, series } of [...answers.values()].flat()) {
        for (const one of series) {
          for (const [index, time] of (times ?? []).entries()) {
            if ((one.count?.[index] ?? 0) === 0) continue;
            const key = keyOf(one.device, one.field, stepMs!, Date.parse(time));
            told.add(key);
            steps += 1;
            const fault = difference(one, index, folds.get(key));
            if (fault === undefined) continue;
            wrong += 1;
            if (examples.length < examplesKept) examples.push(`step wrong: ${key}: ${fault}`);
          }
        }
      }
      for (const key of folds.keys()) {
        if (told.has(key)) continue;
        wrong += 1;
        if (examples.length < examplesKept) examples.push(`step missing: ${key}`);
      }
      return { steps, wrong, examples };
    },
  };
}

/** Events stand beside the series of a device, not among them; a person's hash is a free text. */
const unfolded: ReadonlySet<string> = new Set(["event", "person"]);
const examplesKept = 10;

function emptyFold(): Fold {
  return {
    ...{ count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY },
    ...{ last: undefined, lastTime: 0, isSuspect: false, states: new Map() },
  };
}

function add(fold: Fold, { value, ts, isSuspect }: { value: unknown; ts: number; isSuspect: boolean }): void {
  fold.count += 1;
  fold.isSuspect ||= isSuspect;
  // Of two values of one millisecond the later record counts, and records come in their order.
  if (ts >= fold.lastTime) {
    fold.last = value;
    fold.lastTime = ts;
  }
  if (typeof value === "string") {
    fold.states.set(value, (fold.states.get(value) ?? 0) + 1);
    return;
  }
  const number = Number(value);
  fold.sum += number;
  fold.min = Math.min(fold.min, number);
  fold.max = Math.max(fold.max, number);
}

/** What is different between a step of an answer and the fold; undefined when nothing is. */
function difference(
  one: Answer["series"][number],
  index: number,
  fold: Fold | undefined,
): string | undefined {
  if (fold === undefined) return "the journal has no value";
  const pairs: Record<string, readonly [found: unknown, expected: unknown]> = {
    count: [one.count?.[index], fold.count],
    last: [one.last?.[index], fold.last],
    quality: [one.quality[index], fold.isSuspect ? "suspect" : "good"],
  };
  if (fold.states.size === 0) {
    pairs.min = [one.min?.[index], fold.min];
    pairs.max = [one.max?.[index], fold.max];
    pairs.mean = [one.mean?.[index], fold.sum / fold.count];
  }
  for (const [state, count] of fold.states) pairs[`state ${state}`] = [one.states?.[state]?.[index], count];
  const wrong = Object.entries(pairs).find(([name, [found, expected]]) =>
    name === "mean" ? !isClose(found as number, expected as number) : found !== expected,
  );
  return wrong && `${wrong[0]} is ${wrong[1][0]}, expected ${wrong[1][1]}`;
}

function isClose(found: number, expected: number): boolean {
  return Math.abs(found - expected) <= 1e-9 * Math.abs(expected);
}
