import type { PastQuality, RawSeries } from "../contract.ts";
import { deviceOf, type Group } from "../influx/choice.ts";
import { readCell } from "../influx/points.ts";
import { tooManyValues } from "../influx/raw.ts";
import type { Asks } from "./ask.ts";
import { selector, suspectSuffix } from "./promql.ts";

/** Values of groups as they came; rejects with `limit-reached` as soon as more than `maxValues` were read. */
export async function readRaw(
  asks: Asks,
  {
    groups,
    database,
    during,
    maxValues,
  }: {
    groups: readonly Group[];
    database: string;
    during: { from: number; to: number; simulated: boolean };
    maxValues: number;
  },
): Promise<RawSeries[]> {
  const found: RawSeries[] = [];
  let count = 0;
  for (const group of groups) {
    for (const field of group.fields) {
      const values = new Map<string, { times: number[]; values: number[] }>();
      const marks = new Map<string, Set<number>>();
      const selected = selector(group, { database, field, what: "both", simulated: during.simulated });
      for await (const piece of asks.export(selected, during, "answer")) {
        const id = piece.labels.device ?? "";
        if (piece.labels.__name__?.endsWith(suspectSuffix)) {
          // No more than there are values, which have their own bound.
          const marked = marks.get(id) ?? new Set();
          marks.set(id, marked);
          for (const time of piece.times) marked.add(time);
          continue;
        }
        count += piece.times.length;
        if (count > maxValues) throw tooManyValues(maxValues);
        const series = values.get(id) ?? { times: [], values: [] };
        values.set(id, series);
        series.times.push(...piece.times);
        series.values.push(...piece.values);
      }
      for (const [id, { times, ...series }] of values) {
        const quality = times.map((time): PastQuality => {
          if (during.simulated) return "simulated";
          return marks.get(id)?.has(time) ? "suspect" : "good";
        });
        found.push({
          device: deviceOf(group, id),
          field: field.name,
          type: field.type,
          times,
          values: series.values.map((value) => readCell(value, field.type) ?? value),
          quality,
        });
      }
    }
  }
  return found;
}
