import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { migrate, programMigrations } from "../../../gateway/state/migrate.ts";
import { fillEmptyTables } from "./fill.ts";

/** The folder of the dumps: `001-state.sql` is a database that had the migrations up to 001, with rows in every table. */
export const schemasFolder: string = import.meta.dirname;

/** Names of the program's migrations, oldest first. */
export function migrationNames(): string[] {
  return readdirSync(programMigrations)
    .filter((name) => name.endsWith(".sql"))
    .toSorted();
}

/** Opens a database in memory, or in a file, as a dump says. */
export function loadDump(name: string, path = ":memory:"): DatabaseSync {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA foreign_keys = OFF");
  db.exec(readFileSync(join(schemasFolder, "dumps", name), "utf8"));
  return db;
}

/** A database as text: its tables with all rows. */
export function dump(db: DatabaseSync): string {
  const lines = [`PRAGMA application_id = ${db.prepare("PRAGMA application_id").get()?.application_id};`];
  const objects = db
    .prepare("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")
    .all();
  for (const { sql } of objects.filter(({ type }) => type === "table")) lines.push(`${sql};`);
  for (const { name } of objects.filter(({ type }) => type === "table")) {
    const columns = db
      .prepare(`PRAGMA table_info("${name}")`)
      .all()
      .map((column) => `"${column.name}"`);
    const quoted = columns.map((column) => `quote(${column})`).join(" || ', ' || ");
    for (const { row } of db.prepare(`SELECT ${quoted} AS row FROM "${name}"`).all()) {
      lines.push(`INSERT INTO "${name}" (${columns.join(", ")}) VALUES (${row});`);
    }
  }
  for (const { sql } of objects.filter(({ type }) => type !== "table")) lines.push(`${sql};`);
  return `${lines.join("\n")}\n`;
}

/** Makes the dump of one migration: the dump before it, migrated, with rows in its new tables. */
function make(name: string, before: string | undefined): void {
  const folder = mkdtempSync(join(tmpdir(), "linli-schema-"));
  try {
    const migrations = new URL(`file://${folder}/`);
    for (const earlier of migrationNames().filter((other) => other <= name)) {
      writeFileSync(new URL(earlier, migrations), readFileSync(new URL(earlier, programMigrations)));
    }
    const path = join(folder, "linli.db");
    const db = before === undefined ? new DatabaseSync(path) : loadDump(before, path);
    db.exec("PRAGMA application_id = 0x4c696e6c");
    migrate({ db, path, folder: migrations, log: { info: () => {} }, now: () => 1_768_000_000_000 });
    const rows = new URL(`rows/${name}`, import.meta.url);
    if (existsSync(rows)) db.exec(readFileSync(rows, "utf8"));
    fillEmptyTables(db);
    writeFileSync(join(schemasFolder, "dumps", name), dump(db));
    db.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// A dump is what was shipped once: those that exist are never made again.
if (import.meta.main) {
  const names = migrationNames();
  for (const [index, name] of names.entries()) {
    if (existsSync(join(schemasFolder, "dumps", name))) continue;
    make(name, names[index - 1]);
    process.stdout.write(`made test/cases/schemas/dumps/${name}\n`);
  }
}
