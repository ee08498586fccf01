import { dirname } from "node:path";
import { GatewayError } from "../errors.ts";
import type { Disk } from "./disk.ts";
import type { Segment } from "./segment.ts";

/** Copied at a time. */
const pieceBytes = 1024 * 1024;

/**
 * Writes a segment again, up to `end`, into a new file in its place, and opens that. After a failed sync the kernel
 * calls the pages clean that it could not write: another sync would succeed and prove nothing.
 */
export async function rewriteSegment({
  disk,
  segment,
  file,
  end,
}: {
  disk: Disk;
  segment: Segment;
  /** The segment, open. */
  file: number;
  end: number;
}): Promise<number> {
  const draft = `${segment.path}.new`;
  await disk.remove(draft);
  const copy = await disk.open(draft, "create");
  try {
    for (let at = 0; at < end; ) {
      const piece = Buffer.alloc(Math.min(pieceBytes, end - at));
      const bytes = await disk.read(file, piece, at);
      if (bytes === 0) throw new GatewayError("journal-unusable", `${segment.path} ends before ${end}`);
      for (let done = 0; done < bytes; ) {
        done += await disk.write(copy, [piece.subarray(done, bytes)], at + done);
      }
      at += bytes;
    }
    await disk.rename(draft, segment.path);
    await disk.syncFolder(dirname(segment.path));
  } catch (error) {
    await disk.close(copy).catch(() => undefined);
    await disk.remove(draft).catch(() => undefined);
    throw error;
  }
  segment.bytes = end;
  return copy;
}
