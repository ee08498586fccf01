import { existsSync, readdirSync, statSync } from "node:fs";
import { copyFile, link, mkdir, rm, stat, statfs } from "node:fs/promises";
import { basename, join } from "node:path";
import { backupFormat } from "./backup/manifest.ts";
import type { PackOrder } from "./backup/protocol.ts";
import type { Worker } from "./backup/worker.ts";
import type { Part } from "./backup/write.ts";
import { GatewayError } from "./errors.ts";
import type { Journal } from "./journal/contract.ts";
import { createDisk } from "./journal/disk.ts";
import { listSegments } from "./journal/segment.ts";
import type { Series } from "./series/contract.ts";
import type { Database } from "./state/contract.ts";
import { databaseFile } from "./state/database.ts";
import { appliedMigrations } from "./state/migrate.ts";
import { pepperFile } from "./state/pepper.ts";

/** Folder below the data folder where backups are prepared; swept at each start. */
export const stagingFolder = ".backup";
/** The file that the broker keeps sessions in. */
export const sessionsFile = "sessions.db";

/** What a running gateway's data is copied from. */
export interface StageParts {
  readonly dataDir: string;
  readonly database: Database;
  readonly journal: Pick<Journal, "first" | "last">;
  readonly series: Pick<Series, "copy">;
  readonly seriesStore: string;
  /** The file of settings, when there is one. */
  readonly configFile: string | undefined;
  readonly version: string;
  readonly now: () => number;
}

/** A copy of a running gateway's data that no longer changes. */
export interface Stage {
  readonly order: Omit<PackOrder, "file" | "passphrase">;
  /** Deletes the copy. */
  remove(): Promise<void>;
}

/**
 * Prepares a backup: copies of the databases, links to files that only grow or never change. Each piece is taken after
 * those that may be behind it: lists first, history, then the journal, so that whatever is restored finds in the journal what it
 * has not taken. The gateway itself only makes links; copying is the worker's and the series process's.
 */
export async function stageBackup(parts: StageParts, worker: Worker): Promise<Stage> {
  const { dataDir, database, journal, series, version, seriesStore } = parts;
  const folder = join(dataDir, stagingFolder);
  const journalFolder = join(dataDir, "journal");
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "journal"), { recursive: true, mode: 0o700 });
  let seriesCopy: string | undefined;
  const remove = async () => {
    await rm(folder, { recursive: true, force: true });
    if (seriesCopy !== undefined) await rm(seriesCopy, { recursive: true, force: true });
  };
  try {
    await checkRoom(dataDir);
    const first = journal.first();
    await linkSegments(journalFolder, join(folder, "journal"));
    await copyDatabases(parts, worker, folder);
    const { folder: copied, files } = await series.copy();
    seriesCopy = copied;
    const last = journal.last();
    const segments = await linkSegments(journalFolder, join(folder, "journal"));
    return {
      order: {
        facts: {
          format: backupFormat,
          program: version,
          createdAt: new Date(parts.now()).toISOString(),
          schema: appliedMigrations(database.db),
          journal: { first: Math.min(first, last), last },
          seriesStore,
        },
        parts: [
          ...fixedParts(dataDir, parts.configFile),
          { name: databaseFile, path: join(folder, databaseFile) },
          { name: sessionsFile, path: join(folder, sessionsFile) },
          ...segments.map((path) => ({ name: `journal/${basename(path)}`, path })),
          ...files.map((name) => ({ name: `series/${name}`, path: join(copied, name) })),
        ],
        lastSequence: last,
      },
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Small files that are written once: the pepper, settings, certificates. */
export function fixedParts(dataDir: string, configFile: string | undefined): Part[] {
  const tls = join(dataDir, "tls");
  const names = existsSync(tls) ? readdirSync(tls).filter((name) => statSync(join(tls, name)).isFile()) : [];
  return [
    { name: pepperFile, path: join(dataDir, pepperFile) },
    ...(configFile === undefined ? [] : [{ name: "linli.yaml", path: configFile }]),
    ...names.map((name) => ({ name: `tls/${name}`, path: join(tls, name) })),
  ];
}

async function copyDatabases(
  { dataDir, database }: StageParts,
  worker: Worker,
  folder: string,
): Promise<void> {
  const way = (name: string) => ({ from: join(dataDir, name), to: join(folder, name) });
  await worker.hear("ready");
  const thaw = database.freeze();
  try {
    worker.tell({ say: "copy", database: way(databaseFile), sessions: way(sessionsFile) });
    await worker.hear("copied");
  } finally {
    thaw();
  }
}

/** Links every segment that is there, in place of a link of the same name; returns all that are linked, oldest first. */
async function linkSegments(from: string, to: string): Promise<string[]> {
  const disk = createDisk();
  for (const { path } of await listSegments(disk, from)) {
    const target = join(to, basename(path));
    await rm(target, { force: true });
    try {
      await link(path, target);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Retention was faster.
      if (code === "ENOENT") continue;
      // Some file systems have no links.
      await copyFile(path, target);
    }
  }
  return (await listSegments(disk, to)).map(({ path }) => path);
}

/** What must stay free beside the copies: a backup must not be what fills the disk. */
const spareBytes = 256 * 1024 * 1024;

async function checkRoom(dataDir: string): Promise<void> {
  const copied = [
    databaseFile,
    sessionsFile,
    join("series", "series.duckdb"),
    join("series", "series.duckdb.wal"),
  ];
  let needed = spareBytes;
  for (const name of copied) needed += await sizeOf(join(dataDir, name));
  const { bavail, bsize } = await statfs(dataDir);
  if (bavail * bsize >= needed) return;
  throw new GatewayError(
    "limit-reached",
    `a backup needs ${Math.ceil(needed / 1_048_576)} MiB of free space in ${dataDir} for its copies, and ${Math.floor((bavail * bsize) / 1_048_576)} MiB are free`,
  );
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
