import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { GatewayError } from "../errors.ts";
import type { Disk } from "./disk.ts";

/**
 * Takes a journal directory for this process alone; the returned function gives it back. Throws `journal-unusable` when
 * another process, or another journal of this process, has it.
 *
 * Node has no file locks of its own, SQLite has: an exclusive transaction on an empty database is a lock that the kernel
 * holds and drops with the process, also after kill -9 and across containers. Nothing is ever stale.
 */
export async function lockDirectory(disk: Disk, directory: string): Promise<() => void> {
  const holder = join(directory, "lock.pid");
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(directory, "lock"));
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (cause) {
    database?.close();
    const pid = (await disk.load(holder))?.trim();
    throw new GatewayError(
      "journal-unusable",
      `journal ${directory} is in use${pid ? ` by process ${pid}` : ""}, or cannot be locked: ${String(cause)}`,
      { cause },
    );
  }
  const held = database;
  // Only for the message above; a full disk must not stop the gateway here.
  await disk.save(holder, `${process.pid}\n`).catch(() => undefined);
  return () => held.close();
}
