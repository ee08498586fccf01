import { rename, rm, stat } from "node:fs/promises";
import type { Engine } from "./engine.ts";
import { quote } from "./engine.ts";
import { tableOf } from "./levels.ts";
import { fileOf, type Part, readParts, savePart } from "./parts.ts";
import { draftOf, rowGroupOf, sync } from "./seal.ts";

/** Which values as they came are to go; both say the same, in the columns of a table and in those of a file. */
export interface Unwanted {
  readonly inTables: string;
  readonly inFiles: string;
  /** Parts that are looked at; all when absent. */
  readonly parts?: (part: Part) => boolean;
}

/** What was removed. */
export interface Removed {
  readonly values: number;
  /** Files that count no more; a query that began before may still read them. */
  readonly files: readonly string[];
}

/**
 * Removes values as they came from tables, from the fresh ones, and from the files of finished days, each of which is written anew without
 * them. One transaction makes the new files count, so that a crash on the way leaves the old state or the new one. Words that no value has
 * any more go too. Not beside a write.
 */
export async function removeValues(engine: Engine, folder: string, unwanted: Unwanted): Promise<Removed> {
  const parts = (await readParts(engine.read)).filter(
    (part) => part.plan.foldMs === undefined && (unwanted.parts?.(part) ?? true),
  );
  const tables = [
    "fresh",
    ...parts.filter(({ hasTable }) => hasTable).map(({ plan, period }) => tableOf(plan, period)),
  ];
  const changed: { before: Part; after: Part; values: number }[] = [];
  for (const part of parts.filter(({ generation }) => generation > 0)) {
    const values = await countRows(engine, `read_parquet(${quote(fileOf(folder, part))})`, unwanted.inFiles);
    if (values === 0) continue;
    const after = { ...part, generation: part.generation + 1 };
    const fileBytes = await writeWithout({ engine, folder, part, after, unwanted });
    changed.push({ before: part, after: { ...after, fileBytes }, values });
  }
  for (const { after } of changed) await rename(draftOf(fileOf(folder, after)), fileOf(folder, after));
  if (changed.length > 0) await sync(`${folder}/${changed[0]!.after.plan.name}`);

  let values = changed.reduce((sum, one) => sum + one.values, 0);
  await engine.transaction(async () => {
    for (const { after } of changed) await savePart(engine, after);
    for (const table of tables) {
      const count = await countRows(engine, table, unwanted.inTables);
      if (count > 0) await engine.writer.run(`DELETE FROM ${table} WHERE ${unwanted.inTables}`);
      values += count;
    }
  });
  return { values, files: changed.map(({ before }) => fileOf(folder, before)) };
}

/** Where a value is missing, SQL does not know whether it is wanted: it is. */
function isUnwanted(condition: string): string {
  return `coalesce(${condition}, false)`;
}

async function countRows(engine: Engine, source: string, condition: string): Promise<number> {
  const [[count] = [0]] = await engine.read(
    `SELECT count(*)::DOUBLE FROM ${source} WHERE ${isUnwanted(condition)}`,
  );
  return count as number;
}

async function writeWithout({
  engine,
  folder,
  part,
  after,
  unwanted,
}: {
  engine: Engine;
  folder: string;
  part: Part;
  after: Part;
  unwanted: Unwanted;
}): Promise<number> {
  const source = quote(fileOf(folder, part));
  const draft = draftOf(fileOf(folder, after));
  const [[rows] = [0]] = await engine.read(`SELECT num_rows::DOUBLE FROM parquet_file_metadata(${source})`);
  try {
    // The engine keeps the order of the rows of a file that it reads.
    await engine.writer.run(
      `COPY (FROM read_parquet(${source}) WHERE NOT ${isUnwanted(unwanted.inFiles)}) TO ${quote(draft)}
        (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE ${rowGroupOf(rows as number)},
        KV_METADATA {linli_up_to: ${quote(String(part.upTo))}})`,
    );
    await sync(draft);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return (await stat(draft)).size;
}
