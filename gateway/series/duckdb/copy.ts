import { copyFile, link, mkdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { Engine } from "./engine.ts";
import { fileOf, readParts } from "./parts.ts";

/** Name of the database file in the store's folder. */
export const databaseFile = "series.duckdb";

/**
 * Copies the store as it is in one snapshot: the tables into a new database file, and the files that count as links, which cost
 * nothing. Files that count no more stay for as long as an export may take, so none is gone before it is linked. Returns the
 * paths below `into`.
 */
export async function copyTables({
  engine,
  folder,
  into,
  timeoutMs,
}: {
  engine: Pick<Engine, "copy">;
  folder: string;
  into: string;
  timeoutMs: number;
}): Promise<readonly string[]> {
  const parts = await engine.copy(join(into, databaseFile), timeoutMs, async ({ read }) => {
    const tables = await read(
      "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND NOT internal",
    );
    for (const [name] of tables) {
      const table = `"${name as string}"`;
      await read(`CREATE TABLE copy.${table} AS FROM ${table}`);
    }
    return readParts(read);
  });
  const files = parts
    .filter(({ generation }) => generation > 0)
    .map((part) => relative(folder, fileOf(folder, part)));
  for (const name of files) await linkFile(join(folder, name), join(into, name));
  return [databaseFile, ...files];
}

async function linkFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    await link(from, to);
  } catch (error) {
    // Some file systems have no links.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw error;
    await copyFile(from, to);
  }
}
