import { expect } from "vitest";
import type { SteppedSeries } from "../../gateway/series/contract.ts";
import { groupBy, type Kept } from "./series-model.ts";

/** One step, whatever the type of its values; `mean` apart, for it is only near. */
interface Step {
  readonly time: number;
  readonly count: number;
  readonly suspect: number;
  readonly last: number | string;
  readonly min?: number;
  readonly max?: number;
  readonly states?: Readonly<Record<string, number>>;
}

type Steps = Record<string, { step: Step; mean: number | undefined }[]>;

/** Checks an answer of `stepped` against values folded here, one by one. */
export function expectSteps(answer: readonly SteppedSeries[], kept: readonly Kept[], stepMs: number): void {
  const expected = foldAll(kept, stepMs);
  const received = readSteps(answer);
  expect(stepsOf(received)).toEqual(stepsOf(expected));
  for (const [name, list] of Object.entries(expected)) {
    for (const [i, { mean }] of list.entries()) {
      const got = received[name]?.[i]?.mean;
      if (mean === undefined) expect(got).toBeUndefined();
      else
        expect(Math.abs((got ?? Number.NaN) - mean), `mean of ${name}`).toBeLessThan(
          1e-9 * Math.max(1, Math.abs(mean)),
        );
    }
  }
}

function foldAll(kept: readonly Kept[], stepMs: number): Steps {
  const series = groupBy(
    kept.filter(({ type }) => type !== "text"),
    (value) => value,
  );
  return mapValues(series, (values) => {
    const begins = [...new Set(values.map(({ time }) => Math.floor(time / stepMs) * stepMs))];
    return begins.map((begin) =>
      foldOne(
        begin,
        values.filter(({ time }) => begin <= time && time < begin + stepMs),
      ),
    );
  });
}

function foldOne(time: number, values: readonly Kept[]): { step: Step; mean: number | undefined } {
  const count = values.length;
  const suspect = values.filter(({ quality }) => quality === "suspect").length;
  const all = values.map(({ value }) => (typeof value === "string" ? value : Number(value)));
  const last = all.at(-1)!;
  if (typeof last === "string") {
    const states: Record<string, number> = {};
    for (const text of all) states[text] = (states[text] ?? 0) + 1;
    return { step: { time, count, suspect, last, states }, mean: undefined };
  }
  const numbers = all as number[];
  const step = { time, count, suspect, last, min: Math.min(...numbers), max: Math.max(...numbers) };
  return { step, mean: numbers.reduce((sum, value) => sum + value, 0) / count };
}

function readSteps(answer: readonly SteppedSeries[]): Steps {
  return Object.fromEntries(
    answer.map(({ device, field, type, times, ...of }) => [
      `${device} ${field}`,
      times.map((time, i) => {
        const folded = { time, count: of.count[i]!, suspect: of.suspect[i]!, last: of.last[i]! };
        const states = Object.entries(of.states ?? {}).flatMap(([text, counts]) =>
          counts[i] === 0 ? [] : [[text, counts[i]!] as const],
        );
        const step =
          type === "state"
            ? { ...folded, states: Object.fromEntries(states) }
            : { ...folded, min: of.min![i]!, max: of.max![i]! };
        return { step, mean: of.mean?.[i] };
      }),
    ]),
  );
}

function stepsOf(steps: Steps): Record<string, Step[]> {
  return mapValues(steps, (list) => list.map(({ step }) => step));
}

function mapValues<T, V>(record: Record<string, T>, map: (value: T) => V): Record<string, V> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
