import { describe, expect, test } from "vitest";
import { base, day, hour, minute, sortedByName } from "./series-model.ts";
import { checkAnyReadings } from "./series-property.ts";
import { expectSteps } from "./series-steps.ts";
import type { SeriesSubject } from "./series-subject.ts";

/** What a store must answer when it is asked for steps, or for last values. */
export function describeFolds(subject: SeriesSubject): void {
  describe("folds", () => {
    test("each value into the step in which its millisecond lies", async () => {
      const edges = [0, 5 * minute - 1, 5 * minute, 10 * minute - 1, hour - 1, hour, day - 1];
      const kept = await subject.write(
        edges.map((edge, i) => ({
          time: base + edge,
          values: { fill: i, lidOpen: i % 2 === 0, mode: `m${i % 2}` },
        })),
      );
      for (const stepMs of [5 * minute, hour, day])
        expectSteps(await subject.stepped({}, stepMs), kept, stepMs);
    });

    test("nothing outside of the time that was asked for", async () => {
      const kept = await subject.write(
        [0, 1, 2, 3].map((i) => ({ time: base + i * minute, values: { fill: i, mode: "idle" } })),
      );
      const inside = kept.filter(({ time }) => time === base + minute || time === base + 2 * minute);
      expectSteps(await subject.stepped({ from: base + minute, to: base + 3 * minute }, hour), inside, hour);
    });

    test("steps without a value are left out", async () => {
      await subject.write([{ values: { fill: 1 } }, { time: base + 5 * hour, values: { fill: 2 } }]);
      const [series] = await subject.stepped({}, hour);
      expect(series?.times).toEqual([base, base + 5 * hour]);
    });

    test("and counts what was suspect, value by value", async () => {
      const kept = await subject.write([
        { quality: "suspect", values: { fill: 900, mode: "idle" } },
        { time: base + 1, values: { fill: 1, weight: 2 } },
        { time: base + 2, quality: "suspect", values: { lidOpen: true } },
        { time: base + hour, quality: "suspect", values: { weight: 2 } },
      ]);
      expectSteps(await subject.stepped({}, hour), kept, hour);
    });

    test("any readings, late ones too, as a computation value by value does", async () => {
      await checkAnyReadings(subject);
    });
  });

  describe("knows the last value", () => {
    const devices = ["s1/bin/b1", "s1/bin/b2"];

    test("before a moment and no further back than it is told", async () => {
      await subject.write([
        { time: base, values: { fill: 1, lidOpen: true } },
        { time: base + hour, quality: "suspect", values: { fill: 2 } },
        { time: base + 2 * hour, values: { fill: 3 } },
        { id: "b2", time: base + 3 * hour, values: { fill: 4 } },
      ]);
      const at = async (before: number, withinMs: number) => {
        const found = sortedByName(await subject.store.latest({ devices, before, withinMs }));
        return found.map(({ device, field, value, time, quality }) => [device, field, value, time, quality]);
      };
      const lid = ["s1/bin/b1", "lidOpen", true, base, "good"];
      expect(await at(base, day)).toEqual([]);
      expect(await at(base + 2 * hour, day)).toEqual([["s1/bin/b1", "fill", 2, base + hour, "suspect"], lid]);
      expect(await at(base + 2 * hour + 1, hour)).toEqual([
        ["s1/bin/b1", "fill", 3, base + 2 * hour, "good"],
      ]);
      expect(await at(base + day, 2 * day)).toEqual([
        ["s1/bin/b1", "fill", 3, base + 2 * hour, "good"],
        lid,
        ["s1/bin/b2", "fill", 4, base + 3 * hour, "good"],
      ]);
    });

    test("with its own quality, whatever else its hour had", async () => {
      await subject.write([
        { time: base, quality: "suspect", values: { fill: 1, lidOpen: false } },
        { time: base + 1, values: { fill: 2, lidOpen: false } },
        { id: "b2", time: base, values: { fill: 1 } },
        { id: "b2", time: base + 1, quality: "suspect", values: { fill: 2 } },
      ]);
      const found = await subject.store.latest({ devices, before: base + 5 * hour, withinMs: day });
      expect(
        sortedByName(found).map(({ device, field, time, quality }) => [device, field, time, quality]),
      ).toEqual([
        ["s1/bin/b1", "fill", base + 1, "good"],
        ["s1/bin/b1", "lidOpen", base + 1, "good"],
        ["s1/bin/b2", "fill", base + 1, "suspect"],
      ]);
    });

    test("of some fields only, when they are named", async () => {
      const time = Date.now() - minute;
      await subject.write([
        { time: time - hour, values: { fill: 1, weight: 5 } },
        { time, values: { fill: 2 } },
      ]);
      expect(
        await subject.store.latest({ devices, fields: ["fill", "no"], before: time + 1, withinMs: hour }),
      ).toEqual([{ device: "s1/bin/b1", field: "fill", time, value: 2, quality: "good" }]);
    });
  });
}
