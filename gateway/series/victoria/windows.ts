/** Some windows of one length whose ends are `stepMs` apart. Times are epoch ms. */
export interface Windows {
  /** Last millisecond of the first window. */
  readonly first: number;
  /** Last millisecond of the last window. */
  readonly last: number;
  readonly lengthMs: number;
}

/**
 * Covers `from` to `to` (exclusive) by steps that begin at multiples of `stepMs`; the first and the last may be cut short.
 * PromQL looks back from a point, without the moment a length before it: of the last millisecond of a step it sees
 * exactly the step, `[begin, begin + step)` being `(begin - 1, begin + step - 1]`.
 */
export function coverBySteps({ from, to, stepMs }: { from: number; to: number; stepMs: number }): Windows[] {
  if (from >= to) return [];
  const firstWhole = Math.ceil(from / stepMs) * stepMs;
  const endOfWhole = Math.floor(to / stepMs) * stepMs;
  if (firstWhole > endOfWhole) return [only(from, to)];
  const windows: Windows[] = [];
  if (from < firstWhole) windows.push(only(from, firstWhole));
  if (firstWhole < endOfWhole)
    windows.push({ first: firstWhole + stepMs - 1, last: endOfWhole - 1, lengthMs: stepMs });
  if (endOfWhole < to) windows.push(only(endOfWhole, to));
  return windows;
}

function only(begin: number, end: number): Windows {
  return { first: end - 1, last: end - 1, lengthMs: end - begin };
}
