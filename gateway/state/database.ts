import { closeSync, fsyncSync, mkdirSync, openSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { GatewayError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Database } from "./contract.ts";
import { damagedDatabase, explainDatabaseError } from "./database-error.ts";
import { migrate } from "./migrate.ts";
import type { StateSettings } from "./settings.ts";

/** Name of the database file in the data directory. */
export const databaseFile = "linli.db";

/**
 * Opens `<directory>/linli.db` for this process alone and brings it to the program's version.
 * Throws `busy` when another process has it, `database-unusable` when it is damaged, foreign or too new.
 */
export function openDatabase({
  directory,
  log,
  settings,
  migrations,
  now = Date.now,
}: DatabaseParts): Database {
  const path = join(directory, databaseFile);
  const db = open(path, directory, settings);
  try {
    configure(db, path);
    if (statSync(path).size <= settings.checkBytes) checkPages(db, path);
    migrate({ db, path, log, now, ...(migrations === undefined ? {} : { folder: migrations }) });
  } catch (cause) {
    db.close();
    throw explainDatabaseError(cause, path);
  }
  let isFrozen = false;
  return {
    db,
    transaction(run, options) {
      if (options?.durable !== "with-the-next") return transact(db, path, run);
      // Frames of the WAL without a sync of their own are synced by the next transaction that has one.
      db.exec("PRAGMA synchronous = NORMAL");
      try {
        return transact(db, path, run);
      } finally {
        db.exec("PRAGMA synchronous = FULL");
      }
    },
    freeze() {
      if (isFrozen)
        throw new GatewayError("busy", "the database is being copied already", { retryable: true });
      const { busy } = db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number };
      if (busy !== 0)
        throw new GatewayError("busy", `${path} could not be checkpointed`, { retryable: true });
      // Only a checkpoint writes to the main file, and only this connection makes one.
      db.exec("PRAGMA wal_autocheckpoint = 0");
      isFrozen = true;
      return () => {
        isFrozen = false;
        if (db.isOpen) db.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`);
      };
    },
    close() {
      if (db.isOpen) db.close();
    },
  };
}

/** Pages of the log after which SQLite brings them into the main file; its own default. */
const checkpointPages = 1000;

/** What `openDatabase` needs. */
export interface DatabaseParts {
  readonly directory: string;
  readonly log: Pick<Log, "info">;
  readonly settings: Pick<StateSettings, "busyTimeoutMs" | "checkBytes">;
  /** Folder of the migrations; the program's own unless a test says otherwise. */
  readonly migrations?: URL | undefined;
  /** Epoch ms, noted with each migration. */
  readonly now?: (() => number) | undefined;
}

/** Marks the file as ours ("Linl"), so that a foreign SQLite file is not written to. */
const applicationId = 0x4c696e6c;

function open(path: string, directory: string, settings: DatabaseParts["settings"]): DatabaseSync {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    // Hashes of passwords are inside; SQLite gives its other files the mode of this one.
    closeSync(openSync(path, "a", 0o600));
    const folder = openSync(directory, "r");
    fsyncSync(folder);
    closeSync(folder);
    return new DatabaseSync(path, { timeout: settings.busyTimeoutMs });
  } catch (cause) {
    throw new GatewayError(
      "database-unusable",
      `${path} cannot be opened: ${messageOf(cause)}. Check that the data directory exists and that this user may write there`,
      { cause },
    );
  }
}

function configure(db: DatabaseSync, path: string): void {
  // A second process would not see what this one keeps in memory, so it is kept out, with a message.
  db.exec("PRAGMA locking_mode = EXCLUSIVE");
  db.exec("PRAGMA journal_mode = WAL");
  db.exec("PRAGMA synchronous = FULL");
  db.exec("PRAGMA foreign_keys = ON");
  db.exec("PRAGMA trusted_schema = OFF");
  db.exec("PRAGMA journal_size_limit = 67108864");
  const owner = db.prepare("PRAGMA application_id").get()?.application_id;
  const tables = Number(db.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()?.tables);
  if (owner !== applicationId && tables > 0) {
    throw new GatewayError(
      "database-unusable",
      `${path} is a SQLite database of another program: move it away, or choose another data directory`,
    );
  }
  if (owner !== applicationId) db.exec(`PRAGMA application_id = ${applicationId}`);
}

function checkPages(db: DatabaseSync, path: string): void {
  const answer = db.prepare("PRAGMA quick_check(1)").get()?.quick_check;
  if (answer !== "ok") throw damagedDatabase(path, String(answer));
}

function transact<T>(db: DatabaseSync, path: string, run: (committed: (apply: () => void) => void) => T): T {
  if (db.isTransaction) throw new GatewayError("internal", "a transaction was begun inside another one");
  const applies: (() => void)[] = [];
  let result: T;
  try {
    db.exec("BEGIN IMMEDIATE");
    result = run((apply) => void applies.push(apply));
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw explainDatabaseError(error, path);
  }
  for (const apply of applies) apply();
  return result;
}
