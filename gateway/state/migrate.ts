import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { GatewayError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { keepCopy } from "./safety-copy.ts";

/** The migrations of the program, beside this file: `001-state.sql` and so on. */
export const programMigrations: URL = new URL("./migrations/", import.meta.url);

/**
 * Brings the database to the program's version: each missing migration, by its number, in one transaction, recorded with its checksum;
 * before the first of them a copy of what was there is kept.
 * Throws `database-unusable` when the database is newer than the program, or was made by other migrations.
 */
export function migrate({ db, path, log, folder = programMigrations, now }: MigrateParts): void {
  const wanted = readMigrations(folder);
  db.exec(`CREATE TABLE IF NOT EXISTS migrations (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL
  ) STRICT`);
  const applied = db.prepare("SELECT number, name, checksum FROM migrations ORDER BY number").all();
  for (const row of applied) {
    const migration = wanted.find(({ number }) => number === row.number);
    if (migration === undefined) {
      throw new GatewayError(
        "database-unusable",
        `${path} was written by a newer linli (it has ${row.name}, which this program does not know): install that newer version again, or restore the data directory from a backup made before the upgrade`,
      );
    }
    if (row.checksum !== migration.checksum) {
      throw new GatewayError(
        "database-unusable",
        `${path} was made with another content of ${row.name} than this program has: run the program version that wrote it, or restore a backup`,
      );
    }
  }
  const missing = wanted.filter(({ number }) => !applied.some((row) => row.number === number));
  // A new database has nothing to lose.
  if (applied.length > 0 && missing[0] !== undefined) {
    keepCopy(db, path, missing[0].number);
    log.info({ before: missing[0].name }, "database copied before its migration");
  }
  for (const migration of missing) {
    apply(db, migration, path, now());
    log.info({ migration: migration.name }, "database migrated");
  }
}

/** Names of the migrations that a database has had, oldest first. */
export function appliedMigrations(db: DatabaseSync): string[] {
  return db
    .prepare("SELECT name FROM migrations ORDER BY number")
    .all()
    .map(({ name }) => String(name));
}

interface MigrateParts {
  readonly db: DatabaseSync;
  /** For messages. */
  readonly path: string;
  readonly log: Pick<Log, "info">;
  readonly folder?: URL;
  readonly now: () => number;
}

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

function readMigrations(folder: URL): Migration[] {
  const numbers = new Set<number>();
  const names = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  return names.sort().map((name) => {
    const number = Number(/^(\d{3})-[a-z0-9-]+\.sql$/.exec(name)?.[1]);
    if (Number.isNaN(number) || numbers.has(number)) {
      throw new GatewayError(
        "internal",
        `migration ${name} needs a name like 007-some-words.sql and its own number`,
      );
    }
    numbers.add(number);
    // A checkout with CRLF line ends is still the same migration.
    const sql = readFileSync(new URL(name, folder), "utf8").replaceAll("\r\n", "\n");
    return { number, name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
  });
}

function apply(db: DatabaseSync, migration: Migration, path: string, now: number): void {
  // SQLite cannot rebuild a referenced table while foreign keys are on, and switches them only outside a transaction.
  db.exec("PRAGMA foreign_keys = OFF");
  db.exec("BEGIN IMMEDIATE");
  try {
    db.exec(migration.sql);
    const broken = db.prepare("PRAGMA foreign_key_check").all();
    if (broken.length > 0)
      throw new GatewayError("internal", `it leaves ${broken.length} dangling references`);
    db.prepare("INSERT INTO migrations VALUES (?, ?, ?, ?)").run(
      migration.number,
      migration.name,
      migration.checksum,
      now,
    );
    db.exec("COMMIT");
  } catch (cause) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw new GatewayError(
      "database-unusable",
      `${path} could not be migrated by ${migration.name} and is unchanged: ${messageOf(cause)}`,
      { cause },
    );
  } finally {
    db.exec("PRAGMA foreign_keys = ON");
  }
}
