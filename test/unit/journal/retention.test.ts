import { readdir } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import type { JournalSettings } from "../../../gateway/journal/settings.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aFolder, aJournal, aRecord, recordsOf, type TestJournal } from "./support.ts";

const small: Partial<JournalSettings> = {
  segmentBytes: 4096,
  retentionEveryMs: 5,
  recordingBytes: 0,
  cursorEveryMs: 5,
};

async function fill(journal: TestJournal, records: number) {
  for (let n = 0; n < records; n++) await journal.write([aRecord(n)]);
}

test("segments go when every view has read them, and reading begins at what is left", async () => {
  const folder = await aFolder();
  const journal = await aJournal(folder, small);
  const alerts = journal.cursor("alerts");
  const series = journal.cursor("series");
  await fill(journal, 200);
  alerts.advance(200);
  series.advance(100);
  await vi.waitFor(() => expect(journal.first()).toBeGreaterThan(50));
  const first = journal.first();
  expect(first).toBeLessThanOrEqual(101);
  expect((await recordsOf(journal))[0]!.sequence).toBe(first);
  series.advance(200);
  await vi.waitFor(async () =>
    expect((await readdir(folder)).filter((name) => name.endsWith(".log"))).toHaveLength(1),
  );
  expect(journal.faults).toEqual([]);
});

test("a view that never advanced holds everything, also after a restart", async () => {
  const folder = await aFolder();
  const journal = await aJournal(folder, small);
  journal.cursor("series");
  const alerts = journal.cursor("alerts");
  await fill(journal, 100);
  alerts.advance(100);
  await journal.close();
  const again = await aJournal(folder, small);
  await fill(again, 100);
  expect(again.cursor("alerts").position()).toBe(100);
  expect(again.cursor("series").position()).toBe(0);
  expect(again.first()).toBe(1);
  expect(await recordsOf(again)).toHaveLength(200);
  again.cursor("series").advance(100);
  await vi.waitFor(() => expect(again.first()).toBeGreaterThan(1));
});

test("the recording window keeps what every view has read", async () => {
  const journal = await aJournal(await aFolder(), { ...small, recordingBytes: 20_000 });
  const series = journal.cursor("series");
  await fill(journal, 800);
  series.advance(800);
  await vi.waitFor(() => expect(journal.first()).toBeGreaterThan(1));
  const text = await journal.metrics.text();
  const bytes = Number(/linli_journal_disk_bytes (\d+)/.exec(text)?.[1]);
  expect(bytes).toBeGreaterThan(16_000);
  expect(bytes).toBeLessThan(28_000);
});

test("above the hard limit unread segments are dropped, loudly", async () => {
  const journal = await aJournal(await aFolder(), { ...small, maxBytes: 20_000 });
  journal.cursor("series");
  await fill(journal, 400);
  await vi.waitFor(() => expect(journal.first()).toBeGreaterThan(1));
  expect(journal.faults[0]).toMatchObject({ fault: "segment-missing", active: true });
  expect(journal.faults[0]!.message).toContain("before series had read them");
  expect(await journal.metrics.text()).toMatch(/linli_journal_dropped_segments_total [1-9]/);
});

test("a reader that is under way survives the deletion of what it reads", async () => {
  const journal = await aJournal(await aFolder(), small);
  const series = journal.cursor("series");
  await fill(journal, 300);
  const seen: number[] = [];
  for await (const chunk of journal.read(1)) {
    seen.push(...chunk.map(({ sequence }) => sequence));
    series.advance(300);
    await vi.waitFor(() => expect(journal.first()).toBeGreaterThan(200));
  }
  // The open segment to its end, then what is still kept.
  expect(seen.slice(0, 30)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  expect(seen.at(-1)).toBe(300);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
});

test("the lag of a view is a metric", async () => {
  const journal = await aJournal(await aFolder());
  const cursor = journal.cursor("alert-book");
  await fill(journal, 5);
  cursor.advance(2);
  cursor.advance(1);
  expect(cursor.position()).toBe(2);
  expect(journal.cursor("alert-book").position()).toBe(2);
  expect(await journal.metrics.text()).toContain("linli_journal_lag_alert_book 3");
});

test("a quiet journal begins a segment each day too, so that its records go when their time is over", async () => {
  const folder = await aFolder();
  const clock = createFakeClock(Date.parse("2026-01-15T20:00:00Z"));
  const hour = 3_600_000;
  let journal = await aJournal(folder, { clock, recordingMs: 24 * hour });
  const segments = async () => (await readdir(folder)).filter((name) => name.endsWith(".log"));
  await journal.write([aRecord(1)]);
  clock.advance(3 * hour);
  await journal.write([aRecord(2)]);
  expect(await segments()).toHaveLength(1);
  clock.advance(2 * hour);
  await journal.write([aRecord(3)]);
  expect(await segments()).toHaveLength(2);
  clock.advance(22 * hour);
  await journal.write([aRecord(4)]);
  expect(journal.first()).toBe(1);
  await vi.waitFor(() => {
    clock.advance(hour);
    expect(journal.first()).toBe(3);
  });
  expect(journal.faults).toEqual([]);
  journal = await aJournal(await aFolder(), { clock, segmentMs: 60_000 });
  // A clock that steps back begins none.
  await journal.write([aRecord(1)]);
  clock.advance(-hour);
  await journal.write([aRecord(2)]);
  expect((await recordsOf(journal)).map(({ sequence }) => sequence)).toEqual([1, 2]);
});
