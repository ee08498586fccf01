import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Disk } from "./disk.ts";
import type { Places } from "./places.ts";
import type { Reserve } from "./reserve.ts";
import { createOpenSegment, createSegment, type OpenSegment, type Segment, segmentPath } from "./segment.ts";

/** The end of the journal: where the next frame goes. */
export interface Tail {
  /** Puts a frame at the end, in a new segment where one is due. Durable when this resolves. */
  append(frame: Buffer, first: number): Promise<void>;
  /** Nothing more is written to the current segment; the next frame begins a new one. */
  abandon(): Promise<void>;
  /** Goes on in the reserve; false when there is none. */
  useReserve(first: number): Promise<boolean>;
  close(): Promise<void>;
}

/** What the end of the journal is made of. */
export interface TailParts {
  readonly disk: Disk;
  readonly directory: string;
  readonly segmentBytes: number;
  readonly segmentMs: number;
  readonly filler: Buffer;
  readonly reserve: Reserve;
  readonly places: Places;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  /** Every segment, oldest first; new ones are added at the end. */
  readonly segments: Segment[];
  /** The last segment as recovered. */
  readonly open: OpenSegment | undefined;
}

/** Writes on at the end of the last segment. */
export function createTail(parts: TailParts): Tail {
  const { disk, directory, filler, reserve, places, clock, log, segments } = parts;
  let current = parts.open;

  async function leave() {
    const left = current;
    if (!left) return;
    current = undefined;
    // A segment in which nothing is durable will be replaced by one of the same name.
    if (left.position() === 0) segments.splice(segments.indexOf(left.segment), 1);
    try {
      await left.close();
    } catch (error) {
      log.warn({ segment: left.segment.path, reason: messageOf(error) }, "segment not closed properly");
    }
  }

  /** It is full, or was last written before the present stretch of time began. */
  function isOver({ position, segment }: OpenSegment): boolean {
    if (position() >= parts.segmentBytes) return true;
    const stretch = (time: number) => Math.floor(time / parts.segmentMs);
    return position() > 0 && segment.modifiedAt > 0 && stretch(clock.now()) > stretch(segment.modifiedAt);
  }

  function enter(open: OpenSegment): OpenSegment {
    segments.push(open.segment);
    current = open;
    return open;
  }

  return {
    async append(frame, first) {
      if (current && isOver(current)) await leave();
      const open = current ?? enter(await createSegment({ disk, directory, first, filler }));
      const offset = open.position();
      await open.append(frame);
      open.segment.modifiedAt = clock.now();
      places.note(open.segment.first, { sequence: first, offset });
    },
    abandon: leave,
    async useReserve(first) {
      if (!reserve.isReady()) return false;
      await leave();
      const path = segmentPath(directory, first);
      const file = await reserve.take(path);
      const segment = { first, path, bytes: reserve.bytes, modifiedAt: clock.now() };
      enter(createOpenSegment({ disk, file, segment, position: 0, filler }));
      return true;
    },
    close: leave,
  };
}
