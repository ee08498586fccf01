import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { GatewayError, messageOf } from "../errors.ts";
import type { Disk } from "./disk.ts";

/**
 * Takes a journal directory for this process alone; the returned function gives it back. Throws `journal-unusable` when
 * another process, or another journal of this process, has it.
 *
 * Node has no file locks of its own, SQLite has: an exclusive transaction on an empty database is a lock that the kernel
 * holds and drops with the process, also after kill -9 and across containers. Nothing is ever stale. Nobody else may open
 * and close the file `lock` in this process: POSIX would drop the lock with it.
 */
export async function lockDirectory(disk: Disk, directory: string): Promise<() => void> {
  const holder = join(directory, "lock.pid");
  let database: DatabaseSync | undefined;
  try {
    createPrivately(join(directory, "lock"));
    database = new DatabaseSync(join(directory, "lock"));
    // With its rollback journal in memory SQLite writes nothing, so that a full disk can be locked too.
    database.exec("PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (cause) {
    database?.close();
    const pid = (await disk.load(holder))?.trim() || "?";
    const message = isBusy(cause)
      ? `journal ${directory} is in use by process ${pid}; stop it first, or give this gateway another data folder`
      : `journal ${directory} cannot be locked: ${messageOf(cause)}`;
    throw new GatewayError("journal-unusable", message, { cause });
  }
  const held = database;
  // Only for the message above; a full disk must not stop the gateway here.
  await disk.save(holder, `${process.pid}\n`).catch(() => undefined);
  return () => held.close();
}

/** For this user alone; a file that exists is not opened, since closing it would drop a lock of this process. */
function createPrivately(path: string): void {
  try {
    // In one turn: nobody else in this process can lock the file between the two calls.
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

function isBusy(error: unknown): boolean {
  const sqliteBusy = 5;
  return error instanceof Error && "errcode" in error && error.errcode === sqliteBusy;
}
