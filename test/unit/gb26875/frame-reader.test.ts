import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFrame, writeFrame } from "../../../gateway/ingest/gb26875/frame.ts";
import { createFrameReader } from "../../../gateway/ingest/gb26875/frame-reader.ts";
import { frameBytes, framesOf } from "../../../simulators/gb26875/frame.ts";
import { aFrame, samples } from "../../support/gb26875.ts";

const maxAppBytes = 1024;
const start = Buffer.from("4040", "hex");

/** Application parts, with what looks like the beginning and end of a frame inside of many. */
const app = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom("40", "4040", "23", "2323", "404000000101").map((hex) => Buffer.from(hex, "hex")),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Buffer.concat(parts));
const frame = fc
  .record({ seq: fc.nat(65_535), command: fc.nat(255), app })
  .map(({ seq, command, app }) => ({ seq, command, app, source: "790300000000", target: "000000000001" }));
/** Bytes between frames that are no frame: without `4040` whose length and end happen to fit. */
const garbage = fc
  .uint8Array({ maxLength: 60 })
  .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0x40 ? 0x41 : byte))));

function appsOf(found: readonly { frame: { app: Buffer } }[]): string[] {
  return found.map(({ frame }) => frame.app.toString("hex"));
}

describe("the published samples", () => {
  test.each(Object.entries(samples))(
    "%s is one sound frame that is written again byte for byte",
    (_, bytes) => {
      const found = createFrameReader({ maxAppBytes }).push(bytes);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ isSound: true, bytes });
      expect(writeFrame(found[0]!.frame).equals(bytes)).toBe(true);
    },
  );
});

describe("frames in a stream", () => {
  test("come out whole and in order however they are split and joined", () => {
    fc.assert(
      fc.property(
        fc.array(frame, { minLength: 1, maxLength: 5 }),
        fc.infiniteStream(fc.nat(40)),
        (frames, cuts) => {
          const bytes = Buffer.concat(frames.map((one) => frameBytes(one, 1_790_000_000_000)));
          const reader = createFrameReader({ maxAppBytes });
          const found = [];
          for (let at = 0; at < bytes.length; ) {
            const length = cuts.next().value! + 1;
            found.push(...reader.push(bytes.subarray(at, at + length)));
            at += length;
          }
          expect(appsOf(found)).toEqual(frames.map((one) => one.app.toString("hex")));
          expect(found.every(({ isSound }) => isSound)).toBe(true);
          expect([reader.waiting(), reader.skipped()]).toEqual([0, 0]);
        },
      ),
    );
  });

  test("come out at their last byte when every byte comes alone", () => {
    const reader = createFrameReader({ maxAppBytes });
    const bytes = samples.fire_smoke_zone10_no2!;
    for (const [i, byte] of bytes.entries())
      expect(reader.push(Buffer.from([byte]))).toHaveLength(i === bytes.length - 1 ? 1 : 0);
  });

  test("are found between garbage, which is counted", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(garbage, frame), { minLength: 1, maxLength: 5 }),
        garbage,
        (pairs, tail) => {
          const parts = pairs.flatMap(([junk, one]) => [junk, frameBytes(one, 1_790_000_000_000)]);
          const reader = createFrameReader({ maxAppBytes });
          const found = reader.push(Buffer.concat([...parts, tail]));
          expect(appsOf(found)).toEqual(pairs.map(([, one]) => one.app.toString("hex")));
          const junk = pairs.reduce((sum, [bytes]) => sum + bytes.length, tail.length);
          expect(reader.skipped() + reader.waiting()).toBe(junk);
        },
      ),
    );
  });

  test("are found behind a beginning that is none, at once or when nothing more comes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), frame, (junk, one) => {
        const reader = createFrameReader({ maxAppBytes });
        const bytes = frameBytes(one, 1_790_000_000_000);
        const found = reader.push(Buffer.concat([start, junk, bytes]));
        for (let i = 0; i <= junk.length + 1 && !found.some((item) => item.bytes.equals(bytes)); i++)
          found.push(...reader.giveUp());
        expect(found.some((item) => item.isSound && item.bytes.equals(bytes))).toBe(true);
      }),
    );
  });

  test("with a wrong sum are told as such, and cost no neighbour", () => {
    fc.assert(
      fc.property(frame, frame, fc.integer({ min: 1, max: 255 }), (first, second, off) => {
        const broken = frameBytes(first, 1_790_000_000_000);
        broken[broken.length - 3] = (broken[broken.length - 3]! + off) % 256;
        const reader = createFrameReader({ maxAppBytes });
        const found = reader.push(Buffer.concat([broken, frameBytes(second, 1_790_000_000_000)]));
        expect(found.map(({ isSound }) => isSound)).toEqual([false, true]);
      }),
    );
  });

  test("inside bytes that only look like a frame with a wrong sum are preferred to it", () => {
    const inner = aFrame(Buffer.from("inner"));
    const outer = aFrame(inner);
    outer[outer.length - 3]! ^= 1;
    const found = createFrameReader({ maxAppBytes }).push(outer);
    expect(appsOf(found)).toEqual([Buffer.from("inner").toString("hex")]);
  });

  test("of any announced length hold back no more than one longest frame", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.constant(start)), { maxLength: 40 }),
        (parts) => {
          const reader = createFrameReader({ maxAppBytes: 64 });
          for (const part of parts) {
            reader.push(Buffer.from(part));
            expect(reader.waiting()).toBeLessThan(64 + 30);
          }
        },
      ),
    );
  });
});

test("the gateway and the simulated device write and read the same frames", () => {
  fc.assert(
    fc.property(frame, fc.integer({ min: 1_600_000_000_000, max: 2_000_000_000_000 }), (one, at) => {
      const bytes = frameBytes(one, at);
      const read = readFrame(bytes);
      expect(read).toMatchObject({ isSound: true, frame: { ...one, version: "0101" } });
      expect(writeFrame(read.frame).equals(bytes)).toBe(true);
      expect(framesOf(bytes)).toEqual({ frames: [one], rest: Buffer.alloc(0) });
    }),
  );
});
