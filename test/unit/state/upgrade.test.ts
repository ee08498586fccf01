import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { loadCatalogue } from "../../../devices/kit/catalogue.ts";
import { openBook } from "../../../gateway/alert/book.ts";
import { bookSettings } from "../../../gateway/alert/settings.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import { databaseFile, openDatabase } from "../../../gateway/state/database.ts";
import { pepperFile } from "../../../gateway/state/pepper.ts";
import { intended } from "../../cases/schemas/intended.ts";
import { loadDump, migrationNames, schemasFolder } from "../../cases/schemas/make.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aDatabase, aFolder, aLog, aState, someSettings } from "./support.ts";

const dumps = readdirSync(join(schemasFolder, "dumps")).toSorted();
const catalogue = await loadCatalogue();

/** A data folder as the program of that schema left it. */
function anOldFolder(dump: string): string {
  const folder = aFolder();
  loadDump(dump, join(folder, databaseFile)).close();
  writeFileSync(join(folder, pepperFile), `${Buffer.alloc(32, 7).toString("hex")}\n`);
  return folder;
}

type Rows = Record<string, Record<string, unknown>[]>;

/** Every row of every table, sorted, so that the order in the file does not matter. */
function rowsOf(db: DatabaseSync): Rows {
  const tables = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all();
  return Object.fromEntries(
    tables.map(({ name }) => {
      const rows = db.prepare(`SELECT * FROM "${name}"`).all() as Record<string, unknown>[];
      return [String(name), rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))];
    }),
  );
}

/** The rows with only the tables and columns that an older schema had and that no later migration means to change. */
function asBefore(rows: Rows, before: Rows, gone: readonly string[]): Rows {
  const kept = Object.keys(before).filter((table) => table !== "migrations" && !gone.includes(table));
  return Object.fromEntries(
    kept.map((table) => {
      const columns = Object.keys(before[table]?.[0] ?? {}).filter(
        (column) => !gone.includes(`${table}.${column}`),
      );
      const cut = (rows[table] ?? []).map((row) =>
        Object.fromEntries(columns.map((column) => [column, row[column]])),
      );
      return [table, cut.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))];
    }),
  );
}

test("every migration has a database of its time to be tried on", () => {
  const missing = migrationNames().filter((name) => !dumps.includes(name));
  expect(
    missing,
    "a migration has no database to be tried on: run `node test/cases/schemas/make.ts` and commit what it makes",
  ).toEqual([]);
  expect(dumps.filter((name) => !migrationNames().includes(name))).toEqual([]);
});

describe.each(dumps)("a database of the time of %s", (dump) => {
  test("has rows in every table", () => {
    const empty = Object.entries(rowsOf(loadDump(dump))).filter(([, rows]) => rows.length === 0);
    expect(empty.map(([table]) => table)).toEqual([]);
  });

  test("was made by the migrations as they are: one that was shipped is never changed", () => {
    const made = loadDump(dump).prepare("SELECT name, checksum FROM migrations ORDER BY number").all();
    const wanted = migrationNames()
      .filter((name) => name <= dump)
      .map((name) => {
        const sql = readFileSync(join(import.meta.dirname, "../../../gateway/state/migrations", name));
        return { name, checksum: createHash("sha256").update(sql).digest("hex") };
      });
    expect(made).toEqual(wanted);
  });

  test("comes to the present with every row as it was", () => {
    const before = rowsOf(loadDump(dump));
    const after = rowsOf(aDatabase(anOldFolder(dump)).db);
    const gone = Object.entries(intended)
      .filter(([name]) => name > dump)
      .flatMap(([, intent]) => intent.gone);
    expect(asBefore(after, before, gone)).toEqual(asBefore(before, before, gone));
    expect(after.migrations?.map(({ name }) => name).toSorted()).toEqual(migrationNames());
  });

  test("opens doors and shows devices, limits, commands and alerts as it did", () => {
    const state = aState({ directory: anOldFolder(dump), catalogue });
    expect(state.access.identify("xinfa/bin-7", Buffer.from("password-of-bin-7"))?.device).toBe(
      "xinfa/waste-bin/bin-7",
    );
    expect(state.access.identify("bridge", Buffer.from("password-of-bridge"))?.publish).toEqual(["home/#"]);
    expect(state.access.caller("linli_0123456789_secret")).toMatchObject({
      ...{ name: "chief", grants: [{ role: "admin" }] },
    });
    expect(state.registry.device("xinfa/waste-bin/bin-7")).toMatchObject({
      ...{ name: "7号楼厨余桶", parent: "uplink-1", facts: { depthMm: 1200 }, intervalMs: 600_000 },
      limits: { overfull: { atLeast: 0.94 } },
    });
    if (dump < "002") return;
    const { database } = state;
    const clock = createFakeClock(1_768_000_020_000);
    const parts = { clock, log: aLog() as never, metrics: createMetrics(), settings: bookSettings.parse({}) };
    const book = openBook({ database, ...parts });
    expect(book.find("a-1")).toMatchObject({
      state: "raised",
      acknowledgedBy: "chief",
      values: { fill: 0.97 },
    });
    expect(book.timeline("a-1")).toHaveLength(2);
    book.close();
  });
});

describe("before a migration", () => {
  /** Migrations that go on after the program's. */
  function withMore(count: number): URL {
    const folder = aFolder();
    for (const name of migrationNames()) {
      writeFileSync(
        join(folder, name),
        readFileSync(join(import.meta.dirname, "../../../gateway/state/migrations", name)),
      );
    }
    for (let i = 0; i < count; i++) {
      writeFileSync(join(folder, `${900 + i}-more.sql`), `CREATE TABLE more_${i} (x INTEGER) STRICT;`);
    }
    return pathToFileURL(`${folder}/`);
  }

  const copies = (folder: string) => readdirSync(folder).filter((name) => name.includes(".before-"));

  test("a copy is kept that an older program opens again, for this user alone", () => {
    const folder = anOldFolder(dumps[0]!);
    const before = rowsOf(loadDump(dumps[0]!));
    aDatabase(folder).close();
    expect(copies(folder)).toEqual(["linli.db.before-002"]);
    const copy = join(folder, "linli.db.before-002");
    expect((statSync(copy).mode & 0o777).toString(8)).toBe("600");
    expect(rowsOf(new DatabaseSync(copy, { readOnly: true }))).toEqual(before);
  });

  test("a new database is not copied, and one that is up to date is not either", () => {
    const folder = aFolder();
    aDatabase(folder).close();
    aDatabase(folder).close();
    expect(copies(folder)).toEqual([]);
  });

  test("only the copies of the last two upgrades are kept", () => {
    const folder = aFolder();
    aDatabase(folder).close();
    for (const count of [1, 2, 3]) aDatabase(folder, { migrations: withMore(count) }).close();
    expect(copies(folder)).toEqual(["linli.db.before-901", "linli.db.before-902"]);
  });

  test("nothing is migrated when the copy cannot be made", () => {
    const folder = aFolder();
    aDatabase(folder).close();
    // A folder in the place of the copy cannot be replaced by a file.
    mkdirSync(join(folder, "linli.db.before-900"));
    const open = () =>
      openDatabase({ directory: folder, log: aLog(), settings: someSettings(), migrations: withMore(1) });
    expect(open).toThrow(/is not migrated, because no copy of it could be made/);
    expect(existsSync(join(folder, "linli.db.before-900.new"))).toBe(false);
    aDatabase(folder).close();
  });
});
