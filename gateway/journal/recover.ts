import { GatewayError, messageOf } from "../errors.ts";
import type { Disk } from "./disk.ts";
import type { Faults } from "./faults.ts";
import type { Places } from "./places.ts";
import type { Quarantine } from "./quarantine.ts";
import { rewriteSegment } from "./rewrite.ts";
import { type FoundDamage, scanFrames } from "./scan.ts";
import { createOpenSegment, type OpenSegment, type Segment } from "./segment.ts";

/** Where writing goes on. */
export interface Recovered {
  /** Undefined when the next frame needs a new segment. */
  readonly open: OpenSegment | undefined;
  /** Sequence number of the last record that is there; 0 when there is none. */
  readonly last: number;
  /** Sequence number of the next record: above everything that was ever seen. */
  readonly next: number;
}

/** What is needed to find the end of a journal. */
export interface RecoverParts {
  readonly disk: Disk;
  /** Oldest first. */
  readonly segments: readonly Segment[];
  /** Highest sequence number that anybody remembers. */
  readonly seen: number;
  readonly filler: Buffer;
  readonly places: Places;
  readonly quarantine: Quarantine;
  readonly faults: Faults;
}

/** A damaged header is believed when it speaks of records at most so far ahead. */
const believedRecords = 10_000_000;

/**
 * Verifies the last segment, removes an unfinished commit from its end and says where to go on. Earlier segments are
 * verified when they are read. Throws `journal-unusable` when the last segment cannot be read or made durable.
 */
export async function recoverTail(parts: RecoverParts): Promise<Recovered> {
  const { disk, segments, seen, filler, quarantine, faults } = parts;
  const segment = segments.at(-1);
  if (!segment) return { open: undefined, last: 0, next: seen + 1 };
  let file: number | undefined;
  try {
    file = await disk.open(segment.path, "write");
    const { last, end, torn } = await walk(parts, segment, file);
    if (torn) await quarantine.keep(segment.path, file, torn);
    try {
      if (torn) await overwrite(disk, file, torn);
      // After kill -9 a frame may be in the page cache only; nobody may read it before it is on the disk.
      await disk.sync(file);
    } catch (error) {
      faults.begin("write-failed", `${segment.path} is written again: ${messageOf(error)}`);
      const left = file;
      file = await rewriteSegment({ disk, segment, file: left, end });
      await disk.close(left).catch(() => undefined);
    }
    if (torn) faults.found("torn-tail", describeTorn(segment, torn), "harmless");
    const claimed = torn && torn.claims <= last + believedRecords ? torn.claims : 0;
    if (seen > last) {
      faults.found("frame-damaged", `records ${last + 1} to ${seen} are gone from ${segment.path}`, "lost");
    }
    const next = Math.max(last, seen, claimed) + 1;
    return { open: createOpenSegment({ disk, file, segment, position: end, filler }), last, next };
  } catch (cause) {
    if (file !== undefined) await disk.close(file).catch(() => undefined);
    if (cause instanceof GatewayError) throw cause;
    const message = `journal segment ${segment.path} cannot be opened: ${messageOf(cause)}`;
    throw new GatewayError("journal-unusable", message, { cause, retryable: true });
  }
}

async function walk({ disk, places, quarantine, faults }: RecoverParts, segment: Segment, file: number) {
  let last = segment.first - 1;
  let end = 0;
  let torn: FoundDamage | undefined;
  const frames = scanFrames({ disk, file, bytes: segment.bytes, expected: segment.first });
  for await (const found of frames) {
    if (found.what === "frame") {
      places.note(segment.first, { sequence: found.first, offset: found.offset });
      last = found.first + found.records - 1;
      end = found.end;
    } else if (found.followed) {
      const isNew = await quarantine.keep(segment.path, file, found);
      if (isNew) faults.found("frame-damaged", describeDamage(segment, found), "lost");
    } else torn = found;
  }
  return { last, end, torn };
}

/** With line feeds instead of cutting the file: the room stays allocated, which matters when the disk is full. */
async function overwrite(disk: Disk, file: number, torn: FoundDamage) {
  const blank = Buffer.alloc(torn.bytes, 10);
  let done = 0;
  while (done < blank.length) done += await disk.write(file, [blank.subarray(done)], torn.offset + done);
}

/** One sentence on a damaged place of a segment. */
export function describeDamage(segment: Segment, damage: FoundDamage): string {
  return `${damage.bytes} bytes at ${damage.offset} of ${segment.path} are damaged: ${damage.reason}`;
}

function describeTorn(segment: Segment, damage: FoundDamage): string {
  return `an unfinished commit of ${damage.bytes} bytes was removed from the end of ${segment.path}`;
}
