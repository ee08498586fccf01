import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GatewayError } from "../../../gateway/errors.ts";

/** A disk with ext4 on it, of which copies can be made in an instant while programs write to it. */
export interface DiskImage {
  /** Where it is mounted. */
  readonly folder: string;
  /** What would be on the disk if the power went now: not what only the memory holds. */
  cut(name: string): Snapshot;
  remove(): Promise<void>;
}

/** The disk as it was at a moment. */
export interface Snapshot {
  /** Mounts it, by which ext4 plays its own journal; the folder. */
  mount(): Promise<string>;
  unmount(): void;
  remove(): Promise<void>;
}

/** Sparse: it holds what the copies differ in. */
const holderGib = 16;

/**
 * Makes an ext4 of so many MiB in a file on an XFS in a file: XFS shares blocks between copies, so that a copy of the
 * whole disk is one step. A sentence that says why when this machine does not allow it.
 */
export async function openDiskImage(mib: number): Promise<DiskImage | string> {
  const base = await mkdtemp(join(tmpdir(), "linli-power-"));
  const [holder, folder, image] = [join(base, "holder"), join(base, "disk"), join(base, "holder/disk.img")];
  const undo: (() => void)[] = [];

  async function remove(): Promise<void> {
    for (const step of undo.toReversed()) step();
    await rm(base, { recursive: true, force: true });
  }

  async function makeSparse(path: string, bytes: number): Promise<void> {
    await writeFile(path, "");
    await truncate(path, bytes);
  }

  try {
    await mkdir(holder);
    await mkdir(folder);
    await makeSparse(`${holder}.img`, holderGib * 2 ** 30);
    run("mkfs.xfs", ["-q", "-m", "reflink=1", `${holder}.img`]);
    run("mount", ["-o", "loop", `${holder}.img`, holder]);
    undo.push(() => spawnSync("umount", ["-l", holder]));
    await makeSparse(image, mib * 2 ** 20);
    run("mkfs.ext4", ["-q", image]);
    // ext4 brings everything to the disk every 5 s by itself, which would hide a sync that is missing.
    run("mount", ["-o", "loop,commit=300", image, folder]);
    undo.push(() => spawnSync("umount", ["-l", folder]));
  } catch (error) {
    await remove();
    return `no disk image can be mounted here: ${error instanceof Error ? error.message : error}`;
  }

  return {
    folder,
    remove,
    cut(name) {
      const copy = join(holder, `${name}.img`);
      const place = join(base, name);
      run("cp", ["--reflink=always", image, copy]);
      return {
        async mount() {
          await mkdir(place);
          run("mount", ["-o", "loop", copy, place]);
          undo.push(() => spawnSync("umount", ["-l", place]));
          return place;
        },
        unmount: () => run("umount", [place]),
        remove: () => rm(copy),
      };
    },
  };
}

function run(command: string, args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0)
    throw new GatewayError(
      "scenario-failed",
      `${command} ${args.join(" ")}: ${(error?.message ?? stderr).trim()}`,
    );
}
