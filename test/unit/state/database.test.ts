import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { databaseFile } from "../../../gateway/state/database.ts";
import { programMigrations } from "../../../gateway/state/migrate.ts";
import { aDatabase, aFolder, aState } from "./support.ts";

function aMigrationFolder(files: Record<string, string>): URL {
  const folder = aFolder();
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(folder, name), sql);
  return pathToFileURL(`${folder}/`);
}

const first = { "001-first.sql": "CREATE TABLE things (\n  name TEXT\n) STRICT;\n" };
const second = { "002-second.sql": "ALTER TABLE things ADD COLUMN size INTEGER NOT NULL DEFAULT 7;" };

test("a new database syncs every commit, keeps foreign keys and writes ahead", () => {
  const { db } = aDatabase();
  const pragma = (name: string) => Object.values(db.prepare(`PRAGMA ${name}`).get()!)[0];
  expect(pragma("journal_mode")).toBe("wal");
  expect(pragma("synchronous")).toBe(2);
  expect(pragma("foreign_keys")).toBe(1);
});

test("only this user may read the database and its folder", () => {
  const folder = join(aFolder(), "data");
  aDatabase(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, databaseFile)).mode & 0o077).toBe(0);
});

test("a second process is kept out with a message that says why", () => {
  const folder = aFolder();
  aDatabase(folder);
  expect(() => aDatabase(folder)).toThrow(
    expect.objectContaining({
      code: "busy",
      retryable: true,
      message: expect.stringContaining("gateway running"),
    }),
  );
});

test("a new migration is applied once and keeps the data of the version before", () => {
  const folder = aFolder();
  const old = aDatabase(folder, { migrations: aMigrationFolder(first) });
  old.db.exec("INSERT INTO things VALUES ('a')");
  old.close();
  const both = aMigrationFolder({ ...first, ...second });
  aDatabase(folder, { migrations: both }).close();
  const { db } = aDatabase(folder, { migrations: both });
  expect(db.prepare("SELECT * FROM things").all()).toEqual([{ name: "a", size: 7 }]);
});

test("a migration that fails leaves the database as it was", () => {
  const folder = aFolder();
  aDatabase(folder, { migrations: aMigrationFolder(first) }).close();
  const broken = { "002-broken.sql": "CREATE TABLE half (a TEXT); INSERT INTO nowhere VALUES (1);" };
  expect(() => aDatabase(folder, { migrations: aMigrationFolder({ ...first, ...broken }) })).toThrow(
    /could not be migrated by 002-broken\.sql and is unchanged: .*nowhere/,
  );
  const { db } = aDatabase(folder, { migrations: aMigrationFolder(first) });
  expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'half'").all()).toEqual([]);
});

test("a migration that leaves dangling references is refused", () => {
  const sql = `CREATE TABLE a (id INTEGER PRIMARY KEY);
    CREATE TABLE b (a INTEGER REFERENCES a (id)); INSERT INTO b VALUES (9);`;
  expect(() => aDatabase(aFolder(), { migrations: aMigrationFolder({ "001-b.sql": sql }) })).toThrow(
    /1 dangling references/,
  );
});

test("a database of a newer program is refused, and says what to do", () => {
  const folder = aFolder();
  aDatabase(folder, { migrations: aMigrationFolder({ ...first, ...second }) }).close();
  expect(() => aDatabase(folder, { migrations: aMigrationFolder(first) })).toThrow(
    expect.objectContaining({
      code: "database-unusable",
      retryable: false,
      message: expect.stringMatching(/newer linli .*002-second\.sql.* install that newer version/),
    }),
  );
});

test("a migration that was changed after it was applied is refused", () => {
  const folder = aFolder();
  aDatabase(folder, { migrations: aMigrationFolder(first) }).close();
  const changed = { "001-first.sql": "CREATE TABLE things (name TEXT, colour TEXT) STRICT;" };
  expect(() => aDatabase(folder, { migrations: aMigrationFolder(changed) })).toThrow(
    /another content of 001-first/,
  );
  const sameWithOtherLineEnds = { "001-first.sql": first["001-first.sql"].replaceAll("\n", "\r\n") };
  expect(() => aDatabase(folder, { migrations: aMigrationFolder(sameWithOtherLineEnds) })).not.toThrow();
});

