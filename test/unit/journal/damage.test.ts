import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFrameEncoder } from "../../../gateway/journal/frame.ts";
import { scanFrames } from "../../../gateway/journal/scan.ts";
import { segmentPath } from "../../../gateway/journal/segment.ts";
import { aFolder, aJournal, aRecord, recordsOf } from "./support.ts";

const frames = [[1, 2], [3], [4, 5, 6], [7]];

/** A segment as it is while the gateway runs: four frames and room that was filled ahead. */
function aSegment(): { bytes: Buffer; ends: number[] } {
  const encode = createFrameEncoder();
  const parts = frames.map((numbers) => Buffer.from(encode(numbers.map(aRecord), numbers[0]!)));
  const ends = parts.map((_, i) => Buffer.concat(parts.slice(0, i + 1)).length);
  return { bytes: Buffer.concat([...parts, Buffer.alloc(40, "\n")]), ends };
}

/** What a scan of these bytes finds. */
async function scan(bytes: Buffer) {
  const read = async (_: number, into: Buffer, position: number) => bytes.copy(into, 0, position);
  const records: string[] = [];
  const sequences: number[] = [];
  let damagedBytes = 0;
  for await (const found of scanFrames({ disk: { read }, file: 0, bytes: bytes.length })) {
    if (found.what === "damage") damagedBytes += found.bytes;
    else {
      records.push(...found.lines);
      sequences.push(...found.lines.map((_, i) => found.first + i));
    }
  }
  return { records, sequences, damagedBytes };
}

const numbersExcept = (lost: number | undefined) =>
  frames.flatMap((numbers, index) => (index === lost ? [] : numbers));

test("any flipped bit costs at most the frame it is in, and never makes a wrong record", async () => {
  const { bytes, ends } = aSegment();
  for (let offset = 0; offset < bytes.length; offset++) {
    const hit = ends.findIndex((end) => offset < end);
    for (let bit = 0; bit < 8; bit++) {
      const damaged = Buffer.from(bytes);
      damaged[offset]! ^= 1 << bit;
      const numbers = numbersExcept(hit === -1 ? undefined : hit);
      const { records, sequences, damagedBytes } = await scan(damaged);
      expect({ offset, bit, sequences }).toEqual({ offset, bit, sequences: numbers });
      expect(records).toEqual(numbers.map(aRecord));
      if (hit !== -1) expect(damagedBytes).toBeGreaterThan(0);
    }
  }
});

test("a segment that is cut anywhere keeps every frame before the cut", async () => {
  const { bytes, ends } = aSegment();
  for (let length = 0; length <= bytes.length; length++) {
    const whole = ends.filter((end) => end <= length).length;
    const { sequences } = await scan(bytes.subarray(0, length));
    expect({ length, sequences }).toEqual({ length, sequences: frames.slice(0, whole).flat() });
  }
});

test("garbage between frames, of any length, hides no frame", async () => {
  const { bytes, ends } = aSegment();
  for (const length of [1, 7, 100, 65_536, 1_048_576, 1_200_000]) {
    const garbage = Buffer.alloc(length, 'x{"frame":1,"first":');
    const damaged = Buffer.concat([bytes.subarray(0, ends[0]), garbage, bytes.subarray(ends[0])]);
    const { sequences, damagedBytes } = await scan(damaged);
    expect({ length, sequences }).toEqual({ length, sequences: [1, 2, 3, 4, 5, 6, 7] });
    expect(damagedBytes).toBe(length);
  }
});

