import { describe, expect, test } from "vitest";
import { aChoice, base, day, minute, rawOf } from "./series-model.ts";
import type { SeriesSubject } from "./series-subject.ts";

const anna = `p_${"a1".repeat(16)}`;
const berta = `p_${"b2".repeat(16)}`;

/** What a store must do with hashes of persons among its texts. */
export function describePersons(subject: SeriesSubject): void {
  const query = (persons: readonly string[], upTo = Number.MAX_SAFE_INTEGER, site = "s1") => ({
    ...{ site, persons, upTo },
    before: base + day,
  });

  describe("persons", () => {
    test("are found with the other values of their readings, and erased without them", async () => {
      await subject.write([
        { time: base + minute, values: { note: anna, mode: "in", fill: 1 } },
        { time: base + 2 * minute, values: { note: berta, mode: "in", fill: 2 } },
        { time: base + 3 * minute, id: "b2", values: { note: anna, mode: "out", lidOpen: true } },
        { time: base + 4 * minute, site: "s2", values: { note: anna } },
        { time: base + 5 * minute, quality: "simulated", values: { note: anna, fill: 3 } },
      ]);
      const keepsTexts = subject.store.types.includes("text");
      const found = await subject.store.findPersons(query([anna]), 10);
      expect(found.map(({ device, time, values }) => ({ device, time, values }))).toEqual(
        keepsTexts
          ? [
              { device: "s1/bin/b1", time: base + minute, values: { note: anna, mode: "in", fill: 1 } },
              {
                device: "s1/bin/b2",
                time: base + 3 * minute,
                values: { note: anna, mode: "out", lidOpen: true },
              },
              { device: "s1/bin/b1", time: base + 5 * minute, values: { note: anna, fill: 3 } },
            ]
          : [],
      );
      expect(await subject.store.findPersons(query([anna]), 2)).toHaveLength(keepsTexts ? 2 : 0);

      expect(await subject.store.erasePersons(query([anna]))).toBe(keepsTexts ? 3 : 0);
      await subject.settle();
      await subject.reopen();
      expect(await subject.store.findPersons(query([anna]), 10)).toEqual([]);
      expect(await subject.store.erasePersons(query([anna]))).toBe(0);
      const rest = await rawOf(subject.store, aChoice({ fields: ["fill", "mode", "note"] }));
      expect(JSON.stringify(rest)).not.toContain(anna);
      expect(rest["s1/bin/b1 fill"]?.map(({ value }) => value)).toEqual([1, 2]);
      // Neighbours, and the same digits at another site, are somebody else.
      expect(await subject.store.findPersons(query([berta]), 10)).toHaveLength(keepsTexts ? 1 : 0);
      const elsewhere = await subject.store.findPersons(query([anna], undefined, "s2"), 10);
      expect(elsewhere).toHaveLength(keepsTexts ? 1 : 0);
      // The same person may come again.
      await subject.write([{ time: base + 6 * minute, values: { note: anna } }]);
      expect(await subject.store.findPersons(query([anna]), 10)).toHaveLength(keepsTexts ? 1 : 0);
    });
  });
}
