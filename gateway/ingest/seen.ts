/** Which messages of one stream of one device were taken already; plain JSON, saved with the device. */
export interface Seen {
  /** Newest boot last. */
  boots: SeenBoot[];
  /** Keys of messages without `boot` and `seq`, oldest first. */
  hashes: number[];
}

interface SeenBoot {
  boot: string;
  /** Sequence numbers taken, as inclusive pairs `from, to` that rise and do not touch: 1,5,9,9 is 1…5 and 9. */
  spans: number[];
}

const maxBoots = 4;

/** Nothing taken yet. */
export function createSeen(): Seen {
  return { boots: [], hashes: [] };
}

/**
 * Takes the number `seq` of `boot`; false when it was taken before. Numbers may come in any order. With more than
 * `maxGaps` gaps the lowest span is forgotten: a double could then pass, but nothing new is ever dropped.
 */
export function takeSequence(seen: Seen, boot: string, seq: number, maxGaps: number): boolean {
  const newest = seen.boots.at(-1);
  const known = newest?.boot === boot ? newest : bootOf(seen, boot);
  const { spans } = known;
  const last = spans.length - 1;
  if (last < 0 || seq > spans[last]! + 1) {
    spans.push(seq, seq);
    if (spans.length > 2 * (maxGaps + 1)) spans.splice(0, 2);
    return true;
  }
  if (seq === spans[last]! + 1) {
    spans[last] = seq;
    return true;
  }
  return takeBetween(spans, seq, maxGaps);
}

/** Takes a message by a hash of its content; false when it was among the last `maxHashes`. */
export function takeHash(seen: Seen, hash: number, maxHashes: number): boolean {
  if (seen.hashes.includes(hash)) return false;
  seen.hashes.push(hash);
  if (seen.hashes.length > maxHashes) seen.hashes.shift();
  return true;
}

function bootOf(seen: Seen, boot: string): SeenBoot {
  const known = seen.boots.find((item) => item.boot === boot);
  if (known !== undefined) return known;
  const added = { boot, spans: [] };
  seen.boots.push(added);
  if (seen.boots.length > maxBoots) seen.boots.shift();
  return added;
}

function takeBetween(spans: number[], seq: number, maxGaps: number): boolean {
  let low = 0;
  let high = spans.length / 2 - 1;
  // The first span that ends at or after `seq - 1`.
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[2 * middle + 1]! < seq - 1) low = middle + 1;
    else high = middle;
  }
  const from = spans[2 * low]!;
  const to = spans[2 * low + 1]!;
  if (seq >= from && seq <= to) return false;
  if (seq === to + 1) {
    const next = spans[2 * low + 2];
    if (next === seq) return false;
    if (next === seq + 1) spans.splice(2 * low + 1, 2);
    else spans[2 * low + 1] = seq;
    return true;
  }
  if (seq === from - 1) spans[2 * low] = seq;
  else {
    spans.splice(2 * low, 0, seq, seq);
    if (spans.length > 2 * (maxGaps + 1)) spans.splice(0, 2);
  }
  return true;
}
