import type { RangeQuery, SteppedSeries } from "../contract.ts";
import type { ChosenSeries } from "./dictionary.ts";
import type { Snapshot } from "./engine.ts";
import { orderKey, planOf } from "./levels.ts";
import type { ReadParts } from "./read.ts";
import { joinedFolds } from "./seal.ts";
import { rowsOf, withChosen } from "./sources.ts";

/** Values folded by the query's step. Free texts are not folded. */
export async function readStepped(
  parts: ReadParts,
  query: RangeQuery & { readonly stepMs: number },
): Promise<SteppedSeries[]> {
  const chosen = parts.dictionary.choose(query.devices, query.fields).filter(({ type }) => type !== "text");
  if (chosen.length === 0) return [];
  const rows = await parts.engine.snapshot(parts.timeoutMs, async (snapshot) =>
    snapshot.read(await statement(parts, snapshot, chosen, query)),
  );
  const series = new Map<number, Growing>();
  for (const row of rows) {
    const [n, time, word, ...folds] = row as FoldedRow;
    const { device, field, type } = chosen[n]!;
    // A field that changed its type has rows of the other one too.
    if ((type === "state") !== (word !== null)) continue;
    const mine = series.get(n) ?? grow(device, field, type);
    series.set(n, mine);
    if (word === null) mine.addNumbers(time, folds);
    else mine.addState(time, word, folds);
  }
  return [...series.values()].map((mine) => mine.finish());
}

type Folds = [count: number, suspect: number, min: number, max: number, sum: number, last: number];
type FoldedRow = [n: number, time: number, word: string | null, ...Folds];

async function statement(
  { catalog, folder }: ReadParts,
  snapshot: Snapshot,
  chosen: readonly ChosenSeries[],
  { from, to, level, stepMs }: RangeQuery & { readonly stepMs: number },
): Promise<string> {
  const wanted = { chosen, from, to };
  const rows = rowsOf(level, { folder, catalog: await catalog(snapshot), wanted });
  const folds =
    planOf(level).foldMs === undefined
      ? `SELECT n, time, word, 1 AS count, (quality = 1)::INTEGER AS suspect, num AS min, num AS max, num AS sum, num AS "last", ${orderKey} AS lastKey
         FROM (${rows}) WHERE quality < 2`
      : rows;
  return `${withChosen(wanted)} SELECT n, time::DOUBLE, word, count::DOUBLE, suspect::DOUBLE, min, max, sum, "last"
    FROM (SELECT n, time - time % ${stepMs} AS time, word, ${joinedFolds} FROM (${folds}) GROUP BY ALL)
    ORDER BY n, time, lastKey`;
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
