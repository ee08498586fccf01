import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  aReading,
  aStore,
  dayMs,
  devices,
  hourMs,
  midnight,
  someReadings,
  type TestStore,
} from "./support.ts";

const anna = `p_${"a1".repeat(16)}`;
const berta = `p_${"b2".repeat(16)}`;
const minute = 60_000;

/** Two days of passages beside ordinary values; the first day is a file by now. */
async function someDays(more: Record<string, number> = {}): Promise<TestStore> {
  const subject = await aStore({}, more);
  await subject.take(someReadings(midnight - dayMs, midnight, 10 * minute));
  await subject.take([
    aReading({ time: midnight - 5 * hourMs, values: { note: anna, fill: 1 } }),
    aReading({ time: midnight - 4 * hourMs, values: { note: berta, fill: 2 } }),
    aReading({ time: midnight + hourMs, values: { note: anna, fill: 3 } }),
  ]);
  subject.clock.advance(dayMs);
  await subject.take([]);
  await subject.take([aReading({ time: midnight + dayMs + hourMs, values: { note: anna, fill: 4 } })]);
  return subject;
}

const all = (persons: readonly string[], upTo = Number.MAX_SAFE_INTEGER) => ({
  ...{ site: "xinfa", persons, upTo },
  before: Number.MAX_SAFE_INTEGER,
});

const raw = (subject: TestStore) =>
  subject.store.raw(
    {
      ...{ devices, fields: ["fill", "mode", "note"], simulated: false, stepMs: undefined, level: "raw" },
      from: midnight - dayMs,
      to: midnight + 3 * dayMs,
    },
    100_000,
  );

test("a person is erased from finished days, open ones and fresh values; everything else stays where it was", async () => {
  const subject = await someDays();
  const before = await raw(subject);
  const minutes = await subject.days("5min");
  // A late value in the table of a finished day, one in a file, a fresh one.
  expect(subject.files("raw")).toEqual(["2026-01-14.g1.parquet", "2026-01-15.g1.parquet"]);
  expect(await subject.store.findPersons(all([anna]), 10)).toHaveLength(3);

  expect(await subject.store.erasePersons(all([anna]))).toBe(3);

  expect(subject.files("raw")).toContain("2026-01-15.g2.parquet");
  const expected = before
    .map(({ times, values, quality, ...series }) => {
      const kept = values.map((value, i) => ({ value, i })).filter(({ value }) => value !== anna);
      return {
        ...series,
        times: kept.map(({ i }) => times[i]),
        values: kept.map(({ value }) => value),
        quality: kept.map(({ i }) => quality[i]),
      };
    })
    .filter(({ times }) => times.length > 0);
  expect(await raw(subject)).toEqual(expected);
  expect(await subject.days("5min")).toEqual(minutes);
  await subject.reopen();
  expect(await raw(subject)).toEqual(expected);
  // The old file goes when no query can read it any more.
  subject.clock.advance(hourMs);
  await subject.take([]);
  expect(subject.files("raw").filter((name) => name.startsWith("2026-01-15"))).toEqual([
    "2026-01-15.g2.parquet",
  ]);
  for (const name of readdirSync(join(subject.folder, "raw"))) {
    expect(readFileSync(join(subject.folder, "raw", name)).includes(anna)).toBe(false);
  }
});

test("a person who comes back after the erasure is recorded again, under a number of their own", async () => {
  const subject = await someDays();
  const upTo = subject.store.position();
  await subject.take([aReading({ time: midnight + dayMs + 2 * hourMs, values: { note: anna } })]);
  expect(await subject.store.erasePersons(all([anna], upTo))).toBe(3);
  expect(await subject.store.findPersons(all([anna]), 10)).toHaveLength(1);
  await subject.take([
    aReading({ time: midnight + dayMs + 3 * hourMs, values: { note: "hello", mode: "new" } }),
  ]);
  const [, , note] = await raw(subject);
  const told = note?.values.filter((value) => !/^n\d$/.test(String(value)));
  expect(told).toEqual([berta, anna, "hello"]);
});

test("a day file that was made anew still lets a lost database begin again without doubles", async () => {
  const subject = await someDays();
  await subject.store.erasePersons(all([anna]));
  const before = await raw(subject);
  await subject.reopen({ isDamaged: true, beginsAfter: 0 });
  const fromFiles = await raw(subject);
  expect(JSON.stringify(fromFiles)).not.toContain(anna);
  expect(fromFiles[0]!.values).toEqual(before[0]!.values.slice(0, fromFiles[0]!.values.length));
});

test("who passed is forgotten with time, that somebody passed is not", async () => {
  const subject = await someDays({ keepPersonsMs: 30 * dayMs });
  subject.clock.advance(28 * dayMs);
  await subject.take([]);
  expect(await subject.store.findPersons(all([anna, berta]), 10)).toHaveLength(4);
  subject.clock.advance(dayMs);
  await subject.take([]);
  const found = await subject.store.findPersons(all([anna, berta]), 10);
  expect(found.map(({ time }) => time)).toEqual([midnight + hourMs, midnight + dayMs + hourMs]);
  subject.clock.advance(3 * dayMs);
  await subject.take([]);
  expect(await subject.store.findPersons(all([anna, berta]), 10)).toEqual([]);
  const series = await raw(subject);
  expect(series.find(({ field }) => field === "note")?.values).toContain("n0");
  expect(series.find(({ field }) => field === "fill")?.values).toContain(4);
  expect((await subject.store.stats()).counts.expiredPersons).toBe(4);
});
