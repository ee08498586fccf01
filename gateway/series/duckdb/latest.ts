import type { LastValue, LatestQuery } from "../contract.ts";
import { readValue } from "../values.ts";
import type { Catalog } from "./catalog.ts";
import type { ChosenSeries } from "./dictionary.ts";
import type { Row } from "./engine.ts";
import { qualities } from "./fresh.ts";
import { orderKey } from "./levels.ts";
import type { ReadParts } from "./read.ts";
import { rowsOf, withChosen } from "./sources.ts";

const hourMs = 3_600_000;

/** How far back it is looked at first; most devices spoke within a day, and only the others need more, ms. */
const firstLooksMs: readonly number[] = [24 * hourMs, 7 * 24 * hourMs];

/** The last real value of each series before a moment. */
export async function readLatest(
  { engine, dictionary, catalog: read, folder, timeoutMs }: ReadParts,
  { devices, fields, before, withinMs }: LatestQuery,
): Promise<LastValue[]> {
  const chosen = dictionary.choose(devices, fields);
  const found = new Map<ChosenSeries, LastValue>();
  await engine.snapshot(timeoutMs, async (snapshot) => {
    const catalog = await read(snapshot);
    let to = before;
    for (const reachMs of [...firstLooksMs.filter((ms) => ms < withinMs), withinMs]) {
      const missing = chosen.filter((series) => !found.has(series));
      if (missing.length === 0) return;
      const from = Math.max(0, before - reachMs);
      const rows = await snapshot.read(statement({ folder, catalog, chosen: missing, from, to }));
      for (const row of rows) {
        const series = missing[row[0] as number]!;
        const last = toLast(series, row);
        if (last !== undefined) found.set(series, last);
      }
      to = from;
    }
  });
  return chosen.flatMap((series) => found.get(series) ?? []);
}

/**
 * Whole hours are read from their folded rows, the parts of hours at both ends from the values. Free texts are not folded; theirs are
 * looked for among the values.
 */
function statement({
  folder,
  catalog,
  chosen,
  from,
  to,
}: {
  folder: string;
  catalog: Catalog;
  chosen: readonly ChosenSeries[];
  from: number;
  to: number;
}): string {
  const firstHour = Math.min(Math.ceil(from / hourMs) * hourMs, to);
  const lastHour = Math.max(to - (to % hourMs), firstHour);
  const at = { folder, catalog };
  const last = `SELECT n, arg_max({time: time, num: num, word: word, quality: quality::INTEGER}, ${orderKey}) AS last, max(${orderKey}) AS key`;
  const values = (begin: number, end: number, which = chosen) =>
    `${last} FROM (${rowsOf("raw", { ...at, wanted: { chosen: which, from: begin, to: end } })}) WHERE quality < 2 GROUP BY n`;
  const sources = [values(lastHour, to)];
  if (firstHour > from) sources.push(values(from, firstHour));
  const texts = chosen.filter(({ type }) => type === "text");
  if (texts.length > 0) sources.push(values(firstHour, lastHour, texts));
  if (lastHour > firstHour) {
    const hours = rowsOf("1h", { ...at, wanted: { chosen, from: firstHour, to: lastHour } });
    sources.push(
      `SELECT n, arg_max({time: lastKey >> 21, num: "last", word: word, quality: (suspect > 0)::INTEGER}, lastKey), max(lastKey) FROM (${hours}) GROUP BY n`,
    );
  }
  return `${withChosen({ chosen })} SELECT n, last.time::DOUBLE, last.num, last.word, last.quality
    FROM (SELECT n, arg_max(last, key) AS last FROM (${sources.join(" UNION ALL ")}) GROUP BY n)`;
}

function toLast({ device, field, type }: ChosenSeries, row: Row): LastValue | undefined {
  const [, time, num, word, quality] = row as readonly [number, number, number | null, string | null, number];
  const value = readValue(type, word === null ? num : null, word);
  return value === undefined ? undefined : { device, field, time, value, quality: qualities[quality]! };
}
