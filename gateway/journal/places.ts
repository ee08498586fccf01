/** Remembers where in a segment some frames begin, so that reading starts near the wanted record. */
export interface Places {
  note(segment: number, place: Place): void;
  /** The nearest known frame at or before a sequence number; the beginning when none is known. */
  find(segment: number, sequence: number): Place;
  /** The segment was deleted. */
  forget(segment: number): void;
}

/** A frame begins here. */
export interface Place {
  /** Sequence number of the frame's first record. */
  readonly sequence: number;
  readonly offset: number;
}

/** Bytes between two remembered frames: 20 GiB of journal are 80,000 places. */
const apartBytes = 256 * 1024;

/** An empty memory; segments are named by their first sequence number. */
export function createPlaces(): Places {
  const bySegment = new Map<number, Place[]>();
  return {
    note(segment, place) {
      const places = bySegment.get(segment);
      if (!places) {
        bySegment.set(segment, [place]);
        return;
      }
      if (place.offset >= places.at(-1)!.offset + apartBytes) places.push(place);
    },
    find(segment, sequence) {
      const known = bySegment.get(segment)?.findLast((place) => place.sequence <= sequence);
      return known ?? { sequence: 1, offset: 0 };
    },
    forget: (segment) => void bySegment.delete(segment),
  };
}
