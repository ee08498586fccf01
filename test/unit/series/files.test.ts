import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";
import { aReading, aStore, dayMs, devices, fields, hourMs, midnight, someReadings } from "./support.ts";

/** Reads a file with an engine that knows nothing of the store. */
async function readFile(path: string, select: string): Promise<unknown[][]> {
  const connection = await (await DuckDBInstance.create()).connect();
  return (await connection.runAndReadAll(`SELECT ${select} FROM read_parquet('${path}')`)).getRowsJson();
}

const yesterday = someReadings(midnight - dayMs, midnight, 60_000);
const today = someReadings(midnight, midnight + 2 * hourMs, 60_000);

describe("a day that is over", () => {
  test("becomes one file with names in it, sorted by site, device, field and time", async () => {
    const subject = await aStore();
    await subject.take([...yesterday, ...today]);
    expect(subject.files("raw")).toEqual(["2026-01-14.g1.parquet"]);
    expect(subject.files("min5")).toEqual(["2026-01-14.g1.parquet"]);
    const path = join(subject.folder, "raw", "2026-01-14.g1.parquet");
    const rows = await readFile(
      path,
      'site, kind, device, field, epoch_ms(time)::DOUBLE, "value", "text", quality',
    );
    expect(rows).toHaveLength(yesterday.length * 4);
    const places = rows.map(([site, , device, field, time]) => `${site} ${device} ${field} ${time}`);
    expect(places).toEqual(places.toSorted());
    expect(rows[0]).toEqual(["xinfa", "bin", "b1", "fill", midnight - dayMs + 60_000, 0.01, null, "good"]);
    const codecs = await (await DuckDBInstance.create()).connect();
    const used = await codecs.runAndReadAll(`SELECT DISTINCT compression FROM parquet_metadata('${path}')`);
    expect(used.getRowsJson()).toEqual([["ZSTD"]]);
  });

  test("answers from its file what it answered before", async () => {
    const subject = await aStore({ sealAfterMs: 13 * hourMs });
    await subject.take([...yesterday, ...today]);
    const before = { raw: await subject.days("raw"), minutes: await subject.days("5min") };
    expect(subject.files("raw")).toEqual([]);
    subject.clock.advance(2 * hourMs);
    await subject.take([]);
    expect(subject.files("raw")).toHaveLength(1);
    expect({ raw: await subject.days("raw"), minutes: await subject.days("5min") }).toEqual(before);
    await subject.reopen();
    expect({ raw: await subject.days("raw"), minutes: await subject.days("5min") }).toEqual(before);
  });

  test("takes late values, beside its file at first and in a new one with the next day", async () => {
    const subject = await aStore();
    await subject.take(yesterday);
    await subject.take([aReading({ time: midnight - 5 * hourMs, values: { fill: 9, mode: "late" } })]);
    subject.clock.advance(hourMs);
    await subject.take(someReadings(midnight, midnight + hourMs, 60_000));
    expect(subject.files("raw")).toEqual(["2026-01-14.g1.parquet"]);
    const count = async () => (await rawOf(subject)).reduce((sum, { times }) => sum + times.length, 0);
    const before = await count();
    subject.clock.advance(dayMs);
    await subject.take([]);
    expect(subject.files("raw")).toContain("2026-01-14.g2.parquet");
    expect(await count()).toBe(before);
    const values = (await rawOf(subject)).flatMap((series) => series.values);
    expect(values).toContain(9);
    expect(values).toContain("late");
  });

  test("keeps its old file until no query can be reading it", async () => {
    const subject = await aStore();
    await subject.take(yesterday);
    await subject.take([
      aReading({ time: midnight - 5 * hourMs }),
      ...someReadings(midnight, midnight + hourMs, 60_000),
    ]);
    subject.clock.advance(dayMs);
    await subject.take([]);
    expect(subject.files("raw")).toContain("2026-01-14.g1.parquet");
    subject.clock.advance(400_000);
    await subject.take([]);
    expect(subject.files("raw")).toEqual(["2026-01-14.g2.parquet", "2026-01-15.g1.parquet"]);
  });
});

describe("the time that is kept", () => {
  test("ends for each level on its own", async () => {
    const subject = await aStore({ keepRawMs: 3 * dayMs });
    await subject.take(yesterday);
    subject.clock.advance(2 * dayMs);
    await subject.take([]);
    expect(await rawOf(subject)).not.toEqual([]);
    const folded = await subject.days("5min");
    subject.clock.advance(2 * dayMs);
    await subject.take([]);
    expect(await rawOf(subject)).toEqual([]);
    expect(await subject.days("5min")).toEqual(folded);
    expect(await subject.days("1h")).toEqual(folded);
    subject.clock.advance(731 * dayMs);
    await subject.take([]);
    expect(await subject.days("5min")).toEqual([]);
    expect(await subject.days("1h")).toEqual(folded);
    subject.clock.advance(3650 * dayMs);
    await subject.take([]);
    expect(await subject.days("1h")).toEqual([]);
  });
});

