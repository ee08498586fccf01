import { appendFile } from "node:fs/promises";
import { basename } from "node:path";
import { expect, test, vi } from "vitest";
import { createSystemClock } from "../../../gateway/clock.ts";
import type { Lane } from "../../../gateway/journal/contract.ts";
import { createDisk, type Disk } from "../../../gateway/journal/disk.ts";
import { openJournalReader } from "../../../gateway/journal/reader.ts";
import { aFolder, aJournal, aRecord, recordsOf, systemError, type TestJournal } from "./support.ts";

/** What the next writes to a file do instead of writing; `after` also writes, and then fails all the same. */
interface Trouble {
  error: Error;
  times: number;
  when: "before" | "after";
}

/** A real disk whose writes, by file name, can be made to fail. */
function aSickDisk() {
  const real = createDisk();
  const names = new Map<number, string>();
  const trouble = new Map<string, Trouble>();
  const written: string[] = [];
  const disk: Disk = {
    ...real,
    async open(path, how) {
      const file = await real.open(path, how);
      names.set(file, basename(path));
      return file;
    },
    async write(file, parts, position) {
      const name = names.get(file) ?? "";
      const found = trouble.get(name) ?? trouble.get("*");
      if (!found || found.times-- <= 0) {
        written.push(name);
        return real.write(file, parts, position);
      }
      if (found.when === "after") await real.write(file, parts, position);
      throw found.error;
    },
  };
  return {
    disk,
    written,
    fail: (name: string, code: string, when: "before" | "after" = "before", times = 1) =>
      trouble.set(name, { error: systemError(code), when, times }),
    heal: () => trouble.clear(),
  };
}

/** Appends and remembers the answer. */
function appender(journal: TestJournal) {
  const answers: number[] = [];
  return {
    answers,
    append: (record: string, lane: Lane = "normal") =>
      journal.append({ records: [record], lane, committed: (sequence) => answers.push(sequence) }),
  };
}

const firstSegment = "0000000000000001.log";

test.each(["before", "after"] as const)(
  "after EIO (%s the bytes were written) nothing more goes into that segment, and nothing is lost or doubled",
  async (when) => {
    const folder = await aFolder();
    const { disk, fail, written } = aSickDisk();
    const journal = await aJournal(folder, { disk });
    await journal.write([aRecord(1)]);
    fail(firstSegment, "EIO", when, 1);
    expect(await Promise.all([journal.write([aRecord(2)]), journal.write([aRecord(3)], "alarm")])).toEqual([
      2, 3,
    ]);
    expect(await journal.write([aRecord(4)])).toBe(4);
    expect(written).toEqual([firstSegment, "0000000000000002.log", "0000000000000002.log"]);
    expect(journal.faults).toMatchObject([
      { fault: "write-failed", active: true },
      { fault: "write-failed", active: false },
    ]);
    const expected = [1, 2, 3, 4].map((n) => ({ sequence: n, record: aRecord(n) }));
    expect(await recordsOf(journal)).toEqual(expected);
    expect(await recordsOf(openJournalReader(folder))).toEqual(expected);
    await journal.close();
    const again = await aJournal(folder);
    expect(await recordsOf(again)).toEqual(expected);
    expect(again.last()).toBe(4);
  },
);

test("a disk that fails again and again is tried for ever, and answers come in order when it heals", async () => {
  const folder = await aFolder();
  const { disk, fail, heal } = aSickDisk();
  const journal = await aJournal(folder, { disk, retryMaxMs: 10 });
  fail("*", "EIO", "after", 1_000_000);
  const { answers, append } = appender(journal);
  for (let n = 1; n <= 20; n++) append(aRecord(n));
  await vi.waitFor(() => expect(journal.faults).toMatchObject([{ fault: "write-failed", active: true }]));
  append(aRecord(21), "alarm");
  expect(answers).toEqual([]);
  expect(journal.last()).toBe(0);
  expect(await recordsOf(journal)).toEqual([]);
  heal();
  await vi.waitFor(() => expect(answers).toHaveLength(21));
  expect(answers).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
  expect((await recordsOf(journal)).map(({ record }) => record)).toEqual(answers.map(aRecord));
});

test("a folder that cannot be made durable counts as a failed write: the new segment acknowledges nothing", async () => {
  const { disk } = aSickDisk();
  let failures = 3;
  const journal = await aJournal(await aFolder(), {
    disk: {
      ...disk,
      async syncFolder(path) {
        if (failures-- > 0) throw systemError("EIO");
        await disk.syncFolder(path);
      },
    },
  });
  expect(await journal.write([aRecord(1)])).toBe(1);
  expect(failures).toBe(-1);
});

test("on a full disk ordinary records wait, alarms use the reserve at once, and all is answered when space returns", async () => {
  const folder = await aFolder();
  const { disk, fail, heal } = aSickDisk();
  const journal = await aJournal(folder, { disk, reserveBytes: 100_000 });
  await reserveOf(folder, 100_000);
  await journal.write([aRecord(1)]);
  fail(firstSegment, "ENOSPC", "before", 1_000_000);
  fail("reserve.new", "ENOSPC", "before", 1_000_000);
  const normal = appender(journal);
  const alarms = appender(journal);
  normal.append(aRecord(2));
  alarms.append(aRecord(3), "alarm");
  normal.append(aRecord(4));
  alarms.append(aRecord(5), "alarm");
  await vi.waitFor(() => expect(alarms.answers).toEqual([2, 3]));
  expect(journal.faults).toMatchObject([{ fault: "disk-full", active: true }]);
  expect(await journal.write([aRecord(6)], "alarm")).toBe(4);
  expect(normal.answers).toEqual([]);
  expect(journal.pendingBytes()).toBeGreaterThan(0);
  heal();
  await vi.waitFor(() => expect(normal.answers).toEqual([5, 6]));
  await reserveOf(folder, 100_000);
  expect(journal.faults.at(-1)).toMatchObject({ fault: "disk-full", active: false });
  expect((await recordsOf(journal)).map(({ record }) => record)).toEqual([1, 3, 5, 6, 2, 4].map(aRecord));
});

