import type { Disk } from "./disk.ts";
import { type FrameHeader, frameStart, headerBytes, isWhole, readHeader, readRecords } from "./frame.ts";

/** A frame whose checksum is right. */
export interface FoundFrame extends FrameHeader {
  readonly what: "frame";
  readonly offset: number;
  /** Offset of the first byte after it. */
  readonly end: number;
  readonly lines: readonly string[];
}

/** Bytes that are no frame. */
export interface FoundDamage {
  readonly what: "damage";
  readonly offset: number;
  readonly bytes: number;
  readonly reason: string;
  /** False for a torn tail: no whole frame comes after it. */
  readonly followed: boolean;
  /** Highest sequence number that the damaged header speaks of; 0 when it cannot be read. */
  readonly claims: number;
}

/** One segment file, and where to begin. */
export interface ScanParts {
  readonly disk: Pick<Disk, "read">;
  readonly file: number;
  /** Size of the file. */
  readonly bytes: number;
  /** Begin of a frame; 0 by default. */
  readonly offset?: number;
  /** Frames with lower sequence numbers are left-overs, and damage; 1 by default. */
  readonly expected?: number;
}

/**
 * Walks through the frames of one segment. Whatever does not check is skipped up to the next whole frame, so that a
 * damaged frame costs only itself. Line feeds and zeros between frames are room that was filled ahead.
 */
export async function* scanFrames(parts: ScanParts): AsyncGenerator<FoundFrame | FoundDamage> {
  const look = createWindow(parts);
  let { offset: at = 0, expected = 1 } = parts;
  while (true) {
    at = await skipFill(look, at);
    const found = await frameAt(look, at, expected);
    if (found === "nothing") return;
    if (typeof found !== "string") {
      yield found;
      expected = found.first + found.records;
      at = found.end;
      continue;
    }
    const header = readHeader(await look(at, headerBytes));
    const next = await nextFrame(look, at + 1, expected);
    const end = next ?? (await endOfData(look, at, parts.bytes));
    const claims = header ? header.first + header.records - 1 : 0;
    yield {
      what: "damage",
      offset: at,
      bytes: end - at,
      reason: found,
      followed: next !== undefined,
      claims,
    };
    if (next === undefined) return;
    at = next;
  }
}

/** Bytes of the file from an offset; fewer than asked at its end. Valid until the next call. */
type Look = (at: number, bytes: number) => Promise<Buffer>;

/** Read at a time; a larger frame is read in one piece. */
const blockBytes = 1024 * 1024;

function createWindow({ disk, file, bytes: size }: ScanParts): Look {
  let room = Buffer.alloc(0);
  let start = 0;
  let filled = 0;
  return async (at, bytes) => {
    const end = Math.min(at + bytes, size);
    if (at < start || end > start + filled) {
      const wanted = Math.max(0, Math.min(Math.max(bytes, blockBytes), size - at));
      if (room.length < wanted) room = Buffer.allocUnsafeSlow(wanted);
      start = at;
      filled = 0;
      while (filled < wanted) {
        const got = await disk.read(file, room.subarray(filled, wanted), at + filled);
        if (got === 0) break;
        filled += got;
      }
    }
    return room.subarray(at - start, Math.max(at, Math.min(end, start + filled)) - start);
  };
}

/** The frame at an offset, why there is none, or `nothing` at the end of the file. */
async function frameAt(look: Look, at: number, expected: number): Promise<FoundFrame | string> {
  const line = await look(at, headerBytes);
  if (line.length === 0) return "nothing";
  const header = readHeader(line);
  if (!header) return line.length < headerBytes ? "header cut short" : "header unreadable";
  const end = at + headerBytes + header.bytes;
  const frame = await look(at, end - at);
  if (frame.length < end - at) return "frame cut short";
  if (!isWhole(frame, header)) return "checksum differs";
  if (header.first < expected) return `sequence ${header.first} after ${expected - 1}`;
  const lines = readRecords(frame.subarray(headerBytes), header);
  if (!lines) return "record count differs";
  return { what: "frame", offset: at, end, lines, ...header };
}

/** Offset of the next whole frame, found by the words that every header begins with. */
async function nextFrame(look: Look, from: number, expected: number): Promise<number | undefined> {
  let at = from;
  while (true) {
    const block = await look(at, blockBytes);
    if (block.length < headerBytes) return undefined;
    const start = block.indexOf(frameStart);
    if (start === -1) {
      // The words may lie across two blocks.
      at += block.length - frameStart.length + 1;
      if (block.length < blockBytes) return undefined;
      continue;
    }
    at += start;
    if (typeof (await frameAt(look, at, expected)) !== "string") return at;
    at += 1;
  }
}

async function skipFill(look: Look, from: number): Promise<number> {
  let at = from;
  while (true) {
    const block = await look(at, fillBytes);
    const data = block.findIndex(isData);
    if (data !== -1) return at + data;
    at += block.length;
    if (block.length < fillBytes) return at;
  }
}

async function endOfData(look: Look, from: number, size: number): Promise<number> {
  let end = size;
  while (end > from) {
    const start = Math.max(from, end - fillBytes);
    const last = (await look(start, end - start)).findLastIndex(isData);
    if (last !== -1) return start + last + 1;
    end = start;
  }
  return from;
}

/** Looked through at a time for the end of what was filled ahead. */
const fillBytes = 64 * 1024;

/** Line feeds were written ahead; zeros are what some file systems leave after a power cut. */
function isData(byte: number): boolean {
  return byte !== 10 && byte !== 0;
}
