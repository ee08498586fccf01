import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSeen, takeHash, takeSequence } from "../../../gateway/ingest/seen.ts";

describe("seen sequence numbers", () => {
  test("in any order and with any repetition, each number is taken exactly once", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 200 }), (numbers) => {
        const seen = createSeen();
        const taken = numbers.filter((seq) => takeSequence(seen, "b1", seq, 64));
        expect(taken.toSorted((a, b) => a - b)).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
      }),
      { numRuns: 500 },
    );
  });

  test("an unbroken run takes one span however long it is", () => {
    const seen = createSeen();
    for (let seq = 0; seq < 10_000; seq++) takeSequence(seen, "b1", seq, 64);
    expect(seen.boots[0]?.spans).toEqual([0, 9_999]);
  });

  test("with more gaps than are remembered nothing new is refused", () => {
    const seen = createSeen();
    for (let seq = 0; seq < 1_000; seq += 2) expect(takeSequence(seen, "b1", seq, 8)).toBe(true);
    expect(seen.boots[0]?.spans.length).toBeLessThanOrEqual(18);
    expect(takeSequence(seen, "b1", 998, 8)).toBe(false);
  });

  test("a new boot counts from the beginning, and the boot before is still known", () => {
    const seen = createSeen();
    takeSequence(seen, "b1", 7, 64);
    expect(takeSequence(seen, "b2", 7, 64)).toBe(true);
    expect(takeSequence(seen, "b1", 7, 64)).toBe(false);
  });

  test("boots beyond the fourth are forgotten, oldest first", () => {
    const seen = createSeen();
    for (const boot of ["a", "b", "c", "d", "e"]) takeSequence(seen, boot, 1, 64);
    expect(seen.boots.map(({ boot }) => boot)).toEqual(["b", "c", "d", "e"]);
  });

  test("content is remembered up to its bound", () => {
    const seen = createSeen();
    expect([takeHash(seen, 1, 2), takeHash(seen, 1, 2)]).toEqual([true, false]);
    takeHash(seen, 2, 2);
    takeHash(seen, 3, 2);
    expect(takeHash(seen, 1, 2)).toBe(true);
  });
});
