import { expect, test, vi } from "vitest";
import { createDisk } from "../../../gateway/journal/disk.ts";
import { aFolder, aJournal, aRecord, recordsOf } from "./support.ts";

test("records are numbered from 1, read back as they were, and numbered on after a restart", async () => {
  const folder = await aFolder();
  const journal = await aJournal(folder);
  expect([journal.first(), journal.last()]).toEqual([1, 0]);
  expect(await journal.write([aRecord(1), aRecord(2)])).toBe(1);
  expect(await journal.write([aRecord(3)], "alarm")).toBe(3);
  await journal.close();

  const again = await aJournal(folder);
  expect([again.first(), again.last()]).toEqual([1, 3]);
  expect(await again.write([aRecord(4)])).toBe(4);
  expect(await recordsOf(again)).toEqual([1, 2, 3, 4].map((n) => ({ sequence: n, record: aRecord(n) })));
  expect(await recordsOf(again, 3)).toEqual([3, 4].map((n) => ({ sequence: n, record: aRecord(n) })));
  expect(again.faults).toEqual([]);
});

test("what is appended while a commit is under way goes into the next one, and is answered in order", async () => {
  const real = createDisk();
  let writes = 0;
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const disk = {
    ...real,
    write: async (...parameters: Parameters<typeof real.write>) => {
      writes++;
      await gate;
      return real.write(...parameters);
    },
  };
  const journal = await aJournal(await aFolder(), { disk });
  const answers: number[] = [];
  const append = (n: number) =>
    journal.append({
      records: [aRecord(n)],
      lane: n % 10 ? "normal" : "alarm",
      committed: (sequence) => answers.push(sequence),
    });
  append(1);
  await vi.waitFor(() => expect(writes).toBe(1));
  for (let n = 2; n <= 1000; n++) append(n);
  expect(answers).toEqual([]);
  expect(journal.pendingBytes()).toBeGreaterThan(1000 * 30);
  release();
  await journal.write([]);
  expect(answers).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
  expect(writes).toBe(2);
  expect(journal.pendingBytes()).toBe(0);
});

test("nobody is answered before the disk has said that it is durable", async () => {
  const real = createDisk();
  const events: string[] = [];
  const disk = {
    ...real,
    write: async (...parameters: Parameters<typeof real.write>) => {
      const bytes = await real.write(...parameters);
      events.push("durable");
      return bytes;
    },
  };
  const journal = await aJournal(await aFolder(), { disk });
  journal.onCommit(() => events.push("told"));
  await new Promise<void>((resolve) =>
    journal.append({
      records: [aRecord(1)],
      lane: "normal",
      committed: () => {
        events.push("answered");
        resolve();
      },
    }),
  );
  expect(events).toEqual(["durable", "answered", "told"]);
});

test("an entry without records waits for everything before it and takes no number", async () => {
  const journal = await aJournal(await aFolder());
  const order: string[] = [];
  journal.append({ records: [aRecord(1)], lane: "normal", committed: () => order.push("record") });
  journal.append({ records: [], lane: "normal", committed: (next) => order.push(`empty ${next}`) });
  expect(await journal.write([aRecord(2)])).toBe(2);
  expect(order).toEqual(["record", "empty 2"]);
});

test("listeners see every commit once, with its records in order, until they leave", async () => {
  const journal = await aJournal(await aFolder());
  const seen: [number, readonly string[]][] = [];
  const leave = journal.onCommit((first, records) => seen.push([first, records]));
  await Promise.all([journal.write(["1"]), journal.write(["2", "3"])]);
  await journal.write(["4"]);
  leave();
  await journal.write(["5"]);
  expect(seen.flatMap(([, records]) => records)).toEqual(["1", "2", "3", "4"]);
  expect(seen.at(-1)![0]).toBe(4);
});

test("a commit holds at most about `frameBytes`, and an entry is never divided", async () => {
  const journal = await aJournal(await aFolder(), { frameBytes: 1024 });
  const commits: number[] = [];
  journal.onCommit((_, records) => commits.push(records.length));
  const long = JSON.stringify("x".repeat(600));
  await Promise.all([journal.write([long]), journal.write([long, long, long]), journal.write([long])]);
  expect(commits).toEqual([1, 3, 1]);
  expect(await recordsOf(journal)).toHaveLength(5);
});

test("a record with a line feed is refused, since it would come back as two", async () => {
  const journal = await aJournal(await aFolder());
  await expect(journal.write(['{"a":\n1}'])).rejects.toMatchObject({ code: "invalid-request" });
  expect(await journal.write([aRecord(1)])).toBe(1);
});

test("closing makes waiting records durable; later ones are refused", async () => {
  const folder = await aFolder();
  const journal = await aJournal(folder);
  const written = journal.write([aRecord(1)]);
  await journal.close();
  expect(await written).toBe(1);
  await expect(journal.write([aRecord(2)])).rejects.toMatchObject({ code: "journal-closed" });
  const committed = vi.fn();
  journal.append({ records: [aRecord(2)], lane: "normal", committed });
  const again = await aJournal(folder);
  expect(await recordsOf(again)).toHaveLength(1);
  expect(committed).not.toHaveBeenCalled();
});

test("an answer that throws stops neither the others nor the journal", async () => {
  const journal = await aJournal(await aFolder());
  journal.append({
    records: [aRecord(1)],
    lane: "normal",
    committed: () => {
      throw new Error("a caller's mistake");
    },
  });
  journal.onCommit(() => {
    throw new Error("a listener's mistake");
  });
  expect(await journal.write([aRecord(2)])).toBe(2);
  expect(await journal.write([aRecord(3)])).toBe(3);
});

test("segments end at their size and reading crosses them from any record", async () => {
  const folder = await aFolder();
  const journal = await aJournal(folder, { segmentBytes: 4096 });
  for (let n = 1; n <= 300; n += 3) await journal.write([n, n + 1, n + 2].map(aRecord));
  expect((await createDisk().list(folder)).filter((name) => name.endsWith(".log")).length).toBeGreaterThan(3);
  for (const from of [1, 2, 77, 150, 299, 300, 301]) {
    const numbers = (await recordsOf(journal, from)).map(({ sequence }) => sequence);
    expect(numbers).toEqual(Array.from({ length: 301 - from }, (_, i) => from + i));
  }
});

test("reading gives what was durable when it began, while the writer goes on", async () => {
  const journal = await aJournal(await aFolder(), { segmentBytes: 4096 });
  for (let n = 1; n <= 50; n++) await journal.write([aRecord(n)]);
  const reading = journal.read(1);
  const writing = (async () => {
    for (let n = 51; n <= 150; n++) await journal.write([aRecord(n)]);
  })();
  const seen: number[] = [];
  for await (const chunk of reading) seen.push(...chunk.map(({ sequence }) => sequence));
  await writing;
  expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
});

test("the metrics count records, commits and waiting bytes above the bound", async () => {
  const journal = await aJournal(await aFolder(), { pendingBytes: 1024 });
  await Promise.all(Array.from({ length: 100 }, (_, n) => journal.write([aRecord(n)])));
  const text = await journal.metrics.text();
  expect(text).toContain("linli_journal_records_total 100");
  expect(text).toContain("linli_journal_frames_total 1");
  expect(text).toContain("linli_journal_pending_limit_total 1");
  expect(text).toContain("linli_journal_pending_bytes 0");
  expect(text).toContain("linli_journal_commit_seconds_count 1");
});
