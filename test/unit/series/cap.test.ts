import { expect, test } from "vitest";
import { createSeriesCap } from "../../../gateway/series/cap.ts";
import { aReading, aStore, midnight } from "./support.ts";

test("beyond the bound the series that came first go on, values of new ones are left out and counted", () => {
  const cap = createSeriesCap(3);
  const first = [
    aReading({ id: "b1", values: { fill: 1, mode: "x" } }),
    aReading({ id: "b2", values: { fill: 1 } }),
  ];
  expect(cap.take(first)).toBe(first);
  const next = [
    aReading({ id: "b1", values: { fill: 2, open: true } }),
    aReading({ id: "b3", values: { fill: 2 } }),
    aReading({ id: "b2", values: { fill: 2 } }),
  ];
  const taken = cap.take(next);
  expect(taken.map(({ values }) => values)).toEqual([{ fill: 2 }, {}, { fill: 2 }]);
  expect(cap.refused()).toBe(2);
  // A server that is away is tried again with the same readings.
  expect(cap.take(next)).toBe(taken);
  expect(cap.refused()).toBe(2);
});

test("the embedded store does the same, and says so", async () => {
  const subject = await aStore({}, {}, { maxSeries: 2 });
  await subject.take([aReading({ time: midnight, values: { fill: 1, mode: "x", open: true } })]);
  await subject.take([aReading({ time: midnight + 1, values: { fill: 2, note: "n" } })]);
  const { series, counts } = await subject.store.stats();
  expect({ series, refused: counts.refusedSeries }).toEqual({ series: 2, refused: 2 });
});
