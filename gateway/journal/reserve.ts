import { join } from "node:path";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Disk } from "./disk.ts";

/** Disk space that is put aside for alarm records. */
export interface Reserve {
  readonly bytes: number;
  /** True while the whole space is there; also when none is wanted. */
  isWhole(): boolean;
  /** True when there is space to take. */
  isReady(): boolean;
  /** Begins to put the space aside, when it is not there and there is room for it. One attempt at a time. */
  rebuild(): void;
  /** Turns the space into a file of another name, in place of any file of that name, and opens it. */
  take(path: string): Promise<number>;
  /** Waits for the attempt that is under way. */
  close(): Promise<void>;
}

/** What is needed to keep a reserve. */
export interface ReserveParts {
  readonly disk: Disk;
  readonly directory: string;
  readonly bytes: number;
  readonly log: Log;
  /** Called at the end of each attempt. */
  readonly onRebuilt: (isWhole: boolean) => void;
}

/** Written at a time, so that an alarm's commit never queues behind the whole reserve. */
const pieceBytes = 1024 * 1024;

/**
 * Keeps a file full of line feeds. Renaming it into a segment needs no room, and writing over it needs none either
 * (ext4, XFS, tmpfs), which deleting it and hoping to be first would not promise.
 */
export async function openReserve({
  disk,
  directory,
  bytes,
  log,
  onRebuilt,
}: ReserveParts): Promise<Reserve> {
  const path = join(directory, "reserve");
  const draft = `${path}.new`;
  let isWhole = bytes === 0 || (await disk.facts(path))?.bytes === bytes;
  let attempt: Promise<void> | undefined;
  let isClosed = false;

  async function build() {
    try {
      await disk.remove(draft);
      if ((await disk.free(directory)) < bytes) return;
      await fill(await disk.open(draft, "create"));
      if (isClosed) return await disk.remove(draft);
      await disk.rename(draft, path);
      await disk.syncFolder(directory);
      isWhole = true;
    } catch (error) {
      log.debug({ path, reason: messageOf(error) }, "reserve not built");
      await disk.remove(draft).catch(() => undefined);
    }
  }

  async function fill(file: number) {
    try {
      const piece = Buffer.alloc(Math.min(pieceBytes, bytes), 10);
      for (let at = 0; at < bytes && !isClosed; ) {
        at += await disk.write(file, [piece.subarray(0, bytes - at)], at);
      }
    } finally {
      await disk.close(file);
    }
  }

  return {
    bytes,
    isWhole: () => isWhole,
    isReady: () => isWhole && bytes > 0,
    rebuild() {
      if (isWhole || isClosed) return;
      attempt ??= build().finally(() => {
        attempt = undefined;
        onRebuilt(isWhole);
      });
    },
    async take(target) {
      await disk.rename(path, target);
      isWhole = false;
      await disk.syncFolder(directory);
      return disk.open(target, "write");
    },
    async close() {
      isClosed = true;
      await attempt;
    },
  };
}
