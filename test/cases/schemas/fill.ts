import type { DatabaseSync } from "node:sqlite";

/** Rows that are put into a table that has none. */
const rowsEach = 2;

/**
 * Puts rows into every empty table: values made from the names of table and column, references to rows that are there. Where a table
 * wants values of its own (a CHECK, JSON that the program reads), write them into `rows/<migration>.sql`.
 */
export function fillEmptyTables(db: DatabaseSync): void {
  db.exec("PRAGMA foreign_keys = OFF");
  const tables = db
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
    )
    .all()
    .map(({ name }) => String(name));
  for (const table of tables) {
    if (db.prepare(`SELECT 1 FROM "${table}"`).get() !== undefined) continue;
    for (let row = 0; row < rowsEach; row++) insert(db, table, row);
  }
  const dangling = db.prepare("PRAGMA foreign_key_check").all();
  if (dangling.length > 0) throw new Error(`rows refer to nothing: ${JSON.stringify(dangling)}`);
}

function insert(db: DatabaseSync, table: string, row: number): void {
  const references = referencesOf(db, table, row);
  const columns = db.prepare(`PRAGMA table_info("${table}")`).all() as { name: string; type: string }[];
  const values = columns.map(({ name, type }) => references.get(name) ?? made(`${table}.${name}`, type, row));
  const marks = columns.map(() => "?").join(", ");
  try {
    db.prepare(`INSERT INTO "${table}" VALUES (${marks})`).run(...values);
  } catch (cause) {
    const message = `table ${table} wants values of its own: write INSERTs into test/cases/schemas/rows/<migration>.sql`;
    throw new Error(message, { cause });
  }
}

function referencesOf(db: DatabaseSync, table: string, row: number): Map<string, string | number> {
  const found = new Map<string, string | number>();
  for (const key of db.prepare(`PRAGMA foreign_key_list("${table}")`).all()) {
    const target = db.prepare(
      `SELECT * FROM "${key.table}" LIMIT 1 OFFSET min(?, (SELECT count(*) - 1 FROM "${key.table}"))`,
    );
    const value = target.get(row)?.[String(key.to ?? key.from)];
    if (typeof value === "string" || typeof value === "number") found.set(String(key.from), value);
  }
  return found;
}

function made(name: string, type: string, row: number): string | number | Buffer {
  if (type === "INTEGER") return 1_768_000_000_000 + row;
  if (type === "REAL") return row + 0.5;
  if (type === "BLOB") return Buffer.from(`${name} ${row}`);
  return `${name} ${row} 值`;
}
