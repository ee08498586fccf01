import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { type Engine, quote } from "./engine.ts";
import { endOf, type LevelPlan, tableOf } from "./levels.ts";
import { fileOf, type Part, readParts, savePart } from "./parts.ts";

/** Whether a period is over and has no file yet. */
export function isDue({ hasTable, generation, period }: Part, now: number, sealAfterMs: number): boolean {
  return hasTable && generation === 0 && endOf(period) + sealAfterMs <= now;
}

/**
 * Makes one file of each period that is over: what its table holds joined with its last file, sorted, in one file of the
 * next generation. The files are safe on disk before one transaction makes them count and drops the tables, so that a crash
 * at any moment leaves every value in exactly one place. Everything up to `position` must be folded. Returns the paths of
 * the files that count no more.
 */
export async function seal(parts: {
  engine: Engine;
  folder: string;
  position: number;
  now: number;
  sealAfterMs: number;
}): Promise<string[]> {
  const { engine, folder, position, now, sealAfterMs } = parts;
  const done: { before: Part; after: Part }[] = [];
  for (const part of await readParts(engine.read)) {
    if (!part.hasTable || endOf(part.period) + sealAfterMs > now) continue;
    const after = { ...part, hasTable: false, generation: part.generation + 1, upTo: position };
    const fileBytes = await writeFile({ engine, folder, part, path: fileOf(folder, after), upTo: position });
    done.push({ before: part, after: { ...after, fileBytes } });
  }
  await engine.transaction(async () => {
    for (const { after } of done) await savePart(engine, after);
  });
  if (done.length > 0) await engine.writer.run("CHECKPOINT");
  return done.filter(({ before }) => before.generation > 0).map(({ before }) => fileOf(folder, before));
}

async function writeFile(parts: {
  engine: Engine;
  folder: string;
  part: Part;
  path: string;
  upTo: number;
}): Promise<number> {
  const { engine, folder, part, path, upTo } = parts;
  const { plan, period } = part;
  const draft = `${path}.tmp`;
  await mkdir(`${folder}/${plan.name}`, { recursive: true });
  const sources = [namedRows(plan, tableOf(plan, period))];
  if (part.generation > 0) sources.push(`SELECT * FROM read_parquet(${quote(fileOf(folder, part))})`);
  const [[rows] = [0]] = await engine.read(
    `SELECT sum(n)::DOUBLE FROM (${sources.map((source) => `SELECT count(*) n FROM (${source})`).join(" UNION ALL ")})`,
  );
  try {
    await engine.writer.run(
      `COPY (${joined(plan, sources)}) TO ${quote(draft)} (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2,
        ROW_GROUP_SIZE ${rowGroupOf(rows as number)}, KV_METADATA {linli_up_to: ${quote(String(upTo))}})`,
    );
    await sync(draft);
    await rename(draft, path);
    await sync(`${folder}/${plan.name}`);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return (await stat(path)).size;
}

/** Rows of a table with names in place of numbers, as they stand in a file. */
export function namedRows(plan: LevelPlan, table: string): string {
  const place = "site, kind, device, field, make_timestamp_ms(time)::TIMESTAMP_MS AS time";
  const own =
    plan.foldMs === undefined
      ? `make_timestamp_ms(received)::TIMESTAMP_MS AS received, CASE WHEN t.word = 0 THEN num END AS "value", words.word AS "text",
        (['good', 'suspect', 'simulated'])[quality + 1] AS quality, sequence`
      : `words.word AS "text", count, suspect, min, max, sum, "last", lastKey`;
  return `SELECT ${place}, ${own} FROM ${table} t JOIN series ON series.id = t.series LEFT JOIN words ON words.id = t.word`;
}

function joined(plan: LevelPlan, sources: readonly string[]): string {
  const all = sources.join(" UNION ALL BY NAME ");
  if (plan.foldMs === undefined) return `FROM (${all}) ORDER BY site, device, field, time, sequence`;
  return `SELECT site, kind, device, field, time, "text", ${joinedFolds} FROM (${all}) GROUP BY ALL ORDER BY site, device, field, time, "text"`;
}

/** Joins folded rows of the same step. */
export const joinedFolds = `sum(count)::UINTEGER AS count, sum(suspect)::UINTEGER AS suspect, min(min) AS min, max(max) AS max,
  sum(sum) AS sum, arg_max("last", lastKey) AS "last", max(lastKey) AS lastKey`;

/** Small groups let one device's day be found without reading its neighbours; many groups make a long table of contents. */
function rowGroupOf(rows: number): number {
  return Math.min(122_880, Math.max(8, Math.ceil(rows / 64 / 2048)) * 2048);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