test("a quota that is exceeded is a full disk; without a reserve alarms wait too", async () => {
  const { disk, fail, heal } = aSickDisk();
  const journal = await aJournal(await aFolder(), { disk });
  fail("*", "EDQUOT", "before", 1_000_000);
  const { answers, append } = appender(journal);
  append(aRecord(1));
  append(aRecord(2), "alarm");
  await vi.waitFor(() => expect(journal.faults).toMatchObject([{ fault: "disk-full", active: true }]));
  expect(answers).toEqual([]);
  heal();
  await vi.waitFor(() => expect(answers).toHaveLength(2));
});

test("a clock that steps back while the disk is full does not hold up ordinary records when there is space", async () => {
  const { disk, fail, heal } = aSickDisk();
  const real = createSystemClock();
  let stepMs = 0;
  const clock = { ...real, now: () => real.now() + stepMs };
  const journal = await aJournal(await aFolder(), { disk, clock });
  fail("*", "ENOSPC", "before", 1_000_000);
  const { answers, append } = appender(journal);
  append(aRecord(1));
  await vi.waitFor(() => expect(journal.faults).toMatchObject([{ fault: "disk-full", active: true }]));
  stepMs = -3_600_000;
  heal();
  await vi.waitFor(() => expect(answers).toEqual([1]));
});

test("what a full disk refused can be closed: it is not answered, and not there after", async () => {
  const folder = await aFolder();
  const { disk, fail } = aSickDisk();
  const journal = await aJournal(folder, { disk });
  await journal.write([aRecord(1)]);
  fail("*", "ENOSPC", "before", 1_000_000);
  const refused = expect(journal.write([aRecord(2)])).rejects.toMatchObject({ code: "journal-closed" });
  await journal.close();
  await refused;
  const again = await aJournal(folder);
  expect(await recordsOf(again)).toEqual([{ sequence: 1, record: aRecord(1) }]);
});

test("a write that the system cuts short is completed", async () => {
  const real = createDisk();
  const disk: Disk = {
    ...real,
    write: (file, parts, position) => real.write(file, [parts[0]!.subarray(0, 7)], position),
  };
  const folder = await aFolder();
  const journal = await aJournal(folder, { disk });
  await Promise.all([journal.write([aRecord(1)]), journal.write([aRecord(2)])]);
  expect(await recordsOf(journal)).toEqual([1, 2].map((n) => ({ sequence: n, record: aRecord(n) })));
});

async function reserveOf(folder: string, bytes: number) {
  await vi.waitFor(async () => expect((await createDisk().facts(`${folder}/reserve`))?.bytes).toBe(bytes));
}

test.each(["EIO", "ENOSPC"])(
  "a start whose first sync fails with %s brings the last segment to the disk again, and says so",
  async (code) => {
    const folder = await aFolder();
    const journal = await aJournal(folder);
    await Promise.all([1, 2, 3].map((n) => journal.write([aRecord(n)])));
    await journal.close();
    const real = createDisk();
    const written: Buffer[] = [];
    let failures = 1;
    const again = await aJournal(folder, {
      disk: {
        ...real,
        async sync(file) {
          if (failures-- > 0) throw systemError(code);
          await real.sync(file);
        },
        write(file, parts, position) {
          written.push(Buffer.concat(parts));
          return real.write(file, parts, position);
        },
      },
    });
    // The kernel calls the pages clean after a failed sync: a second sync would prove nothing, only writing does.
    expect(Buffer.concat(written).toString()).toContain(aRecord(3));
    expect(again.faults).toMatchObject([{ fault: "write-failed", active: true }]);
    expect(await again.write([aRecord(4)])).toBe(4);
    expect(again.faults.at(-1)).toMatchObject({ fault: "write-failed", active: false });
    const expected = [1, 2, 3, 4].map((n) => ({ sequence: n, record: aRecord(n) }));
    expect(await recordsOf(again)).toEqual(expected);
    await again.close();
    expect(await recordsOf(await aJournal(folder))).toEqual(expected);
  },
);

test("a torn tail that cannot be written over is left behind with the file it is in", async () => {
  const folder = await aFolder();
  const journal = await aJournal(folder);
  await journal.write([aRecord(1)]);
  await journal.close();
  const path = `${folder}/${firstSegment}`;
  await appendFile(path, '{"frame":1,"first":2,');
  const { disk, fail } = aSickDisk();
  fail(firstSegment, "EIO", "before", 1);
  const again = await aJournal(folder, { disk });
  expect(await again.write([aRecord(2)])).toBe(2);
  expect((await recordsOf(again)).map(({ record }) => record)).toEqual([1, 2].map(aRecord));
  await again.close();
  expect((await aJournal(folder)).faults).toEqual([]);
});

test("a start on a disk that takes nothing at all is refused, and leaves the journal as it was", async () => {
  const folder = await aFolder();
  const journal = await aJournal(folder);
  await journal.write([aRecord(1)]);
  await journal.close();
  const real = createDisk();
  const refuse = () => Promise.reject(systemError("EIO"));
  await expect(aJournal(folder, { disk: { ...real, sync: refuse, write: refuse } })).rejects.toMatchObject({
    code: "journal-unusable",
  });
  const again = await aJournal(folder);
  expect(await recordsOf(again)).toEqual([{ sequence: 1, record: aRecord(1) }]);
});
