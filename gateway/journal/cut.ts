import { createDisk, type Disk } from "./disk.ts";
import { scanFrames } from "./scan.ts";
import type { Segment } from "./segment.ts";

/** Bytes from the beginning of a segment up to the end of the frame that holds the record `last`; 0 when none holds it or comes before. */
export async function bytesUpTo(
  segment: Pick<Segment, "first" | "path">,
  last: number,
  disk: Disk = createDisk(),
): Promise<number> {
  const { first, path } = segment;
  const bytes = (await disk.facts(path))?.bytes ?? 0;
  const file = await disk.open(path, "read");
  let end = 0;
  try {
    for await (const found of scanFrames({ disk, file, bytes, expected: first })) {
      if (found.what === "damage") continue;
      if (found.first > last) break;
      end = found.end;
      if (found.first + found.records > last) break;
    }
  } finally {
    await disk.close(file);
  }
  return end;
}
