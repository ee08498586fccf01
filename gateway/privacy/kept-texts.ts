import type { Database } from "../state/contract.ts";

/** One row whose text may name a person. */
export interface KeptText {
  readonly key: string | number;
  readonly body: string;
}

/** A table with texts made from the journal. */
export interface KeptTexts {
  /** What the rows are, as people call it: `rejections`, `alerts`. */
  readonly what: "rejections" | "alerts";
  /** The next rows in the order of their keys; empty at the end. */
  page(after: KeptText["key"] | undefined, limit: number): KeptText[];
  /** Writes a text anew where it is still what was read; the old one is overwritten on the disk, not only let go. */
  write(row: KeptText, body: string): void;
}

/** Every table of the database that holds texts with hashes of persons. */
export function openKeptTexts(database: Database): readonly KeptTexts[] {
  return tables.map(({ table, key, what }) => openTable(database, { table, key, what }));
}

const tables: readonly Table[] = [
  { table: "rejections", key: "sequence", what: "rejections" },
  { table: "alerts", key: "id", what: "alerts" },
  { table: "alert_changes", key: "sequence", what: "alerts" },
  { table: "alert_pendings", key: "alert", what: "alerts" },
];

interface Table {
  readonly table: string;
  readonly key: string;
  readonly what: KeptTexts["what"];
}

function openTable({ db, transaction }: Database, { table, key, what }: Table): KeptTexts {
  const first = db.prepare(`SELECT ${key} AS key, body FROM ${table} ORDER BY ${key} LIMIT ?`);
  const next = db.prepare(
    `SELECT ${key} AS key, body FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT ?`,
  );
  const update = db.prepare(`UPDATE ${table} SET body = ? WHERE ${key} = ? AND body = ?`);
  return {
    what,
    page: (after, limit) =>
      (after === undefined ? first.all(limit) : next.all(after, limit)) as unknown as KeptText[],
    write(row, body) {
      db.exec("PRAGMA secure_delete = ON");
      try {
        transaction(() => void update.run(body, row.key, row.body));
      } finally {
        db.exec("PRAGMA secure_delete = OFF");
      }
    },
  };
}
