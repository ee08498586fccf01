import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import type { Log } from "../../log.ts";
import { isReadable } from "./check-file.ts";
import { type Engine, isFatal, quote } from "./engine.ts";
import { asFile, readFiles } from "./file-rows.ts";
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
  log: Log;
}): Promise<string[]> {
  const { engine, folder, position, now, sealAfterMs, log } = parts;
  const done: { before: Part; after: Part }[] = [];
  for (const part of await readParts(engine.read)) {
    if (!part.hasTable || endOf(part.period) + sealAfterMs > now) continue;
    const after = { ...part, hasTable: false, generation: part.generation + 1, upTo: position };
    const draft = draftOf(fileOf(folder, after));
    const before = await withSoundFile(engine, folder, part, log);
    const fileBytes = await writeDraft({ engine, folder, part: before, draft, upTo: position });
    done.push({ before, after: { ...after, fileBytes } });
  }
  // Every draft is whole before the first gets its name: a crash between two names can be told and mended.
  for (const { after } of done) await rename(draftOf(fileOf(folder, after)), fileOf(folder, after));
  for (const name of new Set(done.map(({ after }) => after.plan.name))) await sync(`${folder}/${name}`);
  await engine.transaction(async () => {
    for (const { after } of done) await savePart(engine, after);
  });
  if (done.length > 0) await freeSpace(engine);
  return done.filter(({ before }) => before.generation > 0).map(({ before }) => fileOf(folder, before));
}

/** Gives the space of dropped tables back; while a query reads it cannot be done, and the next pass does it. */
export async function freeSpace(engine: Engine): Promise<void> {
  try {
    await engine.writer.run("CHECKPOINT");
  } catch (error) {
    if (isFatal(error)) throw error;
  }
}

/** The part without its file when that cannot be read to its end: late values must not fail for it again and again. */
async function withSoundFile(engine: Engine, folder: string, part: Part, log: Log): Promise<Part> {
  if (part.generation === 0 || (await isReadable(engine, fileOf(folder, part), log))) return part;
  return { ...part, generation: 0 };
}

async function writeDraft(parts: {
  engine: Engine;
  folder: string;
  part: Part;
  draft: string;
  upTo: number;
}): Promise<number> {
  const { engine, folder, part, draft, upTo } = parts;
  const { plan, period } = part;
  await mkdir(`${folder}/${plan.name}`, { recursive: true });
  const table = tableOf(plan, period);
  const late = tableRows(plan, table);
  let rows = joined(plan, late);
  const counts = [`SELECT count(*) AS n FROM ${table}`];
  if (part.generation > 0) {
    const file = quote(fileOf(folder, part));
    rows = joined(plan, late, { filed: numberedRows(plan, file), table });
    counts.push(`SELECT num_rows AS n FROM parquet_file_metadata(${file})`);
  }
  const [[count] = [0]] = await engine.read(`SELECT sum(n)::DOUBLE FROM (${counts.join(" UNION ALL ")})`);
  try {
    await engine.writer.run(
      `COPY (${asFile(plan, rows)}) TO ${quote(draft)} (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2,
        ROW_GROUP_SIZE ${rowGroupOf(count as number)}, KV_METADATA {linli_up_to: ${quote(String(upTo))}})`,
    );
    await sync(draft);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return (await stat(draft)).size;
}

/** Where a file is until it counts. */
export function draftOf(path: string): string {
  return `${path}.tmp`;
}

function tableRows(plan: LevelPlan, table: string): string {
  const own =
    plan.foldMs === undefined
      ? "received, CASE WHEN t.word = 0 THEN num END AS num, words.word AS word, quality, sequence"
      : 'words.word AS word, count, suspect, min, max, sum, "last", lastKey';
  return `SELECT series, time, ${own} FROM ${table} t LEFT JOIN words ON words.id = t.word`;
}

/** Rows of a file with the number of their series. */
function numberedRows(plan: LevelPlan, file: string): string {
  const rows = `(${readFiles(plan, [file])}) f JOIN series USING (site, kind, device, field)`;
  return `SELECT series.id AS series, f.* EXCLUDE (site, kind, device, field) FROM ${rows}`;
}

/**
 * New rows of a period joined with those of its file, if it has one. Of a file only the steps that the new rows touch are folded
 * again: they are few, and folding a whole month takes more memory than the engine has.
 */
function joined(plan: LevelPlan, late: string, before?: { filed: string; table: string }): string {
  const { filed, table } = before ?? {};
  if (plan.foldMs === undefined) return filed === undefined ? late : `${late} UNION ALL ${filed}`;
  const folded = (rows: string) => `SELECT ${foldedColumnNames(joinedFolds)} FROM (${rows}) GROUP BY ALL`;
  if (filed === undefined) return folded(late);
  const same = `(SELECT DISTINCT series, time FROM ${table}) USING (series, time)`;
  const columns = foldedColumnNames('count, suspect, min, max, sum, "last", lastKey');
  const touched = `SELECT ${columns} FROM (${filed}) SEMI JOIN ${same}`;
  return `${folded(`${late} UNION ALL ${touched}`)} UNION ALL SELECT ${columns} FROM (${filed}) ANTI JOIN ${same}`;
}

const foldedColumnNames = (folds: string) => `series, time, word, ${folds}`;

/** Joins folded rows of the same step. */
export const joinedFolds = `sum(count)::UINTEGER AS count, sum(suspect)::UINTEGER AS suspect, min(min) AS min, max(max) AS max,
  sum(sum) AS sum, arg_max("last", lastKey) AS "last", max(lastKey) AS lastKey`;

/** Rows of one group of a file. Small groups let one device's day be found without reading its neighbours; many groups make a long table of contents. */
export function rowGroupOf(rows: number): number {
  return Math.min(122_880, Math.max(8, Math.ceil(rows / 64 / 2048)) * 2048);
}

/** Makes a file, or the names in a folder, safe on disk. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
