import { spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { mkdtemp, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A small file system of its own, which can be filled to the last byte. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all space that is left; bytes taken. */
  fill(): number;
  /** Gives that space back. */
  empty(): void;
  remove(): Promise<void>;
}

/** Mounts a tmpfs; a sentence that says why when this machine does not allow it. */
export async function mountSmallDisk(mib: number): Promise<SmallDisk | string> {
  const folder = await mkdtemp(join(tmpdir(), "linli-disk-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${mib}m`, "tmpfs", folder], {
    encoding: "utf8",
  });
  if (mounted.status !== 0) {
    await rmdir(folder);
    return `no tmpfs can be mounted here: ${(mounted.error?.message ?? mounted.stderr).trim()}`;
  }
  const ballast = join(folder, "ballast");
  return {
    folder,
    fill: () => writeUntilFull(ballast),
    empty: () => rmSync(ballast, { force: true }),
    async remove() {
      spawnSync("umount", ["-l", folder]);
      await rmdir(folder);
    },
  };
}

function writeUntilFull(path: string): number {
  const file = openSync(path, "a");
  let written = 0;
  try {
    // Smaller and smaller pieces, so that not a page is left.
    for (const block of [1_048_576, 4_096, 1].map((size) => Buffer.alloc(size))) {
      for (;;) {
        try {
          written += writeSync(file, block);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
          break;
        }
      }
    }
  } finally {
    closeSync(file);
  }
  return written;
}