test("two migrations with one number are refused", () => {
  const files = { ...first, "001-other.sql": "SELECT 1;" };
  expect(() => aDatabase(aFolder(), { migrations: aMigrationFolder(files) })).toThrow(/its own number/);
});

test("a file that is no database is called damaged, with the way out", () => {
  const folder = aFolder();
  writeFileSync(join(folder, databaseFile), "This is a shopping list. ".repeat(1000));
  expect(() => aDatabase(folder)).toThrow(
    expect.objectContaining({
      code: "database-unusable",
      message: expect.stringContaining("restore a backup"),
    }),
  );
});

test("a database of another program is left alone", () => {
  const folder = aFolder();
  const path = join(folder, databaseFile);
  const foreign = new DatabaseSync(path);
  foreign.exec("CREATE TABLE recipes (name TEXT)");
  foreign.close();
  const before = readFileSync(path);
  expect(() => aDatabase(folder)).toThrow(/of another program/);
  const tables = new DatabaseSync(path).prepare("SELECT name FROM sqlite_schema").all();
  expect(tables).toEqual([{ name: "recipes" }]);
  expect(before.length).toBe(statSync(path).size);
});

test("overwritten pages are found at the start", () => {
  const folder = aFolder();
  const database = aDatabase(folder);
  database.transaction(() => {
    const insert = database.db.prepare("INSERT INTO sites (id, name, created_at) VALUES (?, ?, 1)");
    for (let i = 0; i < 2_000; i++) insert.run(`site-${i}`, "x".repeat(100));
  });
  database.close();
  const path = join(folder, databaseFile);
  const bytes = readFileSync(path);
  // Past the schema's pages lie the rows of the sites.
  bytes.fill(0xa5, bytes.length - 40_000, bytes.length - 20_000);
  writeFileSync(path, bytes);
  expect(() => aDatabase(folder)).toThrow(
    expect.objectContaining({ code: "database-unusable", message: expect.stringContaining("damaged") }),
  );
});

test("a failed transaction changes neither the database nor what is in memory", () => {
  const database = aDatabase();
  const applied: string[] = [];
  expect(() =>
    database.transaction((committed) => {
      database.db.exec("INSERT INTO sites (id, name, created_at) VALUES ('a', 'A', 1)");
      committed(() => applied.push("a"));
      throw new Error("stop");
    }),
  ).toThrow("stop");
  expect(database.db.prepare("SELECT * FROM sites").all()).toEqual([]);
  expect(applied).toEqual([]);
  database.transaction((committed) => committed(() => applied.push("b")));
  expect(applied).toEqual(["b"]);
});

