import type { Value } from "../../../devices/kit/kind.ts";
import { personForm } from "../../erased-lines.ts";
import type { PersonQuery, PersonRow, SeriesFields } from "../contract.ts";
import { readValue, typeOf } from "../values.ts";
import { type Engine, quote, type Row, type Snapshot } from "./engine.ts";
import { readFiles } from "./file-rows.ts";
import { freshRows } from "./fold.ts";
import { endOf, planOf, tableOf } from "./levels.ts";
import { fileOf, readParts } from "./parts.ts";
import type { Unwanted } from "./remove.ts";

/** The values that name one of these persons. */
export function valuesOf({ site, persons, upTo }: PersonQuery): Unwanted {
  const hashes = persons.map(quote).join(", ");
  const ofSite = `series IN (SELECT id FROM series WHERE site = ${quote(site)})`;
  return {
    inTables: `word IN (SELECT id FROM words WHERE word IN (${hashes})) AND ${ofSite} AND sequence <= ${upTo}`,
    inFiles: `"text" IN (${hashes}) AND site = ${quote(site)} AND sequence <= ${upTo}`,
  };
}

/** The values that name anybody and are of days that ended before. */
export function personsBefore(time: number): Unwanted {
  const form = quote(personForm);
  return {
    inTables: `time < ${time} AND word IN (SELECT id FROM words WHERE regexp_full_match(word, ${form}))`,
    inFiles: `regexp_full_match("text", ${form})`,
    parts: ({ period }) => endOf(period) <= time,
  };
}

/** Takes hashes out of the words where no value has them any more. Returns those that went. */
export async function forgetPersons(engine: Engine): Promise<string[]> {
  const parts = (await readParts(engine.read)).filter(
    ({ plan, hasTable }) => hasTable && plan.foldMs === undefined,
  );
  const used = ["fresh", ...parts.map(({ plan, period }) => tableOf(plan, period))].map(
    (table) => `SELECT word FROM ${table}`,
  );
  const idle = `regexp_full_match(word, ${quote(personForm)}) AND id NOT IN (${used.join(" UNION ALL ")})`;
  const gone = await engine.read(`SELECT word FROM words WHERE ${idle}`);
  if (gone.length > 0) await engine.transaction(() => engine.writer.run(`DELETE FROM words WHERE ${idle}`));
  return gone.map(([word]) => word as string);
}

/** What is kept of persons, with the other values of the same readings; oldest first, at most `limit` readings. */
export async function findPersons(
  {
    engine,
    folder,
    fields,
    timeoutMs,
  }: { engine: Engine; folder: string; fields: SeriesFields; timeoutMs: number },
  query: PersonQuery,
  limit: number,
): Promise<PersonRow[]> {
  return engine.snapshot(timeoutMs, async ({ read }) => {
    const found = new Map<string, PersonRow & { values: Record<string, Value> }>();
    for (const source of await sourcesOf(read, folder)) {
      const hits = `SELECT DISTINCT site, kind, device, sequence FROM (${source})
        WHERE site = ${quote(query.site)} AND word IN (${query.persons.map(quote).join(", ")}) AND sequence <= ${query.upTo}
        ORDER BY sequence LIMIT ${limit}`;
      const rows = await read(
        `SELECT site, kind, device, field, time::DOUBLE, received::DOUBLE, num, word, sequence::DOUBLE
          FROM (${source}) SEMI JOIN (${hits}) USING (site, kind, device, sequence) ORDER BY time, sequence`,
      );
      for (const row of rows) add(found, row, fields);
    }
    return [...found.values()].toSorted((a, b) => a.time - b.time).slice(0, limit);
  });
}

function add(
  found: Map<string, PersonRow & { values: Record<string, Value> }>,
  row: Row,
  fields: SeriesFields,
): void {
  const [site, kind, id, field, time, receivedAt, num, word, sequence] = row as readonly [
    ...[string, string, string, string, number, number, number | null, string | null, number],
  ];
  const device = `${site}/${kind}/${id}`;
  const type = typeOf(fields, device, field);
  const value = type && readValue(type, num, word);
  if (value === undefined) return;
  const key = `${device} ${sequence}`;
  const reading = found.get(key) ?? { device, time, receivedAt, values: {} };
  reading.values[field] = value;
  found.set(key, reading);
}

/** Statements that give values as they came with their names, one for each table and file, the fresh ones last. */
async function sourcesOf(read: Snapshot["read"], folder: string): Promise<string[]> {
  const plan = planOf("raw");
  const parts = (await readParts(read)).filter((part) => part.plan === plan);
  const named = (rows: string) =>
    `SELECT site, kind, device, field, time, received, CASE WHEN t.word = 0 THEN num END AS num, words.word AS word, sequence
      FROM (${rows}) t JOIN series ON series.id = t.series LEFT JOIN words ON words.id = t.word`;
  return [
    ...parts
      .filter(({ generation }) => generation > 0)
      .map((part) => readFiles(plan, [quote(fileOf(folder, part))])),
    ...parts.filter(({ hasTable }) => hasTable).map(({ period }) => named(`FROM ${tableOf(plan, period)}`)),
    named(freshRows),
  ];
}
