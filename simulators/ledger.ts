import { closeSync, createReadStream, openSync, writeSync } from "node:fs";
import { z } from "zod";
import type { JournalRecord } from "../gateway/types.ts";
import { readLines } from "./lines.ts";

/** One message that the gateway acknowledged, as its sender saw it. */
export interface LedgerEntry {
  /** `site/kind/id`. */
  readonly device: string;
  readonly stream: string;
  readonly boot: number | string;
  readonly seq: number;
  /** Device time, epoch ms. */
  readonly ts: number;
}

/** Writes down what was acknowledged. */
export interface Ledger {
  /** On return the line is with the operating system: a kill of this process or of the gateway cannot take it back. */
  add(entry: LedgerEntry): void;
  close(): void;
}

/** Opens a ledger file for appending; one NDJSON line an acknowledged message. */
export function openLedger(path: string): Ledger {
  const file = openSync(path, "a", 0o644);
  return {
    add(entry) {
      writeSync(file, `${JSON.stringify(entry)}\n`);
    },
    close: () => closeSync(file),
  };
}

/** What a join of a ledger with a journal found. Lists are cut at `limit`; the counts are whole. */
export interface LedgerReport {
  readonly acknowledged: number;
  readonly found: number;
  /** Acknowledged and not in the journal: lost. */
  readonly missing: { readonly count: number; readonly entries: readonly LedgerEntry[] };
  /** In the journal more than once. */
  readonly doubled: { readonly count: number; readonly keys: readonly string[] };
  /** Behind a later one of the same device, stream and boot. */
  readonly reordered: { readonly count: number; readonly keys: readonly string[] };
  readonly devices: number;
}

/** Joins a ledger with exported journal records (objects or JSON lines), in journal order. */
export async function joinLedger(
  ledgerFile: string,
  records: AsyncIterable<JournalRecord | string> | Iterable<JournalRecord | string>,
  { limit = 100, maxLineBytes = 1_048_576 }: { limit?: number; maxLineBytes?: number } = {},
): Promise<LedgerReport> {
  const seen = new Map<string, { last: number; counts: Map<number, number> }>();
  const doubled = new Set<string>();
  const reordered = new Set<string>();
  for await (const record of records) {
    const key = keyOfRecord(typeof record === "string" ? parseRecord(record) : record);
    if (key === undefined) continue;
    const track = trackOf(seen, key.source);
    const count = (track.counts.get(key.seq) ?? 0) + 1;
    track.counts.set(key.seq, count);
    if (count > 1) doubled.add(`${key.source}#${key.seq}`);
    else if (key.seq < track.last) reordered.add(`${key.source}#${key.seq}`);
    track.last = Math.max(track.last, key.seq);
  }

  let acknowledged = 0;
  let missing = 0;
  const entries: LedgerEntry[] = [];
  const devices = new Set<string>();
  for await (const entry of readLedger(ledgerFile, maxLineBytes)) {
    acknowledged++;
    devices.add(entry.device);
    if (seen.get(sourceOf(entry))?.counts.has(entry.seq)) continue;
    missing++;
    if (entries.length < limit) entries.push(entry);
  }
  return {
    acknowledged,
    found: acknowledged - missing,
    missing: { count: missing, entries },
    doubled: { count: doubled.size, keys: [...doubled].slice(0, limit) },
    reordered: { count: reordered.size, keys: [...reordered].slice(0, limit) },
    devices: devices.size,
  };
}

const entrySchema = z.object({
  device: z.string(),
  stream: z.string(),
  boot: z.union([z.number(), z.string()]),
  seq: z.number(),
  ts: z.number(),
});

/** The entries of a ledger file. A torn last line (the writer was killed inside the write) is left out. */
export async function* readLedger(path: string, maxLineBytes: number): AsyncGenerator<LedgerEntry> {
  for await (const { text, isTorn } of readLines(createReadStream(path), { name: path, maxLineBytes })) {
    if (isTorn) return;
    yield entrySchema.parse(JSON.parse(text));
  }
}

function parseRecord(line: string): JournalRecord {
  return JSON.parse(line) as JournalRecord;
}

function keyOfRecord(record: JournalRecord): { source: string; seq: number } | undefined {
  if (record.type !== "reading") return undefined;
  const { seq, boot } = record.message;
  if (typeof seq !== "number" || (typeof boot !== "number" && typeof boot !== "string")) return undefined;
  return { source: sourceOf({ device: record.device, stream: record.stream, boot }), seq };
}

function sourceOf({
  device,
  stream,
  boot,
}: {
  device: string;
  stream: string;
  boot: number | string;
}): string {
  return `${device}/${stream}@${boot}`;
}

function trackOf(
  seen: Map<string, { last: number; counts: Map<number, number> }>,
  source: string,
): { last: number; counts: Map<number, number> } {
  let track = seen.get(source);
  if (track === undefined) {
    track = { last: Number.NEGATIVE_INFINITY, counts: new Map() };
    seen.set(source, track);
  }
  return track;
}
