import type { SteppedSeries } from "../contract.ts";
import { deviceOf, type Group } from "../influx/choice.ts";
import { type NumberStep, toSteppedNumbers } from "../influx/steps.ts";
import type { Asks } from "./ask.ts";
import { fold, selector } from "./promql.ts";
import { coverBySteps } from "./windows.ts";

/** Folds the values of a group in the server, field by field; all foldings in one query, and the marks of suspect ones in a second. */
export async function foldGroup(
  asks: Asks,
  {
    group,
    database,
    ...during
  }: { group: Group; database: string; from: number; to: number; stepMs: number },
): Promise<SteppedSeries[]> {
  const { stepMs } = during;
  const found: SteppedSeries[] = [];
  for (const field of group.fields) {
    const steps = new Map<string, Map<number, Partial<Record<string, number>>>>();
    for (const what of ["values", "marks"] as const) {
      const selected = selector(group, { database, field, what });
      for (const windows of coverBySteps(during)) {
        const query = fold(what === "values" ? folds : ["count_over_time"], selected, windows.lengthMs);
        for (const { labels, points } of await asks.evaluate(query, windows, stepMs)) {
          const ofDevice = steps.get(labels.device ?? "") ?? new Map();
          steps.set(labels.device ?? "", ofDevice);
          for (const { time, value } of points) {
            const begin = Math.floor(time / stepMs) * stepMs;
            const name = what === "values" ? (labels.rollup ?? "") : "suspect";
            ofDevice.set(begin, { ...ofDevice.get(begin), [name]: value });
          }
        }
      }
    }
    for (const [id, ofDevice] of steps) {
      const place = { device: deviceOf(group, id), field: field.name, type: field.type };
      found.push(toSteppedNumbers(place, toSteps(ofDevice)));
    }
  }
  return found;
}

const folds = ["count_over_time", "avg_over_time", "min_over_time", "max_over_time", "last_over_time"];

function toSteps(byTime: ReadonlyMap<number, Partial<Record<string, number>>>): NumberStep[] {
  return [...byTime]
    .toSorted(([a], [b]) => a - b)
    .map(([time, values]) => ({
      time,
      count: values.count_over_time!,
      suspect: values.suspect ?? 0,
      last: values.last_over_time!,
      min: values.min_over_time!,
      max: values.max_over_time!,
      mean: values.avg_over_time!,
    }));
}
