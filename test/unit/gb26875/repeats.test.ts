import { expect, test } from "vitest";
import { readFrame } from "../../../gateway/ingest/gb26875/frame.ts";
import { createRepeats } from "../../../gateway/ingest/gb26875/repeats.ts";
import { aFrame } from "../../support/gb26875.ts";

const make = () => createRepeats({ rememberedFrames: 3, repeatMs: 60_000 });
const frame = (seq: number, text: string) => readFrame(aFrame(Buffer.from(text), { seq })).frame;

test("the same number with the same content within the time is a repeat", () => {
  const repeats = make();
  expect(repeats.find(frame(1, "fire"), 0)).toBeUndefined();
  expect(repeats.find(frame(1, "fire"), 10_000)).toEqual(expect.objectContaining({ isSafe: false }));
  repeats.safe(frame(1, "fire"));
  expect(repeats.find(frame(1, "fire"), 20_000)?.isSafe).toBe(true);
  expect(repeats.find(frame(1, "fire"), 60_001)).toBeUndefined();
});

test("a second fire of a device that never counts is none, once something else came in between", () => {
  const repeats = make();
  repeats.find(frame(0, "fire"), 0);
  repeats.find(frame(0, "well"), 1000);
  expect(repeats.find(frame(0, "fire"), 2000)).toBeUndefined();
});

test("another number, another source and what was forgotten are none", () => {
  const repeats = make();
  repeats.find(frame(1, "fire"), 0);
  expect(repeats.find(frame(2, "fire"), 0)).toBeUndefined();
  const other = readFrame(aFrame(Buffer.from("fire"), { seq: 1, source: "000000000099" })).frame;
  expect(repeats.find(other, 0)).toBeUndefined();
  repeats.find(frame(3, "fire"), 0);
  expect(repeats.find(frame(1, "fire"), 0)).toBeUndefined();
});
