import { closeSync, openSync, writeSync } from "node:fs";

/** What devices sent and what the gateway acknowledged, kept outside of the process that is killed. */
export interface Ledger {
  sent(key: Key): void;
  acknowledged(key: Key): void;
  readonly sentCount: number;
  readonly acknowledgedCount: number;
  /** Joins the ledger, or only the first messages that it has as acknowledged, with the journal's readings in their order. */
  compare(readings: AsyncIterable<Key>, first?: number): Promise<Comparison>;
  close(): void;
}

/** What a message is known by. */
export interface Key {
  readonly device: string;
  readonly boot: string;
  readonly seq: number;
}

/** Counts over all messages, and the first few differences as sentences. */
export interface Comparison {
  readonly stored: number;
  readonly lost: number;
  readonly doubled: number;
  readonly outOfOrder: number;
  readonly neverSent: number;
  readonly examples: readonly string[];
}

interface Run {
  highestSent: number;
  /** By `seq`: as which of all it was acknowledged. */
  readonly acknowledged: Map<number, number>;
}

/** A ledger that also writes each acknowledged key to a file, one a line: device, boot, seq. */
export function createLedger(file: string): Ledger {
  const runs = new Map<string, Run>();
  const out = openSync(file, "w");
  let sentCount = 0;
  let acknowledgedCount = 0;

  function runOf(device: string, boot: string): Run {
    const key = `${device} ${boot}`;
    let run = runs.get(key);
    if (run === undefined) {
      run = { highestSent: 0, acknowledged: new Map() };
      runs.set(key, run);
    }
    return run;
  }

  return {
    get sentCount() {
      return sentCount;
    },
    get acknowledgedCount() {
      return acknowledgedCount;
    },
    sent({ device, boot, seq }) {
      runOf(device, boot).highestSent = seq;
      sentCount += 1;
    },
    acknowledged({ device, boot, seq }) {
      acknowledgedCount += 1;
      runOf(device, boot).acknowledged.set(seq, acknowledgedCount);
      writeSync(out, `${device} ${boot} ${seq}\n`);
    },
    compare: (readings, first = acknowledgedCount) => compare(runs, readings, first),
    close: () => closeSync(out),
  };
}

async function compare(
  runs: ReadonlyMap<string, Run>,
  readings: AsyncIterable<Key>,
  first: number,
): Promise<Comparison> {
  const counts = { stored: 0, lost: 0, doubled: 0, outOfOrder: 0, neverSent: 0 };
  const examples: string[] = [];
  const note = (what: keyof typeof counts, key: string, seq: number) => {
    counts[what] += 1;
    if (examples.length < examplesKept) examples.push(`${what}: ${key} seq ${seq}`);
  };
  const stored = new Map<string, Set<number>>();
  const highest = new Map<string, number>();

  for await (const { device, boot, seq } of readings) {
    counts.stored += 1;
    const key = `${device} ${boot}`;
    const seqs = stored.get(key) ?? new Set<number>();
    stored.set(key, seqs);
    if (seqs.has(seq)) note("doubled", key, seq);
    else if (seq < (highest.get(key) ?? 0)) note("outOfOrder", key, seq);
    if (seq > (runs.get(key)?.highestSent ?? 0)) note("neverSent", key, seq);
    seqs.add(seq);
    highest.set(key, Math.max(seq, highest.get(key) ?? 0));
  }
  for (const [key, run] of runs) {
    for (const [seq, place] of run.acknowledged) {
      if (place <= first && !stored.get(key)?.has(seq)) note("lost", key, seq);
    }
  }
  return { ...counts, examples };
}

/** Differences that are told one by one. */
const examplesKept = 10;