test("a whole frame of the past, left over at the end, is not read again", async () => {
  const { bytes, ends } = aSegment();
  const { sequences } = await scan(Buffer.concat([bytes.subarray(0, ends[3]), bytes.subarray(0, ends[1])]));
  expect(sequences).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

/** Opens a journal whose only segment holds these bytes, writes one more record, and says what is in it. */
async function reopen(bytes: Buffer, cursors?: string) {
  const folder = await aFolder();
  await writeFile(segmentPath(folder, 1), bytes);
  if (cursors) await writeFile(join(folder, "cursors.json"), cursors);
  const journal = await aJournal(folder);
  const before = await recordsOf(journal);
  const sequence = await journal.write([aRecord(99)]);
  const after = await recordsOf(journal);
  await journal.close();
  const quarantine = await readdir(join(folder, "quarantine")).catch(() => []);
  return { folder, before, sequence, after, faults: journal.faults, quarantine };
}

test("a journal opens whatever its last segment looks like, goes on above what it knew, and loses nothing more", async () => {
  const { bytes, ends } = aSegment();
  const cursors = JSON.stringify({ version: 1, last: 7, views: {} });
  for (let offset = 0; offset < ends[3]!; offset += 25) {
    const hit = ends.findIndex((end) => offset < end);
    const flipped = Buffer.from(bytes);
    flipped[offset]! ^= 0x10;
    for (const [damaged, numbers] of [
      [flipped, numbersExcept(hit)],
      [bytes.subarray(0, offset), frames.slice(0, hit).flat()],
    ] as const) {
      const { before, sequence, after } = await reopen(damaged, cursors);
      expect(before).toEqual(numbers.map((n) => ({ sequence: n, record: aRecord(n) })));
      expect(sequence).toBe(8);
      expect(after).toEqual([...before, { sequence: 8, record: aRecord(99) }]);
    }
  }
});

test("a torn tail is removed, kept for inspection and reported as harmless", async () => {
  const { bytes, ends } = aSegment();
  const torn = bytes.subarray(ends[2], ends[3]! - 3);
  const { sequence, faults, folder } = await reopen(Buffer.concat([bytes.subarray(0, ends[2]), torn]));
  // The unfinished frame spoke of record 7, so that number is not used again.
  expect(sequence).toBe(8);
  expect(faults).toMatchObject([{ fault: "torn-tail", active: false }]);
  const kept = await readFile(join(folder, "quarantine", `0000000000000001-${ends[2]}.bin`));
  expect(kept.equals(torn)).toBe(true);
  const again = await aJournal(folder);
  expect(again.faults).toEqual([]);
});

test("a number that was skipped is not mistaken for a lost record at the next start", async () => {
  const { bytes, ends } = aSegment();
  const folder = await aFolder();
  await writeFile(segmentPath(folder, 1), bytes.subarray(0, ends[3]! - 3));
  const journal = await aJournal(folder);
  expect(journal.last()).toBe(6);
  await journal.close();
  const again = await aJournal(folder);
  expect(again.faults).toEqual([]);
  expect(again.last()).toBe(6);
});

test("a damaged frame in the middle is kept for inspection and reported once", async () => {
  const { bytes, ends } = aSegment();
  bytes[ends[0]! + 100]! ^= 1;
  const { faults, quarantine, folder } = await reopen(bytes);
  expect(faults).toMatchObject([{ fault: "frame-damaged", active: true }]);
  expect(quarantine).toEqual([`0000000000000001-${ends[0]}.bin`]);
  const again = await aJournal(folder);
  await recordsOf(again);
  expect(again.faults).toEqual([]);
});

test("acknowledged records that are gone from the end are reported as lost", async () => {
  const { bytes, ends } = aSegment();
  const cursors = JSON.stringify({ version: 1, last: 7, views: {} });
  const { faults } = await reopen(bytes.subarray(0, ends[1]), cursors);
  expect(faults).toMatchObject([{ fault: "frame-damaged", active: true }]);
  expect(faults[0]!.message).toContain("records 4 to 7 are gone");
});

test("damage in an older segment is found when it is read, and what follows is kept", async () => {
  const folder = await aFolder();
  const journal = await aJournal(folder, { segmentBytes: 4096 });
  for (let n = 1; n <= 100; n++) await journal.write([aRecord(n)]);
  await journal.close();
  const path = segmentPath(folder, 1);
  const bytes = await readFile(path);
  bytes[bytes.length - 10]! ^= 4;
  await writeFile(path, bytes);
  const again = await aJournal(folder, { segmentBytes: 4096 });
  expect(again.faults).toEqual([]);
  const sequences = (await recordsOf(again)).map(({ sequence }) => sequence);
  expect(sequences).toHaveLength(99);
  expect(sequences.at(-1)).toBe(100);
  expect(again.faults).toMatchObject([{ fault: "frame-damaged", active: true }]);
});

test("the folder of a running journal, copied at any moment, opens and holds every answered record", async () => {
  const folder = await aFolder();
  const journal = await aJournal(folder, { segmentBytes: 16_384 });
  const copies: { copy: string; answered: number }[] = [];
  let answered = 0;
  let appended = 0;
  for (let round = 0; round < 12; round++) {
    for (let i = 0; i < 40; i++) {
      journal.append({
        records: [aRecord(++appended)],
        lane: "normal",
        committed: (sequence) => {
          answered = sequence;
        },
      });
      if (i % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const copy = join(folder, `copy-${round}`);
    copies.push({ copy, answered });
    await mkdir(copy);
    for (const name of await readdir(folder)) {
      if (name.endsWith(".log")) await copyFile(join(folder, name), join(copy, name));
    }
  }
  for (const { copy, answered } of copies) {
    const again = await aJournal(copy);
    const records = await recordsOf(again);
    expect(records.length).toBeGreaterThanOrEqual(answered);
    expect(records).toEqual(records.map((_, i) => ({ sequence: i + 1, record: aRecord(i + 1) })));
    expect(await again.write([aRecord(0)])).toBeGreaterThan(records.length);
  }
}, 60_000);
