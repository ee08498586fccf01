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
  /** Series by the begin of the hour in whose folded row good and suspect values lie together, epoch ms. */
  const mixed = new Map<number, ChosenSeries[]>();
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
        if (last === undefined) continue;
        found.set(series, last);
        if (row[4] === mixedQuality) put(mixed, last.time - (last.time % hourMs), series);
      }
      to = from;
    }
    for (const [hour, which] of mixed) {
      const most = Math.min(hour + hourMs, before);
      for (const row of await snapshot.read(
        ofValues({ folder, catalog, chosen: which, from: hour, to: most }),
      )) {
        const series = which[row[0] as number]!;
        const last = toLast(series, row);
        if (last !== undefined) found.set(series, last);
      }
    }
  });
  return chosen.flatMap((series) => found.get(series) ?? []);
}

/**
 * Whole hours are read from their folded rows, the parts of hours at both ends from the values. Free texts are not folded; theirs are
 * looked for among the values.
 */
function statement({ folder, catalog, chosen, from, to }: Wanted): string {
  const firstHour = Math.min(Math.ceil(from / hourMs) * hourMs, to);
  const lastHour = Math.max(to - (to % hourMs), firstHour);
  const at = { folder, catalog };
  const values = (begin: number, end: number, which = chosen) =>
    lastOfValues({ ...at, chosen: which, from: begin, to: end });
  const sources = [values(lastHour, to)];
  if (firstHour > from) sources.push(values(from, firstHour));
  const texts = chosen.filter(({ type }) => type === "text");
  if (texts.length > 0) sources.push(values(firstHour, lastHour, texts));
  if (lastHour > firstHour) {
    const hours = rowsOf("1h", { ...at, wanted: { chosen, from: firstHour, to: lastHour } });
    sources.push(
      `SELECT n, arg_max({time: lastKey >> 21, num: "last", word: word, quality: ${foldedQuality}}, lastKey), max(lastKey) FROM (${hours}) GROUP BY n`,
    );
  }
  return lastOf(chosen, sources);
}

/** What the last values of single hours are asked by, where their folded rows do not say how good the last one is. */
function ofValues(wanted: Wanted): string {
  return lastOf(wanted.chosen, [lastOfValues(wanted)]);
}

interface Wanted {
  readonly folder: string;
  readonly catalog: Catalog;
  readonly chosen: readonly ChosenSeries[];
  readonly from: number;
  readonly to: number;
}

function lastOfValues({ folder, catalog, chosen, from, to }: Wanted): string {
  const rows = rowsOf("raw", { folder, catalog, wanted: { chosen, from, to } });
  return `SELECT n, arg_max({time: time, num: num, word: word, quality: quality::INTEGER}, ${orderKey}) AS last,
    max(${orderKey}) AS key FROM (${rows}) WHERE quality < 2 GROUP BY n`;
}

function lastOf(chosen: readonly ChosenSeries[], sources: readonly string[]): string {
  return `${withChosen({ chosen })} SELECT n, last.time::DOUBLE, last.num, last.word, last.quality
    FROM (SELECT n, arg_max(last, key) AS last FROM (${sources.join(" UNION ALL ")}) GROUP BY n)`;
}

/** A folded row counts its suspect values and does not tell which they are. Where the values are gone it is shown as suspect. */
const mixedQuality = -1;
const foldedQuality = `CASE WHEN suspect = 0 THEN 0 WHEN suspect = count THEN 1 ELSE ${mixedQuality} END::INTEGER`;

function put(groups: Map<number, ChosenSeries[]>, key: number, series: ChosenSeries): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [series]);
  else group.push(series);
}

function toLast({ device, field, type }: ChosenSeries, row: Row): LastValue | undefined {
  const [, time, num, word, quality] = row as readonly [number, number, number | null, string | null, number];
  const value = readValue(type, word === null ? num : null, word);
  return value === undefined
    ? undefined
    : { device, field, time, value, quality: qualities[quality] ?? "suspect" };
}
