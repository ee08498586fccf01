import type { ReadingRecord } from "../../../gateway/types.ts";

/** Values of the series against those of the journal, each as often as it is there. */
export interface ValueComparison {
  /** In the journal. */
  readonly expected: number;
  /** In the series. */
  readonly stored: number;
  readonly lost: number;
  readonly doubled: number;
  /** In the series, and never in the journal. */
  readonly foreign: number;
  readonly examples: readonly string[];
}

/** Counts values on both sides, in any order. */
export interface ValueTally {
  expect(reading: ReadingRecord): void;
  /** Takes a line of an export. */
  store(line: string): void;
  compare(): ValueComparison;
}

/** One field of a reading. */
export interface ReadingValue {
  readonly field: string;
  readonly value: string | number | boolean;
}

/** What a reading says, and the name of the event when it is one. */
export function valuesIn({ message }: ReadingRecord): ReadingValue[] {
  return Object.entries(message)
    .filter(([field]) => !envelope.has(field))
    .map(([field, value]) => ({ field, value: value as ReadingValue["value"] }));
}

const envelope: ReadonlySet<string> = new Set(["ts", "seq", "boot", "simulated"]);

/** Makes an empty tally. */
export function createValueTally(): ValueTally {
  const lines = new Map<string, { expected: number; stored: number }>();

  function at(line: string) {
    let counts = lines.get(line);
    if (counts === undefined) {
      counts = { expected: 0, stored: 0 };
      lines.set(line, counts);
    }
    return counts;
  }

  return {
    expect(reading) {
      const { device, ts, at: receivedAt, quality } = reading;
      const [time, received] = [ts, receivedAt].map((ms) => new Date(ms).toISOString());
      for (const { field, value } of valuesIn(reading)) {
        at(`${time},${device},${field},${value},${quality},${received}`).expected += 1;
      }
    },
    store(line) {
      at(line).stored += 1;
    },
    compare() {
      const counts = { expected: 0, stored: 0, lost: 0, doubled: 0, foreign: 0 };
      const examples: string[] = [];
      for (const [line, { expected, stored }] of lines) {
        counts.expected += expected;
        counts.stored += stored;
        if (expected === stored) continue;
        const what = stored < expected ? "lost" : expected > 0 ? "doubled" : "foreign";
        counts[what] += Math.abs(expected - stored);
        if (examples.length < examplesKept) examples.push(`value ${what}: ${line}`);
      }
      return { ...counts, examples };
    },
  };
}

/** Differences that are told one by one. */
const examplesKept = 10;
