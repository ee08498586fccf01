import {
  chownSync,
  closeSync,
  existsSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { GatewayError, messageOf } from "../errors.ts";

/** Files of the local authority, all in one folder. */
export interface AuthorityFiles {
  /** The root, to be installed where the gateway is to be trusted. */
  readonly authority: string;
  readonly authorityKey: string;
  /** What the root may sign, JSON. */
  readonly limits: string;
  readonly certificate: string;
  readonly key: string;
  /** Device certificates that no longer hold. */
  readonly revoked: string;
  /** Certificates and keys made for devices. */
  readonly devices: string;
}

/** The folder in a data folder. */
export function authorityFolder(dataDir: string): string {
  return join(dataDir, "tls");
}

/** The paths in a folder; nothing is read. */
export function authorityFiles(folder: string): AuthorityFiles {
  return {
    authority: join(folder, "ca.crt"),
    authorityKey: join(folder, "ca.key"),
    limits: join(folder, "ca.json"),
    certificate: join(folder, "server.crt"),
    key: join(folder, "server.key"),
    revoked: join(folder, "revoked.crl"),
    devices: join(folder, "devices"),
  };
}

/** Makes a folder that only its user may enter. */
export function makeFolder(folder: string): void {
  const missing = !existsSync(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (missing) giveToOwner(folder, (uid, gid) => chownSync(folder, uid, gid));
}

/**
 * Writes files that only their user may read, each whole or not at all, in the given order. Made by root they belong to
 * whom the folder belongs, so that a command with sudo does not lock the gateway out. Throws `not-found` when that fails.
 */
export function writeFiles(files: readonly (readonly [path: string, content: string])[]): void {
  for (const [path, content] of files) {
    try {
      const file = openSync(`${path}.new`, "w", 0o600);
      writeSync(file, content);
      giveToOwner(path, (uid, gid) => fchownSync(file, uid, gid));
      fsyncSync(file);
      closeSync(file);
      renameSync(`${path}.new`, path);
      const folder = openSync(dirname(path), "r");
      fsyncSync(folder);
      closeSync(folder);
    } catch (cause) {
      throw new GatewayError("not-found", `${path} cannot be written: ${messageOf(cause)}`, { cause });
    }
  }
}

/** A file's text. Throws `not-found` with what would make it. */
export function readOwn(path: string, remedy: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    const why = missing ? "is not there" : `cannot be read (${messageOf(cause)})`;
    throw new GatewayError("not-found", `${path} ${why}; ${remedy}`, { cause });
  }
}

function giveToOwner(path: string, give: (uid: number, gid: number) => void): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(resolve(path)));
  give(uid, gid);
}
