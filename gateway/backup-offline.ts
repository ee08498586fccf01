import { createWriteStream, existsSync } from "node:fs";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { backupFormat } from "./backup/manifest.ts";
import { type Part, writeArchive } from "./backup/write.ts";
import { fixedParts, sessionsFile } from "./backup-stage.ts";
import { GatewayError, messageOf } from "./errors.ts";
import { createDisk } from "./journal/disk.ts";
import { listSegments } from "./journal/segment.ts";
import { verify } from "./journal/verify.ts";
import { listStoreFiles } from "./series/duckdb/files.ts";
import { databaseFile } from "./state/database.ts";
import { appliedMigrations } from "./state/migrate.ts";
import { withStoppedGateway } from "./stopped-gateway.ts";
import { readVersion } from "./version.ts";

/** Saves the data folder of a gateway that does not run. Throws as `withStoppedGateway`, and `database-unusable`. */
export async function saveStopped({
  dataDir,
  configFile,
  file,
  passphrase,
}: {
  dataDir: string;
  configFile: string | undefined;
  file: string;
  passphrase: string | undefined;
}): Promise<void> {
  await withStoppedGateway(dataDir, async () => {
    const schema = settle(join(dataDir, databaseFile), appliedMigrations);
    const sessions = join(dataDir, sessionsFile);
    if (existsSync(sessions)) settle(sessions, () => undefined);
    const series = await listStoreFiles(join(dataDir, "series"));
    const journal = await journalParts(join(dataDir, "journal"));
    await writeArchive({
      facts: {
        format: backupFormat,
        program: readVersion(),
        createdAt: new Date().toISOString(),
        schema,
        journal: { first: journal.first, last: journal.last },
        seriesStore: series.length > 0 ? "duckdb" : "none",
      },
      parts: [
        ...fixedParts(dataDir, configFile),
        { name: databaseFile, path: join(dataDir, databaseFile) },
        ...(existsSync(sessions) ? [{ name: sessionsFile, path: sessions }] : []),
        ...journal.parts,
        ...series.map((name) => ({ name: `series/${name}`, path: join(dataDir, "series", name) })),
      ],
      passphrase,
      output: createWriteStream(file, { flags: "wx", mode: 0o600, flush: true }),
    });
  });
}

/** Brings what a hard stop left in SQLite's log into the main file, so that this is all there is. */
function settle<T>(path: string, read: (db: DatabaseSync) => T): T {
  try {
    const db = new DatabaseSync(path);
    try {
      db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      return read(db);
    } finally {
      db.close();
    }
  } catch (cause) {
    throw new GatewayError("database-unusable", `${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

async function journalParts(folder: string): Promise<{ first: number; last: number; parts: Part[] }> {
  let first = 0;
  let last = 0;
  for await (const report of verify(folder)) {
    if (first === 0) first = report.first;
    last = Math.max(last, report.last);
  }
  const segments = await listSegments(createDisk(), folder);
  return { first, last, parts: segments.map(({ path }) => ({ name: `journal/${basename(path)}`, path })) };
}
