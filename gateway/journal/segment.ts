import { join } from "node:path";
import { GatewayError } from "../errors.ts";
import type { Disk } from "./disk.ts";

/** One file of the journal. Its records end where the next segment's begin, whatever else it holds. */
export interface Segment {
  /** Sequence number of its first record, also its name. */
  readonly first: number;
  readonly path: string;
  bytes: number;
  /** When it was last written, epoch ms. */
  modifiedAt: number;
}

/** Path of the segment that begins with a sequence number. */
export function segmentPath(directory: string, first: number): string {
  return join(directory, `${String(first).padStart(16, "0")}.log`);
}

/** The segments of a directory, oldest first. */
export async function listSegments(disk: Disk, directory: string): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const name of (await disk.list(directory)).sort()) {
    if (!/^\d{16}\.log$/.test(name)) continue;
    const path = join(directory, name);
    const facts = await disk.facts(path);
    if (facts) segments.push({ first: Number(name.slice(0, 16)), path, ...facts });
  }
  return segments;
}

/** The segment that is being written. */
export interface OpenSegment {
  readonly segment: Segment;
  /** Where the next frame goes, bytes from the beginning. */
  position(): number;
  /** Puts a frame at the end; it is durable when this resolves. After a refusal the same place is written again. */
  append(frame: Buffer): Promise<void>;
  /** Cuts off what was filled ahead and closes; an error is of no consequence to what was appended. */
  close(): Promise<void>;
}

/** What is needed to write on in a file. */
export interface OpenSegmentParts {
  readonly disk: Disk;
  readonly file: number;
  readonly segment: Segment;
  /** End of the last frame. */
  readonly position: number;
  /** Line feeds that are written after a frame, so that the next ones need no new disk blocks. */
  readonly filler: Buffer;
}

/** Writes frames to an open file, one after the other. */
export function createOpenSegment({ disk, file, segment, filler, ...parts }: OpenSegmentParts): OpenSegment {
  let position = parts.position;

  return {
    segment,
    position: () => position,
    async append(frame) {
      const end = position + frame.length;
      // A large frame gains nothing: its own blocks cost more than the file's metadata.
      const fills = end > segment.bytes && frame.length * 4 <= filler.length;
      let written = await disk.write(file, fills ? [frame, filler] : [frame], position);
      while (written < frame.length) {
        const more = await disk.write(file, [frame.subarray(written)], position + written);
        if (more === 0) throw new GatewayError("journal-unusable", `nothing was written to ${segment.path}`);
        written += more;
      }
      segment.bytes = Math.max(segment.bytes, position + written);
      position = end;
    },
    async close() {
      try {
        await disk.truncate(file, position);
        segment.bytes = position;
      } finally {
        await disk.close(file);
      }
    },
  };
}

/** Creates a segment and makes its name durable. Takes the place of a file of that name, which can hold nothing acknowledged. */
export async function createSegment(parts: {
  disk: Disk;
  directory: string;
  first: number;
  filler: Buffer;
}): Promise<OpenSegment> {
  const { disk, directory, first, filler } = parts;
  const path = segmentPath(directory, first);
  await disk.remove(path);
  const file = await disk.open(path, "create");
  try {
    await disk.syncFolder(directory);
  } catch (error) {
    await disk.close(file);
    throw error;
  }
  const segment = { first, path, bytes: 0, modifiedAt: 0 };
  return createOpenSegment({ disk, file, segment, position: 0, filler });
}
