import { expect, test } from "vitest";
import { createSystemClock } from "../../../gateway/clock.ts";
import { openJournal } from "../../../gateway/journal/file-journal.ts";
import { createFrameEncoder } from "../../../gateway/journal/frame.ts";
import { segmentPath } from "../../../gateway/journal/segment.ts";
import { journalSettings } from "../../../gateway/journal/settings.ts";
import { createLog } from "../../../gateway/log.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import { aMemoryDisk } from "./memory-disk.ts";
import { aFolder, aRecord, recordsOf } from "./support.ts";

/** Three segments, each of frames of these records; the last one with room that was filled ahead. */
const segments = [
  [[1, 2], [3]],
  [[4], [5, 6]],
  [[7], [8]],
];
const last = 8;

interface Frame {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly numbers: readonly number[];
}

function aJournalOfThree(): { files: Record<string, Buffer>; frames: Frame[] } {
  const encode = createFrameEncoder();
  const files: Record<string, Buffer> = {};
  const frames: Frame[] = [];
  for (const [i, lists] of segments.entries()) {
    const name = segmentPath("", lists[0]![0]!).replace("/", "");
    let bytes = Buffer.alloc(0);
    for (const numbers of lists) {
      const start = bytes.length;
      bytes = Buffer.concat([bytes, encode(numbers.map(aRecord), numbers[0]!)]);
      frames.push({ name, start, end: bytes.length, numbers });
    }
    files[name] = i === segments.length - 1 ? Buffer.concat([bytes, Buffer.alloc(20, "\n")]) : bytes;
  }
  files["cursors.json"] = Buffer.from(JSON.stringify({ version: 1, last, views: {} }));
  return { files, frames };
}

const { files, frames } = aJournalOfThree();
const log = createLog({ level: "silent" });
const settings = journalSettings.parse({ reserveBytes: 0, growBytes: 0 });

/** Opens these files as a journal, reads all, writes one record, reads all again. */
async function use(directory: string, name: string, bytes: Buffer) {
  const disk = aMemoryDisk({ ...files, [name]: bytes });
  const journal = await openJournal({
    ...{ directory, disk, settings, log, clock: createSystemClock(), metrics: createMetrics() },
  });
  const before = await recordsOf(journal);
  const sequence = await journal.write([aRecord(99)]);
  const after = await recordsOf(journal);
  await journal.close();
  return { before, sequence, after };
}

/** What must be there when these frames are lost. */
const without = (isLost: (frame: Frame) => boolean) =>
  frames
    .filter((frame) => !isLost(frame))
    .flatMap(({ numbers }) => numbers.map((n) => ({ sequence: n, record: aRecord(n) })));

const written = { sequence: last + 1, record: aRecord(99) };

test.each(Object.keys(files).filter((name) => name.endsWith(".log")))(
  "a bit flipped in any byte of segment %s costs its frame alone, and writing goes on above all that was there",
  async (name) => {
    const directory = await aFolder();
    for (let offset = 0; offset < files[name]!.length; offset++) {
      const bytes = Buffer.from(files[name]!);
      bytes[offset]! ^= 1 << ((offset * 5) % 8);
      const { before, sequence, after } = await use(directory, name, bytes);
      const expected = without((frame) => frame.name === name && frame.start <= offset && offset < frame.end);
      expect({ offset, before }).toEqual({ offset, before: expected });
      expect({ offset, sequence, after }).toEqual({
        offset,
        sequence: last + 1,
        after: [...expected, written],
      });
    }
  },
);

test.each(Object.keys(files).filter((name) => name.endsWith(".log")))(
  "segment %s cut at any byte keeps its frames before the cut, and all of the others",
  async (name) => {
    const directory = await aFolder();
    for (let length = 0; length < files[name]!.length; length++) {
      const { before, sequence, after } = await use(directory, name, files[name]!.subarray(0, length));
      const expected = without((frame) => frame.name === name && frame.end > length);
      expect({ length, before }).toEqual({ length, before: expected });
      expect({ length, sequence, after }).toEqual({
        length,
        sequence: last + 1,
        after: [...expected, written],
      });
    }
  },
);
