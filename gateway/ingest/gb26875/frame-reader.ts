import { type Frame, lengthAt, overhead, readFrame } from "./frame.ts";

/** Takes frames out of a stream of bytes that may split and join them anywhere. */
export interface FrameReader {
  /** Takes the next bytes and gives every frame that is complete now, in order. */
  push(chunk: Buffer): FoundFrame[];
  /**
   * Nothing more came for a while: what looked like the beginning of a frame is none. Gives what is found behind it, for
   * bytes that only look like a beginning must not hold up the frame after them.
   */
  giveUp(): FoundFrame[];
  /** Bytes that wait for the rest of their frame. */
  waiting(): number;
  /** Bytes so far that belonged to no frame. */
  skipped(): number;
}

/** A frame with both its ends; one whose sum is wrong is told, for its content may be an alarm. */
export interface FoundFrame {
  readonly frame: Frame;
  /** As it came, from `4040` to `2323`. */
  readonly bytes: Buffer;
  readonly isSound: boolean;
}

/**
 * Makes a reader. `4040` and `2323` may stand inside a frame, so only length and end make one; where they do not fit, the
 * search goes on one byte further. What waits is never longer than one frame.
 */
export function createFrameReader({ maxAppBytes }: { readonly maxAppBytes: number }): FrameReader {
  let rest = Buffer.alloc(0);
  let skipped = 0;

  function read(bytes: Buffer): FoundFrame[] {
    const found: FoundFrame[] = [];
    let at = 0;
    for (;;) {
      const start = findStart(bytes, at);
      skipped += start - at;
      at = start;
      const length = frameLength(bytes, at, maxAppBytes);
      if (length === undefined) break;
      if (length === 0) {
        skipped += 1;
        at += 1;
        continue;
      }
      const own = bytes.subarray(at, at + length);
      const one = { ...readFrame(own), bytes: own };
      const inner = one.isSound ? 0 : findInner(bytes, at, length);
      if (inner > 0) {
        skipped += inner - at;
        at = inner;
        continue;
      }
      found.push(one);
      at += length;
    }
    rest = Buffer.from(bytes.subarray(at));
    return found;
  }

  /** Where a sound frame begins inside bytes that only look like one with a wrong sum; 0 when there is none. */
  function findInner(bytes: Buffer, from: number, length: number): number {
    for (let at = findStart(bytes, from + 1); at < from + length; at = findStart(bytes, at + 1)) {
      const inner = frameLength(bytes, at, maxAppBytes);
      if (inner && readFrame(bytes.subarray(at, at + inner)).isSound) return at;
    }
    return 0;
  }

  return {
    push: (chunk) => read(rest.length === 0 ? chunk : Buffer.concat([rest, chunk])),
    giveUp() {
      if (rest.length === 0) return [];
      skipped += 1;
      return read(rest.subarray(1));
    },
    waiting: () => rest.length,
    skipped: () => skipped,
  };
}

/** The next `4040`, or a single `40` at the end that may become one, or the end. */
function findStart(bytes: Buffer, from: number): number {
  const start = bytes.indexOf("@@", from, "latin1");
  if (start >= 0) return start;
  return bytes.length > from && bytes.at(-1) === 0x40 ? bytes.length - 1 : Math.max(bytes.length, from);
}

/** The length of the frame that begins at `at`; 0 when none can, undefined when more bytes must come first. */
function frameLength(bytes: Buffer, at: number, maxAppBytes: number): number | undefined {
  if (at + lengthAt + 2 > bytes.length) return undefined;
  const appLength = bytes.readUInt16LE(at + lengthAt);
  if (appLength > maxAppBytes) return 0;
  const end = at + overhead + appLength;
  if (end > bytes.length) return undefined;
  return bytes[end - 1] === 0x23 && bytes[end - 2] === 0x23 ? end - at : 0;
}
