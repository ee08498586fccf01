import type { DatabaseSync } from "node:sqlite";
import type { Page } from "../contract.ts";
import { genesis } from "./chain.ts";
import type { AuditEntry, AuditHead, AuditQuery, AuditRow } from "./contract.ts";
import { readCursor, writeCursor } from "./cursor.ts";

/** The tables of the audit trail. */
export interface AuditTable {
  insert(row: AuditRow): void;
  /** The newest row, or the anchor when there is none. */
  head(): AuditHead;
  anchor(): AuditHead;
  list(query: AuditQuery): Page<AuditRow>;
  /** Up to `limit` rows with a sequence number from `sequence` on, oldest first. */
  from(sequence: number, limit: number): readonly AuditRow[];
  /** The last row of an unbroken run from the beginning that is older than `before`, at most `limit` rows on. */
  lastBefore(before: number, limit: number): AuditHead | undefined;
  /** Moves the anchor and deletes what lies before it. */
  cut(through: AuditHead): void;
  /** Notes an action that begins; its id. */
  begin(body: string): number;
  forget(id: number): void;
  /** What a crash left. */
  begun(): readonly { readonly id: number; readonly body: string }[];
}

/** Prepares the statements. */
export function openAuditTable(db: DatabaseSync): AuditTable {
  const insert = db.prepare("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const newest = db.prepare("SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1");
  const anchor = db.prepare("SELECT sequence, hash FROM audit_anchor");
  const after = db.prepare("SELECT * FROM audit WHERE sequence >= ? ORDER BY sequence LIMIT ?");
  const oldest = db.prepare("SELECT sequence, hash, at FROM audit ORDER BY sequence LIMIT ?");
  const moveAnchor = db.prepare("UPDATE audit_anchor SET sequence = ?, hash = ?");
  const erase = db.prepare("DELETE FROM audit WHERE sequence <= ?");
  const begin = db.prepare("INSERT INTO audit_begun (body) VALUES (?)");
  const forget = db.prepare("DELETE FROM audit_begun WHERE id = ?");
  const begun = db.prepare("SELECT id, body FROM audit_begun ORDER BY id");
  // Who changed the file may have put numbers there that do not fit; they must be reported, not thrown.
  for (const statement of [after, oldest, newest, anchor]) statement.setReadBigInts(true);
  const headOf = (row: Record<string, unknown> | undefined): AuditHead | undefined =>
    row && { sequence: Number(row.sequence), hash: String(row.hash) };

  return {
    insert(row) {
      const { sequence, at, by, via, address, action, site, target, outcome, code, detail } = row;
      insert.run(
        ...[sequence, at, by, via, address, action, site, target, outcome, code, detail],
        ...[row.previous, row.hash],
      );
    },
    head: () => headOf(newest.get()) ?? headOf(anchor.get()) ?? genesis,
    anchor: () => headOf(anchor.get()) ?? genesis,
    list: (query) => list(db, query),
    from: (sequence, limit) => after.all(sequence, limit).map(rowOf),
    lastBefore(before, limit) {
      let last: AuditHead | undefined;
      for (const row of oldest.iterate(limit)) {
        if (Number(row.at) >= before) break;
        last = headOf(row);
      }
      return last;
    },
    cut({ sequence, hash }) {
      moveAnchor.run(sequence, hash);
      erase.run(sequence);
    },
    begin: (body) => Number(begin.run(body).lastInsertRowid),
    forget: (id) => void forget.run(id),
    begun: () => begun.all().map(({ id, body }) => ({ id: Number(id), body: String(body) })),
  };
}

/** The rows of a query, newest first. */
function list(db: DatabaseSync, query: AuditQuery): Page<AuditRow> {
  const { limit, cursor } = query;
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  function where(condition: string, ...given: (string | number)[]): void {
    conditions.push(condition);
    values.push(...given);
  }
  if (query.from !== undefined) where("at >= ?", query.from);
  if (query.to !== undefined) where("at < ?", query.to);
  if (query.by !== undefined) where("by_whom = ?", query.by);
  if (query.action !== undefined) where("action = ?", query.action);
  if (query.sites !== undefined) {
    where(`site IN (${query.sites.map(() => "?").join(", ")})`, ...query.sites);
  }
  if (query.ofSites) where("site IS NOT NULL");
  if (query.outcome !== undefined) where("outcome = ?", query.outcome satisfies AuditEntry["outcome"]);
  if (cursor !== undefined) where("(at, sequence) < (?, ?)", ...readCursor(cursor));
  const filter = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  const rows = db
    .prepare(`SELECT * FROM audit ${filter} ORDER BY at DESC, sequence DESC LIMIT ?`)
    .all(...values, limit + 1)
    .map(rowOf);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? writeCursor(last) : undefined };
}

/** A row as it is in the database; who changed the file may have put anything there. */
export function rowOf(row: Record<string, unknown>): AuditRow {
  const { sequence, at, by_whom, via, address, action, site, target, outcome, code, detail, previous, hash } =
    row as Record<string, string>;
  return {
    ...{ sequence: Number(sequence), at: Number(at), by: by_whom!, via: via!, address: address! },
    ...{ action: action!, site: site!, target: target!, outcome: outcome!, code: code!, detail: detail! },
    ...{ previous: previous!, hash: hash! },
  };
}
