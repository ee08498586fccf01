import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import type { Log } from "../../log.ts";
import { type LevelPlan, levelPlans } from "./levels.ts";
import { fileOf, folderNames, type Part } from "./parts.ts";

/** One file of a period, as its name says. */
export interface PeriodFile {
  readonly plan: LevelPlan;
  readonly period: string;
  readonly generation: number;
}

/** Makes the folders, and deletes what counts for nothing: drafts, and files that no part names. */
export async function sweepFiles(folder: string, parts: readonly Part[], log: Log): Promise<void> {
  const counted = new Set(
    parts.filter(({ generation }) => generation > 0).map((part) => fileOf(folder, part)),
  );
  for (const name of folderNames) {
    await mkdir(`${folder}/${name}`, { recursive: true });
    for (const file of await readdir(`${folder}/${name}`)) {
      const path = `${folder}/${name}/${file}`;
      if (counted.has(path) || !/\.parquet(\.tmp)?$/.test(file)) continue;
      log.info({ path }, "series file that counts no more is deleted");
      await rm(path, { force: true });
    }
  }
}

/** The newest file of each period. */
export async function listFiles(folder: string): Promise<PeriodFile[]> {
  const newest = new Map<string, PeriodFile>();
  for (const plan of levelPlans) {
    await mkdir(`${folder}/${plan.name}`, { recursive: true });
    for (const name of await readdir(`${folder}/${plan.name}`)) {
      const [, period, generation] = /^(\d{4}-\d\d(?:-\d\d)?)\.g(\d+)\.parquet$/.exec(name) ?? [];
      if (period === undefined) continue;
      const file = { plan, period, generation: Number(generation) };
      const key = `${plan.name}/${period}`;
      if (file.generation > (newest.get(key)?.generation ?? 0)) newest.set(key, file);
    }
  }
  return [...newest.values()];
}

/** Paths below the folder of everything that a stopped store needs: its database file, what is in its log, its Parquet files. */
export async function listStoreFiles(folder: string): Promise<string[]> {
  const files = ["series.duckdb", "series.duckdb.wal"].filter((name) => existsSync(`${folder}/${name}`));
  for (const name of folderNames) {
    if (!existsSync(`${folder}/${name}`)) continue;
    // Drafts too: a crash while files got their names is mended with them.
    const found = (await readdir(`${folder}/${name}`)).filter((file) => /\.parquet(\.tmp)?$/.test(file));
    files.push(...found.map((file) => `${name}/${file}`));
  }
  return files;
}

/** Takes the database file out of the way and keeps the newest few of those. */
export async function setAside(
  folder: string,
  path: string,
  { at, keep }: { at: number; keep: number },
): Promise<string> {
  const suffix = `damaged-${new Date(at).toISOString().replaceAll(":", "-")}`;
  await rename(path, `${path}.${suffix}`);
  await rename(`${path}.wal`, `${path}.wal.${suffix}`).catch(() => {
    // A database that was closed properly has none.
  });
  const old = (await readdir(folder)).filter((name) => /\.duckdb\.damaged-/.test(name)).sort();
  for (const name of old.slice(0, Math.max(0, old.length - keep))) {
    await rm(`${folder}/${name}`, { force: true });
    await rm(`${folder}/${name.replace(".duckdb.", ".duckdb.wal.")}`, { force: true });
  }
  return `${path}.${suffix}`;
}
