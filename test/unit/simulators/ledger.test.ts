import { appendFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ReadingRecord } from "../../../gateway/types.ts";
import { joinLedger, type LedgerEntry, openLedger } from "../../../simulators/ledger.ts";
import { aFolder } from "./support.ts";

let folder: Awaited<ReturnType<typeof aFolder>>;
beforeEach(async () => {
  folder = await aFolder();
});
afterEach(() => folder.remove());

function anEntry(over: Partial<LedgerEntry> = {}): LedgerEntry {
  return { device: "s/k/d", stream: "telemetry", boot: 1, seq: 0, ts: 1000, ...over };
}

function aRecord(over: Partial<LedgerEntry> = {}): ReadingRecord {
  const { device, stream, boot, seq, ts } = anEntry(over);
  const message = { ts, seq, boot };
  return { type: "reading", at: ts, ts, device, stream: stream as "telemetry", quality: "good", message };
}

function written(...entries: LedgerEntry[]): string {
  const ledger = openLedger(folder.path("ledger"));
  for (const entry of entries) ledger.add(entry);
  ledger.close();
  return folder.path("ledger");
}

test("what was acknowledged and journalled once, in order, is found", async () => {
  const file = written(anEntry(), anEntry({ seq: 1 }), anEntry({ device: "s/k/e" }));
  const records = [aRecord(), aRecord({ device: "s/k/e" }), JSON.stringify(aRecord({ seq: 1 }))];
  expect(await joinLedger(file, records)).toEqual({
    acknowledged: 3,
    found: 3,
    devices: 2,
    missing: { count: 0, entries: [] },
    doubled: { count: 0, keys: [] },
    reordered: { count: 0, keys: [] },
  });
});

test("a lost, a doubled and an overtaken message are each named", async () => {
  const file = written(anEntry({ seq: 1 }), anEntry({ seq: 2 }), anEntry({ seq: 3 }), anEntry({ seq: 4 }));
  const report = await joinLedger(file, [
    aRecord({ seq: 2 }),
    aRecord({ seq: 1 }),
    aRecord({ seq: 4 }),
    aRecord({ seq: 4 }),
  ]);
  expect(report).toMatchObject({
    acknowledged: 4,
    found: 3,
    missing: { count: 1, entries: [{ seq: 3 }] },
    doubled: { count: 1, keys: ["s/k/d/telemetry@1#4"] },
    reordered: { count: 1, keys: ["s/k/d/telemetry@1#1"] },
  });
});

test("another stream, boot or device is another sequence", async () => {
  const file = written(anEntry({ stream: "event" }), anEntry({ boot: 2 }), anEntry({ device: "s/k/e" }));
  const report = await joinLedger(file, [aRecord()]);
  expect(report.missing.count).toBe(3);
  expect(report.doubled.count).toBe(0);
});

test("a message that was journalled but not acknowledged is no fault", async () => {
  const report = await joinLedger(written(anEntry()), [aRecord(), aRecord({ seq: 1 })]);
  expect(report).toMatchObject({ acknowledged: 1, found: 1, missing: { count: 0 } });
});

test("a ledger whose writer was killed inside a line is read up to there, and lists are cut while counts are whole", async () => {
  const file = written(...Array.from({ length: 10 }, (_, seq) => anEntry({ seq })));
  await appendFile(file, '{"device":"s/k');
  const report = await joinLedger(file, [], { limit: 3 });
  expect(report.acknowledged).toBe(10);
  expect(report.missing.count).toBe(10);
  expect(report.missing.entries).toHaveLength(3);
});
