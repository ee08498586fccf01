import type { RangeQuery, SteppedSeries } from "../contract.ts";
import { typeOf } from "../values.ts";
import type { Snapshot } from "./engine.ts";
import { orderKey, planOf } from "./levels.ts";
import { readParts } from "./parts.ts";
import type { ReadParts } from "./read.ts";
import { joinedFolds } from "./seal.ts";
import { rowsOf, withChosen } from "./sources.ts";

/** Values folded by the query's step. */
export async function readStepped(
  { engine, folder, fields, timeoutMs }: ReadParts,
  query: RangeQuery & { readonly stepMs: number },
): Promise<SteppedSeries[]> {
  const rows = await engine.snapshot(timeoutMs, async (snapshot) =>
    snapshot.read(await statement(snapshot, folder, query)),
  );
  const site = query.devices[0]?.split("/")[0] ?? "";
  const series = new Map<string, Growing>();
  for (const row of rows) {
    const [place, field, time, word, ...folds] = row as FoldedRow;
    const device = `${site}/${place}`;
    const type = typeOf(fields, device, field);
    // A field that changed its type has rows of the other one too.
    if (type === undefined || type === "text" || (type === "state") !== (word !== null)) continue;
    const key = `${device} ${field}`;
    const mine = series.get(key) ?? grow(device, field, type);
    series.set(key, mine);
    if (word === null) mine.addNumbers(time, folds);
    else mine.addState(time, word, folds);
  }
  return [...series.values()].map((mine) => mine.finish());
}

type Folds = [count: number, suspect: number, min: number, max: number, sum: number, last: number];
type FoldedRow = [place: string, field: string, time: number, word: string | null, ...Folds];

async function statement(
  snapshot: Snapshot,
  folder: string,
  query: RangeQuery & { readonly stepMs: number },
): Promise<string> {
  const parts = await readParts(snapshot.read);
  const rows = rowsOf(query.level, { folder, parts, wanted: query });
  const folds =
    planOf(query.level).foldMs === undefined
      ? `SELECT device, field, time, word, 1 AS count, (quality = 1)::INTEGER AS suspect, num AS min, num AS max, num AS sum, num AS "last", ${orderKey} AS lastKey
         FROM (${rows}) WHERE quality < 2`
      : rows;
  return `${withChosen(query)} SELECT device, field, time::DOUBLE, word, count::DOUBLE, suspect::DOUBLE, min, max, sum, "last"
    FROM (SELECT device, field, time - time % ${query.stepMs} AS time, word, ${joinedFolds} FROM (${folds}) GROUP BY ALL)
    ORDER BY device, field, time, lastKey`;
}

/** One series while its rows come, by time. */
interface Growing {
  addNumbers(time: number, folds: Folds): void;
  addState(time: number, word: string, folds: Folds): void;
  finish(): SteppedSeries;
}

function grow(device: string, field: string, type: SteppedSeries["type"]): Growing {
  const times: number[] = [];
  const count: number[] = [];
  const suspect: number[] = [];
  const last: (number | string)[] = [];
  const min: number[] = [];
  const max: number[] = [];
  const mean: number[] = [];
  const states: Record<string, number[]> = {};
  const common = { device, field, type, times, count, suspect, last };

  return {
    addNumbers(time, [n, doubtful, low, high, sum, latest]) {
      times.push(time);
      count.push(n);
      suspect.push(doubtful);
      last.push(latest);
      min.push(low);
      max.push(high);
      mean.push(sum / n);
    },
    addState(time, word, [n, doubtful]) {
      // The rows of a step come in the order in which its states were last seen.
      const isSame = times.at(-1) === time;
      const index = isSame ? times.length - 1 : times.push(time) - 1;
      count[index] = (isSame ? count[index]! : 0) + n;
      suspect[index] = (isSame ? suspect[index]! : 0) + doubtful;
      last[index] = word;
      states[word] ??= [];
      states[word][index] = n;
    },
    finish() {
      if (type !== "state") return { ...common, min, max, mean };
      for (const counts of Object.values(states)) {
        for (let i = 0; i < times.length; i++) counts[i] ??= 0;
      }
      return { ...common, states };
    },
  };
}
