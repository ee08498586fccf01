import type { Sequenced } from "./contract.ts";
import { createDisk, type Disk, isMissing } from "./disk.ts";
import { createPlaces, type Places } from "./places.ts";
import { type FoundDamage, type FoundFrame, scanFrames } from "./scan.ts";
import { listSegments, type Segment } from "./segment.ts";

/** Reads a journal that another process may be writing. */
export interface JournalReader {
  /**
   * Records from `sequence` to `upTo`, oldest first. Take `upTo` from the writer (`Journal.last()`): what comes after
   * it may be visible already and still be lost or replaced. Without it everything that can be read is given, which is
   * right for a journal that nobody writes. Places are remembered, so continuing is cheap.
   */
  read(sequence: number, upTo?: number): AsyncIterable<readonly Sequenced[]>;
}

/** Opens a journal directory for reading only; takes no lock and changes nothing. */
export function openJournalReader(directory: string, disk: Disk = createDisk()): JournalReader {
  const places = createPlaces();
  return {
    async *read(sequence, upTo = Number.MAX_SAFE_INTEGER) {
      const segments = await listSegments(disk, directory);
      yield* readSegments({ disk, segments, places, from: sequence, upTo });
    },
  };
}

/** What is needed to read records. */
export interface ReadParts {
  readonly disk: Pick<Disk, "open" | "read" | "close" | "facts">;
  /** Oldest first, taken when the reading begins. */
  readonly segments: readonly Segment[];
  readonly places: Places;
  readonly from: number;
  readonly upTo: number;
  readonly onDamage?: (segment: Segment, file: number, damage: FoundDamage) => Promise<void>;
}

/** Records that are given at a time. */
const chunkRecords = 1000;

/** Walks through segments. Damaged frames are left out; a segment that was deleted meanwhile is passed over. */
export async function* readSegments(parts: ReadParts): AsyncGenerator<readonly Sequenced[]> {
  const { disk, segments, from, upTo } = parts;
  for (const [index, segment] of segments.entries()) {
    // What a newer segment also holds was not acknowledged here.
    const end = Math.min(upTo, (segments[index + 1]?.first ?? Number.MAX_SAFE_INTEGER) - 1);
    if (segment.first > upTo) return;
    if (end < from) continue;
    let file: number;
    try {
      file = await disk.open(segment.path, "read");
    } catch (error) {
      if (isMissing(error)) continue;
      throw error;
    }
    try {
      yield* readSegment(parts, segment, file, end);
    } finally {
      await disk.close(file);
    }
  }
}

async function* readSegment(parts: ReadParts, segment: Segment, file: number, upTo: number) {
  const { disk, places, from, onDamage } = parts;
  const bytes = (await disk.facts(segment.path))?.bytes ?? segment.bytes;
  const place = places.find(segment.first, Math.max(from, segment.first));
  let next = Math.max(place.sequence, segment.first);
  for await (const found of scanFrames({ disk, file, bytes, offset: place.offset, expected: next })) {
    if (found.what === "damage") {
      // Behind the last acknowledged record lies only what never was acknowledged.
      if (next <= upTo) await onDamage?.(segment, file, found);
      continue;
    }
    if (found.first > upTo) return;
    places.note(segment.first, { sequence: found.first, offset: found.offset });
    yield* chunksOf(found, from, upTo);
    next = found.first + found.records;
    if (next > upTo) return;
  }
}

function* chunksOf(frame: FoundFrame, from: number, upTo: number): Generator<Sequenced[]> {
  const last = Math.min(upTo - frame.first + 1, frame.records);
  let chunk: Sequenced[] = [];
  for (let i = Math.max(0, from - frame.first); i < last; i++) {
    chunk.push({ sequence: frame.first + i, record: frame.lines[i]! });
    if (chunk.length < chunkRecords) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
