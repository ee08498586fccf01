import { basename } from "node:path";
import { createDisk, type Disk } from "./disk.ts";
import { scanFrames } from "./scan.ts";
import { listSegments, type Segment } from "./segment.ts";

/** What was found in one segment. */
export interface SegmentReport {
  /** File name. */
  readonly segment: string;
  readonly bytes: number;
  readonly frames: number;
  readonly records: number;
  /** Sequence numbers of the first and last record; 0 when there is none. */
  readonly first: number;
  readonly last: number;
  /** Bytes before a whole frame that are none. */
  readonly damage: readonly { readonly offset: number; readonly bytes: number; readonly reason: string }[];
  /** Bytes after the last whole frame: an unfinished commit, removed at the next start. */
  readonly tornBytes: number;
  /** Records that should be in this segment and are not; numbers may also be left out on purpose after a damaged end. */
  readonly missing: number;
}

/** Reads every byte of a journal and says what is whole; changes nothing and needs no lock. */
export async function* verify(directory: string, disk: Disk = createDisk()): AsyncGenerator<SegmentReport> {
  const segments = await listSegments(disk, directory);
  for (const [index, segment] of segments.entries()) {
    yield await verifySegment(disk, segment, segments[index + 1]?.first);
  }
}

async function verifySegment(disk: Disk, segment: Segment, end: number | undefined): Promise<SegmentReport> {
  const report = { frames: 0, records: 0, first: 0, last: 0, tornBytes: 0, missing: 0 };
  const damage: { offset: number; bytes: number; reason: string }[] = [];
  let next = segment.first;
  const file = await disk.open(segment.path, "read");
  try {
    for await (const found of scanFrames({ disk, file, bytes: segment.bytes, expected: segment.first })) {
      if (found.what === "damage") {
        const { offset, bytes, reason } = found;
        if (found.followed) damage.push({ offset, bytes, reason });
        else report.tornBytes = bytes;
        continue;
      }
      // A newer segment has these again.
      if (end !== undefined && found.first >= end) break;
      report.frames++;
      report.records += found.records;
      report.first ||= found.first;
      report.missing += found.first - next;
      next = found.first + found.records;
      report.last = next - 1;
    }
  } finally {
    await disk.close(file);
  }
  if (end !== undefined) report.missing += Math.max(0, end - next);
  return { segment: basename(segment.path), bytes: segment.bytes, ...report, damage };
}
