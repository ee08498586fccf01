import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { GatewayError, messageOf } from "../errors.ts";

/** Copies that are kept: of the last two upgrades. */
const keep = 2;

/**
 * Copies a database to `<path>.before-<number>` before the migration of that number, so that an upgrade can be taken back. Throws
 * `database-unusable` when it cannot be made: nothing is migrated then.
 */
export function keepCopy(db: DatabaseSync, path: string, number: number): void {
  const copy = `${path}.before-${String(number).padStart(3, "0")}`;
  const draft = `${copy}.new`;
  try {
    rmSync(draft, { force: true });
    // Hashes of passwords are inside; SQLite takes an empty file with the rights that it has.
    closeSync(openSync(draft, "w", 0o600));
    db.prepare("VACUUM INTO ?").run(draft);
    sync(draft);
    renameSync(draft, copy);
    sync(dirname(path));
  } catch (cause) {
    rmSync(draft, { force: true });
    throw new GatewayError(
      "database-unusable",
      `${path} is not migrated, because no copy of it could be made before (${messageOf(cause)}): make room on the disk`,
      { cause },
    );
  }
  for (const old of listCopies(path).slice(0, -keep)) rmSync(old, { force: true });
}

/** The copies of a database, oldest schema first. */
function listCopies(path: string): string[] {
  const start = `${basename(path)}.before-`;
  const names = readdirSync(dirname(path)).filter(
    (name) => name.startsWith(start) && /^\d{3}$/.test(name.slice(start.length)),
  );
  return names.toSorted().map((name) => `${dirname(path)}/${name}`);
}

function sync(path: string): void {
  const file = openSync(path, "r");
  fsyncSync(file);
  closeSync(file);
}
