import fc from "fast-check";
import { expect, test } from "vitest";
import { readingLine, recordStem } from "../../../gateway/ingest/record.ts";
import type { CheckedReading } from "../../../gateway/ingest/validate.ts";
import { isReadingLine, readReadingLine } from "../../../gateway/reading-line.ts";
import type { ReadingRecord } from "../../../gateway/types.ts";

test("a reading's line read by its places is what parsing all of it gives", () => {
  const word = fc.oneof(fc.string(), fc.constantFrom('"message":{', '","quality":"good"', '\\"device\\":"x'));
  const made = fc.record({
    at: fc.nat(4e12),
    ts: fc.integer({ min: -1e12, max: 4e12 }),
    isHistory: fc.boolean(),
    stream: fc.constantFrom("telemetry" as const, "event" as const),
    quality: fc.constantFrom("good", "suspect", "simulated"),
    message: fc.dictionary(word, fc.oneof(word, fc.double(), fc.boolean())),
  });
  fc.assert(
    fc.property(made, ({ stream, message, ts, quality, ...rest }) => {
      const checked = { ts, quality } as CheckedReading;
      const line = readingLine({
        ...{ ...rest, checked, json: JSON.stringify(message) },
        stem: recordStem("xinfa/waste-bin/bin-1", stream),
      });
      const { at, device, quality: said, message: parsed, ts: time } = JSON.parse(line) as ReadingRecord;
      expect(isReadingLine(line)).toBe(true);
      expect(readReadingLine(line)).toEqual({ at, ts: time, device, quality: said, message: parsed });
    }),
    { numRuns: 500 },
  );
});
