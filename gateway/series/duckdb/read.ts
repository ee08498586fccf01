import { GatewayError } from "../../errors.ts";
import type {
  LastValue,
  LatestQuery,
  RangeQuery,
  RawSeries,
  SeriesChoice,
  SeriesFields,
  SeriesRow,
} from "../contract.ts";
import { readValue, typeOf } from "../values.ts";
import type { Engine, Row, Snapshot } from "./engine.ts";
import { qualities } from "./fresh.ts";
import { orderKey } from "./levels.ts";
import { readParts } from "./parts.ts";
import { rowsOf, type Wanted, withChosen } from "./sources.ts";

/** What every read needs. */
export interface ReadParts {
  readonly engine: Pick<Engine, "snapshot" | "stream">;
  readonly folder: string;
  readonly fields: SeriesFields;
  readonly timeoutMs: number;
}

/** Values as they came. Rejects with `limit-reached` when there are more than `maxValues`. */
export async function readRaw(
  { engine, folder, fields, timeoutMs }: ReadParts,
  query: RangeQuery,
  maxValues: number,
): Promise<RawSeries[]> {
  const rows = await engine.snapshot(timeoutMs, async (snapshot) => {
    const sql = `${await rawRows(snapshot, folder, query)} LIMIT ${maxValues + 1}`;
    return snapshot.read(sql);
  });
  if (rows.length > maxValues) {
    const message = `there are more than ${maxValues} values; ask for less time, fewer devices or fields, or a step`;
    throw new GatewayError("limit-reached", message);
  }
  const series = new Map<string, GrowingSeries>();
  const site = siteOf(query);
  for (const row of rows) {
    const found = toRow(row, site, fields);
    if (found === undefined) continue;
    const key = `${found.device} ${found.field}`;
    let mine = series.get(key);
    if (mine === undefined) {
      const type = typeOf(fields, found.device, found.field)!;
      mine = { device: found.device, field: found.field, type, times: [], values: [], quality: [] };
      series.set(key, mine);
    }
    mine.times.push(found.time);
    mine.values.push(found.value);
    mine.quality.push(found.quality);
  }
  return [...series.values()];
}

type GrowingSeries = {
  -readonly [K in keyof RawSeries]: RawSeries[K] extends readonly (infer T)[] ? T[] : RawSeries[K];
};

/** Values as they came, for an export, in pieces of a few thousand. */
export async function* streamRows(
  { engine, folder, fields, timeoutMs }: ReadParts,
  choice: SeriesChoice,
): AsyncGenerator<readonly SeriesRow[]> {
  const site = siteOf(choice);
  const pieces = engine.stream(timeoutMs, (snapshot) => rawRows(snapshot, folder, choice));
  for await (const rows of pieces) yield rows.flatMap((row) => toRow(row, site, fields) ?? []);
}

/** The last value of each series before a moment. */
export async function readLatest(
  { engine, folder, fields, timeoutMs }: ReadParts,
  { devices, before, withinMs, ...query }: LatestQuery,
): Promise<LastValue[]> {
  if (devices.length === 0) return [];
  const wanted = { devices, fields: query.fields, from: Math.max(0, before - withinMs), to: before };
  const rows = await engine.snapshot(timeoutMs, async (snapshot) =>
    snapshot.read(await newestBefore(snapshot, folder, wanted)),
  );
  const site = devices[0]!.split("/")[0]!;
  return rows.flatMap((row) => {
    const found = toRow(row, site, fields);
    return found === undefined ? [] : [withoutReceived(found)];
  });
}

function withoutReceived({ device, field, time, value, quality }: SeriesRow): LastValue {
  return { device, field, time, value, quality };
}

async function rawRows(snapshot: Snapshot, folder: string, choice: SeriesChoice): Promise<string> {
  const wanted: Wanted = { ...choice };
  const parts = await readParts(snapshot.read);
  const isReal = choice.simulated ? "quality = 2" : "quality < 2";
  return `${withChosen(wanted)} SELECT ${rowColumns} FROM (${rowsOf("raw", { folder, parts, wanted })})
    WHERE ${isReal} ORDER BY device, field, time, sequence`;
}

const rowColumns = "device, field, time::DOUBLE, received::DOUBLE, num, word, quality::INTEGER";

/**
 * Before a moment: whole hours from their folded rows, the hour of the moment itself and the first one from the values. Free texts are
 * not folded; theirs are looked for among the values.
 */
async function newestBefore(snapshot: Snapshot, folder: string, wanted: Wanted): Promise<string> {
  const before = wanted.to;
  const parts = await readParts(snapshot.read);
  const hour = before - (before % hourMs);
  const firstHour = Math.ceil(wanted.from / hourMs) * hourMs;
  const rows = (from: number, to: number) =>
    rowsOf("raw", { folder, parts, wanted: { ...wanted, from, to } });
  const hours = rowsOf("1h", { folder, parts, wanted: { ...wanted, from: firstHour, to: hour } });
  const texts = `SELECT field FROM series WHERE NOT isFolded`;
  const value = `SELECT device, field, {time: time, num: num, word: word, quality: quality::INTEGER} AS last, ${orderKey} AS key`;
  return `${withChosen(wanted)}, known AS (
      ${value} FROM (${rows(hour, before)}) WHERE quality < 2
      UNION ALL ${value} FROM (${rows(wanted.from, Math.min(firstHour, before))}) WHERE quality < 2
      UNION ALL ${value} FROM (${rows(wanted.from, hour)}) WHERE quality < 2 AND field IN (${texts})
      UNION ALL SELECT device, field, {time: lastKey >> 21, num: "last", word: word, quality: (suspect > 0)::INTEGER}, lastKey FROM (${hours}))
    SELECT device, field, last.time::DOUBLE, last.time::DOUBLE, CASE WHEN last.word IS NULL THEN last.num END, last.word, last.quality
    FROM (SELECT device, field, arg_max(last, key) AS last FROM known GROUP BY ALL) ORDER BY ALL`;
}

const hourMs = 3_600_000;

function toRow(row: Row, site: string, fields: SeriesFields): SeriesRow | undefined {
  const [place, field, time, receivedAt, num, word, quality] = row as [
    string,
    string,
    number,
    number,
    number | null,
    string | null,
    number,
  ];
  const device = `${site}/${place}`;
  const type = typeOf(fields, device, field);
  const value = type === undefined ? undefined : readValue(type, num, word);
  if (value === undefined) return undefined;
  return { device, field, time, receivedAt, value, quality: qualities[quality]! };
}

function siteOf({ devices }: Pick<SeriesChoice, "devices">): string {
  return devices[0]?.split("/")[0] ?? "";
}
