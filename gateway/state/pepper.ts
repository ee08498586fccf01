import { createHmac } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { GatewayError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Database } from "./contract.ts";

/** Name of the pepper's file in the data directory: 32 bytes in hexadecimal, readable by the gateway's user alone. */
export const pepperFile = "pepper";

/**
 * The secret that every stored hash is keyed with, so that a stolen database alone opens no door. Made at the first
 * start. Throws `database-unusable` when it is missing or another one while passwords or tokens exist.
 */
export function openPepper({ directory, database, randomBytes, log }: PepperParts): Buffer {
  const path = join(directory, pepperFile);
  const kept = database.db
    .prepare("SELECT value FROM database_facts WHERE name = 'pepper_check'")
    .get()?.value;
  const found = readPepper(path);
  if (found !== undefined && kept === checkOf(found)) {
    if ((statSync(path).mode & 0o077) !== 0)
      log.warn({ path }, "other users of this machine may read the pepper");
    return found;
  }
  const hashes = countHashes(database);
  if (kept !== undefined && hashes > 0) {
    const state = found === undefined ? "missing or damaged" : "not the one that this database was made with";
    throw new GatewayError(
      "database-unusable",
      `${path} is ${state}, so none of ${hashes} stored passwords and tokens can be checked: restore the file from the backup of this data directory`,
    );
  }
  const pepper = found ?? writePepper(path, directory, randomBytes(32));
  database.transaction(() => {
    database.db
      .prepare(
        "INSERT INTO database_facts VALUES ('pepper_check', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      )
      .run(checkOf(pepper));
  });
  return pepper;
}

/** What `openPepper` needs. */
export interface PepperParts {
  readonly directory: string;
  readonly database: Database;
  readonly randomBytes: (size: number) => Buffer;
  readonly log: Pick<Log, "warn">;
}

const hashTables = ["mqtt_passwords", "device_claims", "tokens"] as const;

function countHashes({ db }: Database): number {
  const counts = hashTables.map((table) =>
    Number(db.prepare(`SELECT count(hash) AS n FROM ${table}`).get()?.n),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Tells one pepper from another without giving it away. */
function checkOf(pepper: Buffer): string {
  return createHmac("sha256", pepper).update("linli pepper check").digest("hex");
}

function readPepper(path: string): Buffer | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const pepper = Buffer.from(readFileSync(path, "latin1").trim(), "hex");
    return pepper.length === 32 ? pepper : undefined;
  } catch (cause) {
    throw new GatewayError("database-unusable", `${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function writePepper(path: string, directory: string, pepper: Buffer): Buffer {
  // On disk before any hash is: a power cut must not leave hashes without their pepper.
  const file = openSync(`${path}.new`, "w", 0o600);
  writeSync(file, `${pepper.toString("hex")}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
  const folder = openSync(directory, "r");
  fsyncSync(folder);
  closeSync(folder);
  return pepper;
}
