import { describe, expect, test } from "vitest";
import { aChoice, base, expectRaw, hour, keep, minute, numbered, rawOf } from "./series-model.ts";
import { expectSteps } from "./series-steps.ts";
import type { SeriesSubject } from "./series-subject.ts";

/** What a store must take, and what it says of itself. */
export function describeWrites(subject: SeriesSubject): void {
  describe("takes", () => {
    test("readings once: what comes again above the position after it was opened again doubles nothing", async () => {
      expect(subject.store.position()).toBe(subject.place.firstPosition);
      const readings = numbered(
        Array.from({ length: 50 }, (_, i) => ({
          time: base + i * minute,
          values: { fill: i, mode: "idle" },
        })),
        41,
      );
      await subject.store.write(readings.slice(0, 30), 70);
      await subject.reopen();
      expect(subject.store.position()).toBe(70);
      await subject.store.write(
        readings.filter(({ sequence }) => sequence > subject.store.position()),
        95,
      );
      await subject.reopen();
      await subject.settle();
      expect(subject.store.position()).toBe(95);
      const kept = keep(readings, subject.store.types);
      expect(await rawOf(subject.store, aChoice())).toEqual(expectRaw(kept));
      expectSteps(await subject.stepped({}, hour), kept, hour);
    });

    test("a position without readings, also one that lies before: the journal may be an older copy", async () => {
      for (const cursor of [60, 45]) {
        expect(await subject.store.write([], cursor)).toEqual([]);
        expect(subject.store.position()).toBe(cursor);
        await subject.reopen();
        expect(subject.store.position()).toBe(cursor);
      }
    });

    test("all but the reading that it can never take, and says which that is and why", async ({ skip }) => {
      if (subject.options.neverTaken === undefined) return skip();
      const good = numbered(
        Array.from({ length: 100 }, (_, i) => ({ time: base + i, values: { fill: i } })),
        41,
      );
      const bad = { ...subject.options.neverTaken, sequence: 141 };
      expect(await subject.store.write([...good.slice(0, 33), bad, ...good.slice(33)], 141)).toEqual([
        { sequence: 141, reason: expect.stringMatching(/.{5}/) },
      ]);
      await subject.settle();
      expect(subject.store.position()).toBe(141);
      expect(await rawOf(subject.store, aChoice())).toEqual(expectRaw(keep(good, subject.store.types)));
    });

    test("20,000 readings of 100 devices at once", async () => {
      const given = Array.from({ length: 20_000 }, (_, i) => ({
        id: `b${i % 100}`,
        time: base + Math.floor(i / 100) * minute,
        values: { fill: i, lidOpen: i % 2 === 0, mode: "idle" },
      }));
      const kept = await subject.write(given);
      const devices = Array.from({ length: 100 }, (_, i) => `s1/bin/b${i}`);
      expectSteps(await subject.stepped({ devices }, hour), kept, hour);
      const sole = kept.filter(({ device }) => device === "s1/bin/b42");
      expect(await rawOf(subject.store, aChoice({ devices: ["s1/bin/b42"] }))).toEqual(expectRaw(sole));
    });
  });

  test("says what it is: types, levels from the finest on, and numbers for metrics", async () => {
    await subject.write([{}]);
    await subject.store.maintain(Date.now());
    expect(subject.store.types).toContain("number");
    expect(subject.store.levels[0]?.level).toBe("raw");
    const keepMs = subject.store.levels.map((level) => level.keepMs);
    expect(keepMs).toEqual(keepMs.toSorted((a, b) => a - b));
    const stats = await subject.store.stats();
    for (const number of [stats.bytes, stats.series, ...Object.values(stats.counts)])
      expect(number).toBeGreaterThanOrEqual(0);
  });
}
