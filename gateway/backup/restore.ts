import { createWriteStream, existsSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, rmdir, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { GatewayError } from "../errors.ts";
import type { Manifest } from "./manifest.ts";
import { readBackup } from "./read.ts";

/** Folder in the data folder where a backup is unpacked. While it is there the data is not whole, and no gateway starts on it. */
export const restoringFolder = ".restoring";

/** What an empty disk may hold. */
const harmless: ReadonlySet<string> = new Set(["lost+found", restoringFolder]);

/**
 * Unpacks a backup into a data folder that must be empty, or not exist. Every checksum is held against the manifest, and `check` may look at the
 * unpacked data, before the first file gets its place. When anything is wrong the folder is left empty. Throws what
 * `readBackup` throws, and `conflict` when the folder is in use.
 */
export async function restoreBackup({
  file,
  passphrase,
  directory,
  check,
}: {
  file: string;
  passphrase?: string | undefined;
  directory: string;
  check: (folder: string, manifest: Manifest) => void;
}): Promise<Manifest> {
  await refuseUsed(directory);
  const isNew = (await mkdir(directory, { recursive: true, mode: 0o700 })) !== undefined;
  const draft = join(directory, restoringFolder);
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  try {
    const folders = new Set<string>([draft]);
    const manifest = await readBackup({
      ...{ file, passphrase },
      async take({ name, modifiedAt }, pieces) {
        const path = join(draft, name);
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        folders.add(dirname(path));
        await pipeline(pieces, createWriteStream(path, { flags: "wx", mode: 0o600, flush: true }));
        if (modifiedAt !== undefined) await utimes(path, modifiedAt, modifiedAt);
      },
    });
    check(draft, manifest);
    for (const folder of folders) await sync(folder);
    for (const name of await readdir(draft)) await rename(join(draft, name), join(directory, name));
    await rmdir(draft);
    await sync(directory);
    return manifest;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (isNew) await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

/** Throws `database-unusable` when a restore into this data folder was interrupted. */
export function refuseHalfRestored(directory: string): void {
  if (!existsSync(join(directory, restoringFolder))) return;
  throw new GatewayError(
    "database-unusable",
    `${directory} holds a restore that was interrupted: delete what is in it and run linli restore again`,
  );
}

async function refuseUsed(directory: string): Promise<void> {
  const names: string[] = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new GatewayError("conflict", `${directory} cannot be used: ${error.message}`, { cause: error });
  });
  const used = names.filter((name) => !harmless.has(name));
  if (used.length === 0) return;
  const state = names.includes(restoringFolder)
    ? "holds a restore that was interrupted: delete what is in it and restore again"
    : "is not empty: a backup is restored into an empty folder, so that nothing is overwritten";
  throw new GatewayError("conflict", `${directory} (${used.slice(0, 3).join(", ")} …) ${state}`);
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
