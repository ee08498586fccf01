import type { GatewayGap } from "../../types.ts";

/** The times in which the gateway did not run, in order and apart from each other. */
export interface Gaps {
  /** Takes one that ended after all others; the part that is new of it, undefined when it was known already. */
  add(gap: GatewayGap): GatewayGap | undefined;
  /** How much of a time they cover, ms. */
  within(from: number, until: number): number;
  /** Forgets those that ended before a moment. */
  dropBefore(at: number): void;
  /** When the last `most` of them began; 0 when there are no more than that. */
  beginOfLast(most: number): number;
}

/** Makes the list from what is kept of it, oldest first. Asking costs a binary search. */
export function createGaps(kept: readonly GatewayGap[]): Gaps {
  let gaps: GatewayGap[] = [];
  /** Of all gaps before the one at the same index, ms. */
  let before: number[] = [];
  let total = 0;
  for (const gap of kept) add(gap);

  function add({ from, at }: GatewayGap): GatewayGap | undefined {
    const gap = { from: Math.max(from, gaps.at(-1)?.at ?? 0), at };
    if (gap.at <= gap.from) return undefined;
    gaps.push(gap);
    before.push(total);
    total += gap.at - gap.from;
    return gap;
  }

  /** Of all gaps before a moment, ms. */
  function until(moment: number): number {
    let low = 0;
    let high = gaps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (gaps[middle]!.from < moment) low = middle + 1;
      else high = middle;
    }
    const last = gaps[low - 1];
    return last === undefined ? 0 : before[low - 1]! + Math.min(moment, last.at) - last.from;
  }

  return {
    add,
    within: (from, end) => (end <= from ? 0 : until(end) - until(from)),
    dropBefore(at) {
      const rest = gaps.filter((gap) => gap.at > at);
      if (rest.length === gaps.length) return;
      gaps = [];
      before = [];
      total = 0;
      for (const gap of rest) add(gap);
    },
    beginOfLast: (most) => (gaps.length > most ? gaps[gaps.length - most]!.from : 0),
  };
}