test("a transaction without a sync of its own leaves the next one synced", () => {
  const database = aDatabase();
  database.transaction(() => {}, { durable: "with-the-next" });
  expect(database.db.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
});

test("a transaction inside another one is refused, and the outer one goes on", () => {
  const database = aDatabase();
  database.transaction(() => {
    database.db.exec("INSERT INTO sites (id, name, created_at) VALUES ('a', 'A', 1)");
    expect(() => database.transaction(() => {})).toThrow("inside another");
  });
  expect(database.db.prepare("SELECT count(*) AS n FROM sites").get()).toEqual({ n: 1 });
});

test("what hears of a commit may write itself", () => {
  const database = aDatabase();
  database.transaction((committed) =>
    committed(() =>
      database.transaction(() =>
        database.db.exec("INSERT INTO sites (id, name, created_at) VALUES ('a', 'A', 1)"),
      ),
    ),
  );
  expect(database.db.prepare("SELECT count(*) AS n FROM sites").get()).toEqual({ n: 1 });
});

test("a full disk refuses the transaction, says so, and the next one works when there is room", () => {
  const database = aDatabase();
  const pages = Number(database.db.prepare("PRAGMA page_count").get()?.page_count);
  const fill = () =>
    database.transaction(() =>
      database.db.exec(`INSERT INTO sites (id, name, created_at) VALUES ('a', '${"x".repeat(100_000)}', 1)`),
    );
  database.db.exec(`PRAGMA max_page_count = ${pages}`);
  expect(fill).toThrow(
    expect.objectContaining({
      code: "database-unusable",
      retryable: true,
      message: expect.stringContaining("make room"),
    }),
  );
  database.db.exec(`PRAGMA max_page_count = ${pages + 100}`);
  expect(fill).not.toThrow();
});

test("a copy taken in the middle of a large transaction has nothing of it", () => {
  const folder = aFolder();
  const database = aDatabase(folder);
  const copy = join(folder, "copy");
  mkdirSync(copy);
  // So small a cache spills pages of the running transaction into the file.
  database.db.exec("PRAGMA cache_size = 5");
  const insert = database.db.prepare("INSERT INTO sites (id, name, created_at) VALUES (?, ?, 1)");
  database.transaction(() => insert.run("before", "x"));
  const wal = join(folder, `${databaseFile}-wal`);
  const settled = statSync(wal).size;
  database.transaction(() => {
    for (let i = 0; i < 500; i++) insert.run(`site-${i}`, "x".repeat(500));
    expect(statSync(wal).size).toBeGreaterThan(settled);
    for (const file of [databaseFile, `${databaseFile}-wal`]) cpSync(join(folder, file), join(copy, file));
  });
  expect(aDatabase(copy).db.prepare("SELECT id FROM sites").all()).toEqual([{ id: "before" }]);
});

const programFiles = readdirSync(programMigrations).sort();

test.each(programFiles.map((name, index) => [name, index + 1]))(
  "a database with data of the version %s comes to this version whole",
  (_, count) => {
    const folder = aFolder();
    const upTo = programFiles.slice(0, Number(count));
    const files = upTo.map((name) => [name, readFileSync(new URL(name, programMigrations), "utf8")]);
    const old = aDatabase(folder, { migrations: aMigrationFolder(Object.fromEntries(files)) });
    old.db.exec(`
      INSERT INTO sites (id, name, created_at) VALUES ('elm', '榆树小区', 1);
      INSERT INTO devices VALUES ('elm', 'hub', 'box', 'Hub', NULL, NULL, NULL, '{}', NULL, 2);
      INSERT INTO devices VALUES ('elm', 'a', 'lamp', 'A', '3', '1', 'hub', '{"outdoor":true}', 5000, 3);
      INSERT INTO device_limits VALUES ('elm', 'a', 'hot', 'above', 70);
    `);
    old.close();
    const state = aState({ directory: folder });
    expect(state.registry.device("elm/lamp/a")).toMatchObject({ parent: "hub", facts: { outdoor: true } });
    expect(state.registry.device("elm/lamp/a")?.limits.hot?.above).toBe(70);
    expect(state.database.db.prepare("PRAGMA foreign_key_check").all()).toEqual([]);
    const applied = state.database.db.prepare("SELECT name FROM migrations ORDER BY number").all();
    expect(applied.map(({ name }) => name)).toEqual(programFiles);
  },
);

test("copies of the files taken at any moment open, with a prefix of the transactions", () => {
  const folder = aFolder();
  const database = aDatabase(folder);
  // Only what follows is to be cut, not the making of the tables.
  database.db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const insert = database.db.prepare("INSERT INTO view_cursors VALUES (?, ?)");
  for (let i = 0; i < 20; i++) {
    database.transaction(() => {
      insert.run(`left-${i}`, i);
      insert.run(`right-${i}`, i);
    });
  }
  const wal = join(folder, `${databaseFile}-wal`);
  const size = statSync(wal).size;
  expect(size).toBeGreaterThan(0);
  const counts = new Set<number>();
  for (let cut = 0; cut <= 24; cut++) {
    const copy = join(folder, `copy-${cut}`);
    mkdirSync(copy);
    cpSync(join(folder, databaseFile), join(copy, databaseFile));
    cpSync(wal, join(copy, `${databaseFile}-wal`));
    truncateSync(join(copy, `${databaseFile}-wal`), Math.floor((size * cut) / 24));
    const rescued = aDatabase(copy);
    const rows = rescued.db.prepare("SELECT view, sequence FROM view_cursors ORDER BY sequence, view").all();
    const expected = Array.from({ length: rows.length / 2 }, (_, i) => [
      { view: `left-${i}`, sequence: i },
      { view: `right-${i}`, sequence: i },
    ]).flat();
    expect(rows).toEqual(expected);
    counts.add(rows.length);
    rescued.close();
    rmSync(copy, { recursive: true });
  }
  expect(counts).toContain(40);
  expect(counts.size).toBeGreaterThan(5);
});
