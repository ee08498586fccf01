import { join } from "node:path";
import { z } from "zod";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Cursor } from "./contract.ts";
import type { Disk } from "./disk.ts";

/** How far every view has come, kept in `cursors.json`. */
export interface Cursors {
  cursor(view: string): Cursor;
  /** Every known view. */
  views(): Iterable<readonly [view: string, position: number]>;
  /** The position that every view has reached; infinite when there is no view. */
  lowest(): number;
  /** Highest sequence number that the file, or a view, knows of. */
  seen(): number;
  /** Writes what moved, and the last durable sequence number. Throws what the disk throws. */
  save(last: number): Promise<void>;
}

const cursorsFile = z.object({
  version: z.literal(1),
  /** Highest durable record at the time of writing: keeps numbers from being used again when the journal's end is lost. */
  last: z.int().min(0),
  views: z.record(z.string(), z.int().min(0)),
});

/** Reads the cursors of a journal. A damaged file is put aside: every view begins at 0. */
export async function openCursors(parts: { disk: Disk; directory: string; log: Log }): Promise<Cursors> {
  const { disk, log } = parts;
  const path = join(parts.directory, "cursors.json");
  const loaded = await load();
  const positions = new Map(Object.entries(loaded.views));
  let saved = JSON.stringify(loaded);

  async function load(): Promise<z.infer<typeof cursorsFile>> {
    const empty = { version: 1 as const, last: 0, views: {} };
    const text = await disk.load(path);
    if (text === undefined) return empty;
    try {
      return cursorsFile.parse(JSON.parse(text));
    } catch (error) {
      log.warn({ path, reason: messageOf(error) }, "cursors unreadable, every view begins again");
      await disk.rename(path, `${path}.damaged`);
      return empty;
    }
  }

  return {
    cursor(view) {
      if (!positions.has(view)) positions.set(view, 0);
      return {
        position: () => positions.get(view) ?? 0,
        advance: (sequence) => {
          if (sequence > (positions.get(view) ?? 0)) positions.set(view, sequence);
        },
        reset: (sequence) => positions.set(view, sequence),
      };
    },
    views: () => positions,
    lowest: () => Math.min(...positions.values()),
    seen: () => Math.max(loaded.last, ...positions.values()),
    async save(last) {
      const file = { version: 1, last: Math.max(last, loaded.last), views: Object.fromEntries(positions) };
      const content = JSON.stringify(file);
      if (content === saved) return;
      await disk.save(path, `${content}\n`);
      saved = content;
    },
  };
}
