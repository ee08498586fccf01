import { basename, join } from "node:path";
import type { Disk } from "./disk.ts";
import type { FoundDamage } from "./scan.ts";

/** Keeps copies of damaged bytes, so that a person can look at them. */
export interface Quarantine {
  /** Copies damage out of an open segment; false when it was known before. Never throws: a full disk only loses the copy. */
  keep(segmentPath: string, file: number, damage: FoundDamage): Promise<boolean>;
}

/** Opens the folder `quarantine` of a journal. */
export async function openQuarantine(parts: {
  disk: Disk;
  directory: string;
  /** Most bytes that are kept; damage beyond it is known but not copied. */
  limitBytes: number;
}): Promise<Quarantine> {
  const { disk, limitBytes } = parts;
  const folder = join(parts.directory, "quarantine");
  const known = new Set<string>();
  let keptBytes = 0;
  for (const name of await disk.list(folder)) {
    known.add(name);
    keptBytes += (await disk.facts(join(folder, name)))?.bytes ?? 0;
  }

  return {
    async keep(segmentPath, file, damage) {
      const name = `${basename(segmentPath, ".log")}-${damage.offset}.bin`;
      if (known.has(name)) return false;
      known.add(name);
      const bytes = Math.min(damage.bytes, limitBytes - keptBytes);
      if (bytes <= 0) return true;
      keptBytes += bytes;
      try {
        const copy = Buffer.alloc(bytes);
        const read = await disk.read(file, copy, damage.offset);
        await disk.makeFolder(folder);
        await disk.save(join(folder, name), copy.subarray(0, read));
      } catch {
        // The damage itself is reported; the copy is a courtesy that a failing disk may refuse.
      }
      return true;
    },
  };
}
