import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Clock, createSystemClock } from "../../../gateway/clock.ts";
import type { Journal, JournalFault } from "../../../gateway/journal/contract.ts";
import { createDisk, type Disk } from "../../../gateway/journal/disk.ts";
import { openJournal } from "../../../gateway/journal/file-journal.ts";
import { type JournalSettings, journalSettings } from "../../../gateway/journal/settings.ts";
import { createLog } from "../../../gateway/log.ts";
import { createMetrics, type Metrics } from "../../../gateway/metrics.ts";

/** A folder that is gone after the test. */
export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "linli-journal-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface TestJournal extends Journal {
  readonly faults: JournalFault[];
  readonly metrics: Metrics;
}

/** A journal without a reserve and with small files, closed after the test. */
export async function aJournal(
  directory: string,
  {
    disk = createDisk(),
    clock = createSystemClock(),
    ...settings
  }: Partial<JournalSettings> & { disk?: Disk; clock?: Clock } = {},
): Promise<TestJournal> {
  const metrics = createMetrics();
  const journal = await openJournal({
    directory,
    settings: { ...journalSettings.parse({ reserveBytes: 0, growBytes: 4096, retryMs: 5 }), ...settings },
    clock,
    log: createLog({ level: "silent" }),
    metrics,
    disk,
  });
  onTestFinished(() => journal.close());
  const faults: JournalFault[] = [];
  journal.onFault((fault) => faults.push(fault));
  return Object.assign(journal, { faults, metrics });
}

/** Every record from a sequence number on. */
export async function recordsOf(
  journal: { read(sequence: number): AsyncIterable<readonly { sequence: number; record: string }[]> },
  from = 1,
): Promise<{ sequence: number; record: string }[]> {
  const records = [];
  for await (const chunk of journal.read(from)) records.push(...chunk);
  return records;
}

/** A record that says its number. */
export function aRecord(n: number): string {
  return JSON.stringify({ type: "reading", n, name: "新发小区" });
}

/** An error as the operating system reports it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}
