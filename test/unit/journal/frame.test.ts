import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createFrameEncoder,
  headerBytes,
  isWhole,
  readHeader,
  readRecords,
} from "../../../gateway/journal/frame.ts";

test("whatever records go into a frame come out of it", () => {
  const encode = createFrameEncoder();
  const record = fc.oneof(
    fc.json(),
    fc.string({ unit: "grapheme" }).map((text) => JSON.stringify({ text })),
    fc.integer({ min: 1, max: 200_000 }).map((length) => JSON.stringify("电".repeat(length))),
  );
  fc.assert(
    fc.property(
      fc.array(record, { minLength: 1 }),
      fc.integer({ min: 1, max: 2 ** 50 }),
      (records, first) => {
        const frame = encode(records, first);
        const header = readHeader(frame)!;
        expect(header).toEqual({ first, records: records.length, bytes: frame.length - headerBytes });
        expect(isWhole(frame, header)).toBe(true);
        expect(readRecords(frame.subarray(headerBytes), header)).toEqual(records);
      },
    ),
    { numRuns: 50 },
  );
});

test("a frame is NDJSON from its first byte to its last", () => {
  const lines = createFrameEncoder()(['{"a":1}', '{"b":2}'], 7)
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([{ frame: 1, first: 7, records: 2, bytes: 16 }, { a: 1 }, { b: 2 }]);
});
