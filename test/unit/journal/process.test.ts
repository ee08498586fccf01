import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { exportRecords } from "../../../gateway/journal/export.ts";
import { openJournalReader } from "../../../gateway/journal/reader.ts";
import { verify } from "../../../gateway/journal/verify.ts";
import { aFolder, aJournal, aRecord, recordsOf } from "./support.ts";

/** A process that opens a journal, appends without end, and prints the sequence number of every answer. */
function startWriter(directory: string): ChildProcess {
  const root = new URL("../../../gateway/", import.meta.url).href;
  const program = `
    import { openJournal } from "${root}journal/file-journal.ts";
    import { journalSettings } from "${root}journal/settings.ts";
    import { createSystemClock } from "${root}clock.ts";
    import { createLog } from "${root}log.ts";
    import { createMetrics } from "${root}metrics.ts";
    const journal = await openJournal({
      directory: process.argv[1],
      settings: journalSettings.parse({ reserveBytes: 0, segmentBytes: 65536, growBytes: 16384 }),
      clock: createSystemClock(), log: createLog({ level: "silent" }), metrics: createMetrics(),
    });
    let n = journal.last();
    const committed = (sequence) => { process.stdout.write(sequence + "\\n"); setImmediate(append); };
    function append() { journal.append({ records: [JSON.stringify({ n: ++n })], lane: "normal", committed }); }
    for (let i = 0; i < 50; i++) append();
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** Lets it run until it has printed so many answers; the last of them. */
async function answersOf(child: ChildProcess, count: number): Promise<number> {
  let last = 0;
  for await (const line of createInterface(child.stdout!)) {
    last = Number(line);
    if (--count === 0) break;
  }
  return last;
}

test("after kill -9 every answered record is there once, and the next process takes over at once", async () => {
  const folder = await aFolder();
  let answered = 0;
  for (let round = 0; round < 3; round++) {
    const child = startWriter(folder);
    answered = await answersOf(child, 400);
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  const journal = await aJournal(folder);
  const records = await recordsOf(journal);
  expect(journal.last()).toBeGreaterThanOrEqual(answered);
  expect(records).toEqual(records.map((_, i) => ({ sequence: i + 1, record: `{"n":${i + 1}}` })));
  expect(records.length).toBe(journal.last());
});

test("a second process is refused with the number of the first, a reader is not", async () => {
  const folder = await aFolder();
  const child = startWriter(folder);
  const answered = await answersOf(child, 10);
  await expect(aJournal(folder)).rejects.toMatchObject({
    code: "journal-unusable",
    message: expect.stringContaining(`in use by process ${child.pid}`),
  });
  const reader = openJournalReader(folder);
  const seen: number[] = [];
  for await (const chunk of reader.read(1, answered)) seen.push(...chunk.map(({ sequence }) => sequence));
  expect(seen).toEqual(Array.from({ length: answered }, (_, i) => i + 1));
});

test("a journal is refused to a second opener of the same process until it is closed", async () => {
  const folder = await aFolder();
  const journal = await aJournal(folder);
  await expect(aJournal(folder)).rejects.toMatchObject({ code: "journal-unusable" });
  await journal.close();
  await aJournal(folder);
});

test("a reader follows the writer from where it stopped, over segments", async () => {
  const folder = await aFolder();
  const journal = await aJournal(folder, { segmentBytes: 4096 });
  const reader = openJournalReader(folder);
  const seen: number[] = [];
  for (let n = 1; n <= 200; n++) {
    await journal.write([aRecord(n)]);
    if (n % 13) continue;
    for await (const chunk of reader.read(seen.length + 1, journal.last())) {
      seen.push(...chunk.map(({ sequence }) => sequence));
    }
    expect(seen).toEqual(Array.from({ length: n }, (_, i) => i + 1));
  }
});

test("verify reports every segment, export filters by number and type", async () => {
  const folder = await aFolder();
  const journal = await aJournal(folder, { segmentBytes: 4096 });
  for (let n = 1; n <= 100; n++) await journal.write([aRecord(n), `{"type":"change","about":"reading"}`]);
  const reports = [];
  for await (const report of verify(folder)) reports.push(report);
  expect(reports.length).toBeGreaterThan(1);
  expect(reports.reduce((sum, { records }) => sum + records, 0)).toBe(200);
  expect(reports.at(0)).toMatchObject({
    segment: "0000000000000001.log",
    first: 1,
    damage: [],
    tornBytes: 0,
  });
  expect(reports.at(-1)).toMatchObject({ last: 200, missing: 0 });

  const exported = [];
  for await (const chunk of exportRecords(folder, { from: 11, to: 20, type: "reading" }))
    exported.push(...chunk);
  expect(exported).toEqual([6, 7, 8, 9, 10].map((n) => ({ sequence: n * 2 - 1, record: aRecord(n) })));
});

test("only this user may read a new journal and its lock", async () => {
  const directory = join(await aFolder(), "journal");
  await aJournal(directory);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  expect((await stat(join(directory, "lock"))).mode & 0o777).toBe(0o600);
});
