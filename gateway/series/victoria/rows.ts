import type { PastQuality, SeriesChoice, SeriesRow } from "../contract.ts";
import { deviceOf, type Group } from "../influx/choice.ts";
import { readCell } from "../influx/points.ts";
import { oneByOne } from "../influx/rows.ts";
import type { Asks, Piece } from "./ask.ts";
import { selector } from "./promql.ts";

/**
 * Reads everything of a choice by device, field and time, in pieces. The marks of suspect values are read beside them,
 * so that nothing is kept of either. `receivedAt` is the value's time, for the receive time is not written to a server.
 */
export async function* readRows(
  asks: Asks,
  {
    groups,
    database,
    during,
  }: {
    groups: readonly Group[];
    database: string;
    during: Pick<SeriesChoice, "from" | "to" | "simulated">;
  },
): AsyncIterable<readonly SeriesRow[]> {
  const { simulated } = during;
  for (const group of oneByOne(groups)) {
    const device = deviceOf(group, group.ids[0]!);
    for (const field of group.fields) {
      const pieces = (what: "values" | "marks") =>
        asks.export(selector(group, { database, field, what, simulated }), during, "piece");
      const marks = createMarks(pieces("marks"));
      try {
        for await (const { times, values } of pieces("values")) {
          const rows: SeriesRow[] = [];
          for (const [i, time] of times.entries()) {
            const value = readCell(values[i], field.type);
            if (value === undefined) continue;
            const quality: PastQuality = simulated
              ? "simulated"
              : (await marks.has(time))
                ? "suspect"
                : "good";
            rows.push({ device, field: field.name, time, receivedAt: time, value, quality });
          }
          yield rows;
        }
      } finally {
        await marks.end();
      }
    }
  }
}

/** Times in growing order, asked in growing order. */
function createMarks(pieces: AsyncIterable<Piece>) {
  const reader = pieces[Symbol.asyncIterator]();
  let times: readonly number[] = [];
  let at = 0;
  let isOver = false;

  return {
    async has(time: number): Promise<boolean> {
      while (!isOver && (times[at] ?? Number.NEGATIVE_INFINITY) < time) {
        at += 1;
        if (at < times.length) continue;
        const next = await reader.next();
        isOver = next.done === true;
        times = next.done === true ? [] : next.value.times;
        at = 0;
      }
      return times[at] === time;
    },
    async end(): Promise<void> {
      await reader.return?.();
    },
  };
}
