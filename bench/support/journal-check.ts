import { exportReadings } from "./journal-export.ts";

/** What the journal holds against what was acknowledged, as counts of messages. */
export interface JournalCheck {
  readonly expected: number;
  readonly missing: number;
  readonly doubled: number;
  /** Readings of other devices or with numbers that were never sent. */
  readonly foreign: number;
}

/** The numbers that one device sent: from `first` up to, not including, `next`. */
export interface SentRange {
  readonly device: string;
  readonly first: number;
  readonly next: number;
}

/** Looks for each (device, seq) in the journal of a stopped gateway. */
export async function checkJournal(dataDir: string, ranges: readonly SentRange[]): Promise<JournalCheck> {
  const byDevice = new Map(
    ranges.map((range) => [range.device, { ...range, seen: new Uint8Array(range.next - range.first) }]),
  );
  let doubled = 0;
  let foreign = 0;
  for await (const record of exportReadings(dataDir)) {
    const range = byDevice.get(record.device);
    const at = Number(record.message.seq) - (range?.first ?? 0);
    if (range === undefined || !(at >= 0 && at < range.seen.length)) foreign += 1;
    else if (range.seen[at] === 1) doubled += 1;
    else range.seen[at] = 1;
  }
  let expected = 0;
  let missing = 0;
  for (const { seen } of byDevice.values()) {
    expected += seen.length;
    for (const mark of seen) if (mark === 0) missing += 1;
  }
  return { expected, missing, doubled, foreign };
}
