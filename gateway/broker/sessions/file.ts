import { closeSync, fdatasync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Clock } from "../../clock.ts";
import { GatewayError, messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";

/** Something in memory whose row in the database must follow. */
export interface Row {
  /** Writes, or deletes, the row as the thing is now. Called inside a transaction; may be called again for the same state. */
  save(statements: Statements): void;
}

/** Prepared statements by their SQL. */
export type Statements = (sql: string) => StatementSync;

/** The session database: memory is the working truth, the file follows in batches. */
export interface SessionFile {
  readonly read: Statements;
  /** The row changed. With `saved`: called once the row and all earlier changes are on disk, in the order of the calls. */
  changed(row: Row, saved?: () => void): void;
  /** Calls back once all changes before it are on disk. */
  afterWrite(saved: () => void): void;
  /** The database cannot be written at the moment. */
  isFailing(): boolean;
  /** Writes everything and closes. */
  close(): Promise<void>;
}

interface FileParts {
  readonly directory: string;
  readonly settings: { readonly lazyWriteMs: number; readonly retryMs: number };
  readonly clock: Clock;
  readonly log: Log;
  /** Brings a file's data to the disk; `fdatasync` unless a test says otherwise. */
  readonly sync?: (file: number, done: (error: Error | null) => void) => void;
}

const schema = `
CREATE TABLE IF NOT EXISTS session(client TEXT PRIMARY KEY, owner TEXT NOT NULL, keep_s INTEGER NOT NULL, away_since INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS subscription(client TEXT, filter TEXT, options TEXT NOT NULL, PRIMARY KEY(client, filter)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS queued(position INTEGER PRIMARY KEY, client TEXT NOT NULL, head TEXT NOT NULL, payload BLOB);
CREATE TABLE IF NOT EXISTS received(client TEXT, message_id INTEGER, PRIMARY KEY(client, message_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS retained(topic TEXT PRIMARY KEY, head TEXT NOT NULL, payload BLOB);
CREATE TABLE IF NOT EXISTS will(client TEXT PRIMARY KEY, head TEXT NOT NULL, payload BLOB);
`;

/**
 * Opens `sessions.db`. SQLite writes its log without waiting for the disk (WAL, synchronous=NORMAL) and we sync that log
 * from a worker thread: a commit is as durable as with FULL, but the event loop never waits for the disk, and all that
 * gathers during one sync shares the next. Throws `database-unusable`.
 */
export function openSessionFile({
  directory,
  settings,
  clock,
  log,
  sync = fdatasync,
}: FileParts): SessionFile {
  const { database, walFd } = openDatabase(directory);
  const prepared = new Map<string, StatementSync>();
  const statements: Statements = (sql) => {
    let statement = prepared.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      prepared.set(sql, statement);
    }
    return statement;
  };

  let dirty = new Set<Row>();
  let waiters: (() => void)[] = [];
  let scheduled: "no" | "lazy" | "soon" = "no";
  let stopLazy = () => {};
  let syncing = false;
  let failing = false;
  /** A part of the log may not be on the disk: nothing behind it counts before the log was begun anew. */
  let isLogBroken = false;
  let closed = false;
  let whenIdle: (() => void) | undefined;

  function schedule(): void {
    if (syncing || failing || closed) return;
    if (waiters.length > 0 && scheduled !== "soon") {
      stopLazy();
      scheduled = "soon";
      setImmediate(write);
    } else if (scheduled === "no" && dirty.size > 0) {
      scheduled = "lazy";
      stopLazy = clock.after(settings.lazyWriteMs, write);
    }
  }

  function write() {
    if (closed || syncing) return;
    scheduled = "no";
    const rows = dirty;
    if (!commit()) return;
    const released = waiters;
    waiters = [];
    if (released.length === 0) return settle();
    syncing = true;
    sync(walFd, (error) => {
      syncing = false;
      if (error !== null) {
        log.error({ error: messageOf(error) }, "session database could not be synced");
        // After a failed sync the kernel calls the pages clean, and what follows a gap in SQLite's log is never read.
        isLogBroken = true;
        for (const row of rows) dirty.add(row);
        waiters = [...released, ...waiters];
        retryLater();
        return;
      }
      for (const saved of released) answer(saved);
      settle();
    });
  }

  // One subscriber that cannot be written to must not keep the others from their answers, nor end the process.
  function answer(saved: () => void): void {
    try {
      saved();
    } catch (error) {
      log.error({ error: messageOf(error) }, "an answer to a session write failed");
    }
  }

  function commit(): boolean {
    const rows = dirty;
    dirty = new Set();
    try {
      if (rows.size > 0) {
        database.exec("BEGIN IMMEDIATE");
        for (const row of rows) row.save(statements);
        database.exec("COMMIT");
      }
      if (isLogBroken) renewLog();
      failing = false;
      return true;
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      for (const row of dirty) rows.add(row);
      dirty = rows;
      if (!failing) log.error({ error: messageOf(error) }, "session database could not be written");
      retryLater();
      return false;
    }
  }

  /** Brings everything into the database file, from memory where the disk has it not, and begins an empty log. */
  function renewLog(): void {
    const { busy } = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number };
    if (busy !== 0) throw new GatewayError("busy", "another process reads the session database");
    isLogBroken = false;
  }

  function retryLater(): void {
    failing = true;
    whenIdle?.();
    clock.after(settings.retryMs, write);
  }

  function settle(): void {
    schedule();
    if (whenIdle !== undefined && dirty.size === 0 && waiters.length === 0 && !syncing) whenIdle();
  }

  return {
    read: statements,
    changed(row, saved) {
      dirty.add(row);
      if (saved !== undefined) waiters.push(saved);
      schedule();
    },
    afterWrite(saved) {
      waiters.push(saved);
      schedule();
    },
    isFailing: () => failing,
    async close() {
      if (closed) return;
      // A failing disk cannot hold up the stop: one attempt is made and what it refuses is lost.
      if (!failing) {
        await new Promise<void>((resolve) => {
          whenIdle = resolve;
          waiters.push(() => {});
          schedule();
        });
      }
      closed = true;
      stopLazy();
      closeSync(walFd);
      database.close();
    },
  };
}

function openDatabase(directory: string): { database: DatabaseSync; walFd: number } {
  const path = join(directory, "sessions.db");
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    // Waiting messages are inside; SQLite gives its other files the mode of this one.
    closeSync(openSync(path, "a", 0o600));
    const database = new DatabaseSync(path);
    database.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=4000;");
    // A start on a full disk must not need to write.
    const { user_version: version } = database.prepare("PRAGMA user_version").get() as {
      user_version: number;
    };
    if (version === 0) database.exec(`${schema} PRAGMA user_version=1;`);
    return { database, walFd: openSync(`${path}-wal`, "r+") };
  } catch (cause) {
    throw new GatewayError("database-unusable", `sessions cannot be kept in "${path}": ${messageOf(cause)}`, {
      cause,
    });
  }
}