describe("a store that is damaged", () => {
  test("is made anew from its files and the journal, to the same content", async () => {
    const subject = await aStore();
    const all = [
      ...yesterday,
      ...today,
      aReading({ time: midnight - 3 * hourMs, values: { fill: 7, mode: "late" } }),
    ];
    await subject.take(all);
    const before = await everything(subject);
    await subject.close();
    writeFileSync(join(subject.folder, "series.duckdb"), "no database");
    await expect(subject.reopen()).rejects.toThrow(/cannot be opened/);
    await subject.reopen({ isDamaged: true });
    expect(subject.store.position()).toBe(0);
    await subject.take(all);
    expect(await everything(subject)).toEqual(before);
  });

  test("has what its files hold also where the journal reaches back no further", async () => {
    const subject = await aStore();
    await subject.take(yesterday);
    await subject.take(today);
    const before = await everything(subject);
    await subject.close();
    writeFileSync(join(subject.folder, "series.duckdb"), "no database");
    const first = today[0]!.sequence;
    await subject.reopen({ isDamaged: true, beginsAfter: first - 1 });
    expect(subject.store.position()).toBe(first - 1);
    await subject.take(today);
    expect(await everything(subject)).toEqual(before);
  });

  test("puts a file aside that cannot be read, and answers from the others", async () => {
    const subject = await aStore();
    await subject.take([...someReadings(midnight - 2 * dayMs, midnight - dayMs, 60_000), ...yesterday]);
    await subject.close();
    writeFileSync(join(subject.folder, "series.duckdb"), "no database");
    writeFileSync(join(subject.folder, "raw", "2026-01-13.g1.parquet"), "no file of values");
    await subject.reopen({ isDamaged: true, beginsAfter: yesterday.at(-1)!.sequence });
    expect(subject.files("raw")).toEqual(["2026-01-13.g1.parquet.damaged", "2026-01-14.g1.parquet"]);
    expect((await rawOf(subject)).length).toBeGreaterThan(0);
  });
});

test("files of one pass count together, also when a crash came while they got their names", async () => {
  const subject = await aStore();
  await subject.take([...yesterday, ...today]);
  const before = await everything(subject);
  await subject.close();
  // As if it had been killed after the first name, and the database was damaged by it.
  const minutes = join(subject.folder, "min5", "2026-01-14.g1.parquet");
  renameSync(minutes, `${minutes}.tmp`);
  writeFileSync(join(subject.folder, "series.duckdb"), "no database");
  await subject.reopen({ isDamaged: true });
  await subject.take([...yesterday, ...today]);
  expect(await everything(subject)).toEqual(before);
});

test("a file whose values cannot be read does not keep late values and other days from their files", async () => {
  const subject = await aStore();
  await subject.take(yesterday);
  await subject.take([
    aReading({ time: midnight - 5 * hourMs, values: { fill: 9 } }),
    ...someReadings(midnight, midnight + hourMs, 60_000),
  ]);
  const path = join(subject.folder, "raw", "2026-01-14.g1.parquet");
  writeFileSync(path, readFileSync(path).fill(255, 100, 1500));
  subject.clock.advance(dayMs);
  await subject.take([]);
  expect(subject.files("raw")).toEqual([
    "2026-01-14.g1.parquet.damaged",
    "2026-01-14.g2.parquet",
    "2026-01-15.g1.parquet",
  ]);
  expect((await rawOf(subject)).flatMap(({ values }) => values)).toContain(9);
});

test("a file that was deleted or damaged by others costs its own values only", async () => {
  const subject = await aStore();
  await subject.take([...someReadings(midnight - 2 * dayMs, midnight - dayMs, 60_000), ...yesterday]);
  await subject.close();
  rmSync(join(subject.folder, "raw", "2026-01-13.g1.parquet"));
  writeFileSync(join(subject.folder, "min5", "2026-01-14.g1.parquet"), "no file of values");
  await subject.reopen();
  expect((await rawOf(subject))[0]?.times[0]).toBe(yesterday[1]!.time);
  expect(await subject.days("5min")).toHaveLength(6);
  expect(await subject.days("1h")).toHaveLength(6);
});

test("a file whose transaction did not happen counts for nothing", async () => {
  const subject = await aStore();
  await subject.take([...yesterday, ...today]);
  const before = await everything(subject);
  writeFileSync(join(subject.folder, "raw", "2026-01-15.g1.parquet"), "half a file");
  writeFileSync(join(subject.folder, "raw", "2026-01-14.g2.parquet.tmp"), "a draft");
  await subject.reopen();
  expect(subject.files("raw")).toEqual(["2026-01-14.g1.parquet"]);
  expect(await everything(subject)).toEqual(before);
});

async function rawOf(subject: Awaited<ReturnType<typeof aStore>>) {
  const query = { devices, fields: Object.keys(fields.bin!), from: 0, to: midnight + 400 * dayMs };
  return subject.store.raw({ ...query, simulated: false, stepMs: undefined, level: "raw" }, 1_000_000);
}

async function everything(subject: Awaited<ReturnType<typeof aStore>>) {
  return {
    raw: await rawOf(subject),
    days: await Promise.all((["raw", "5min", "1h"] as const).map((level) => subject.days(level))),
  };
}
