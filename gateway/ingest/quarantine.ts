import type { SQLInputValue } from "node:sqlite";
import type { Database } from "../state/contract.ts";
import type { Rejection } from "../types.ts";
import type { Quarantine, RejectionGroup } from "./contract.ts";
import type { IngestSettings } from "./settings.ts";

interface Row {
  sequence: number;
  body: string;
}

const view = "rejections";
const groupKey = "code || ' ' || kind || ' ' || path";
/** Rejections that wait in memory for the next flush; a flood is written in slices of this size. */
const sliceLength = 500;
/** Rejections that wait while the database cannot be written; beyond it the oldest are left to the journal alone. */
const maxWaiting = 5_000;

/** Opens the view; its tables are made by the migrations. */
export function openQuarantine(
  { db, transaction }: Database,
  settings: Pick<IngestSettings, "maxRejections">,
): Quarantine {
  const insert = db.prepare(
    "INSERT OR IGNORE INTO rejections (sequence, id, at, code, site, kind, device, path, body) VALUES (?,?,?,?,?,?,?,?,?)",
  );
  const trim = db.prepare(
    "DELETE FROM rejections WHERE sequence <= (SELECT sequence FROM rejections ORDER BY sequence DESC LIMIT 1 OFFSET ?)",
  );
  const saveCursor = db.prepare(
    "INSERT INTO view_cursors (view, sequence) VALUES (?, ?) ON CONFLICT (view) DO UPDATE SET sequence = excluded.sequence",
  );
  const readCursor = db.prepare("SELECT sequence FROM view_cursors WHERE view = ?");
  const findById = db.prepare("SELECT sequence, body FROM rejections WHERE id = ?");
  const removeById = db.prepare("DELETE FROM rejections WHERE id = ?");
  const waiting: { rejection: Rejection; sequence: number }[] = [];
  let position = Number((readCursor.get(view) as { sequence: number } | undefined)?.sequence ?? 0);

  function flush(): void {
    if (waiting.length === 0) return;
    if (waiting.length > maxWaiting) waiting.splice(0, waiting.length - maxWaiting);
    transaction(() => {
      for (const { rejection, sequence } of waiting) add(rejection, sequence);
      trim.run(settings.maxRejections);
      saveCursor.run(view, position);
    });
    waiting.length = 0;
  }

  /** For takers and readers: what cannot be written stays in memory, and the next regular flush says why. */
  function tryFlush(): void {
    try {
      flush();
    } catch {
      // Thrown again by the next regular flush.
    }
  }

  function add(rejection: Rejection, sequence: number): void {
    const [, , site = "", kind = "", id = ""] = rejection.topic.split("/");
    const place = rejection.path.replace(/^\[\d+\]\.?/, "");
    const body = JSON.stringify(rejection);
    const device = `${site}/${kind}/${id}`;
    insert.run(sequence, rejection.id, rejection.at, rejection.code, site, kind, device, place, body);
  }

  function select(where: string, values: SQLInputValue[], tail: string): Row[] {
    tryFlush();
    const query = `SELECT sequence, body FROM rejections ${where} ${tail}`;
    return db.prepare(query).all(...values) as unknown as Row[];
  }

  return {
    apply(rejection, sequence) {
      if (sequence <= position) return;
      position = sequence;
      waiting.push({ rejection, sequence });
      if (waiting.length % sliceLength === 0) tryFlush();
    },
    find(id) {
      tryFlush();
      const row = findById.get(id) as unknown as Row | undefined;
      return row && parse(row);
    },
    list(query) {
      const conditions: string[] = [];
      const values: SQLInputValue[] = [];
      for (const name of ["code", "kind", "device"] as const) {
        const value = query[name];
        if (value === undefined) continue;
        conditions.push(`${name} = ?`);
        values.push(value);
      }
      if (query.sites !== undefined) {
        conditions.push(isOneOf("site", query.sites));
        values.push(...query.sites);
      }
      if (query.cursor !== undefined) {
        conditions.push("sequence < ?");
        values.push(Number(query.cursor) || 0);
      }
      const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
      const rows = select(where, [...values, query.limit + 1], "ORDER BY sequence DESC LIMIT ?");
      const page = rows.slice(0, query.limit);
      const next = rows.length > query.limit ? String(page.at(-1)?.sequence) : undefined;
      return { items: page.map(parse), next };
    },
    groups(sites) {
      tryFlush();
      const where = sites === undefined ? "" : `WHERE ${isOneOf("site", sites)}`;
      const rows = db
        .prepare(
          `SELECT key, causes.code, causes.kind, causes.path, count, devices, firstAt, lastAt, body
           FROM (SELECT ${groupKey} AS key, code, kind, path, count(*) AS count, count(DISTINCT device) AS devices,
               min(at) AS firstAt, max(at) AS lastAt, max(sequence) AS newest
             FROM rejections ${where} GROUP BY code, kind, path ORDER BY count DESC LIMIT 200) AS causes
           JOIN rejections AS newest ON newest.sequence = causes.newest ORDER BY count DESC`,
        )
        .all(...(sites ?? [])) as unknown as (RejectionGroup & { body: string })[];
      return rows.map(({ body, ...group }) => ({
        ...group,
        message: (JSON.parse(body) as Rejection).message,
      }));
    },
    members: (key, limit) =>
      select(`WHERE ${groupKey} = ?`, [key, limit], "ORDER BY sequence LIMIT ?").map(parse),
    remove(ids) {
      flush();
      transaction(() => {
        for (const id of ids) removeById.run(id);
      });
    },
    position: () => position,
    flush,
  };
}

function isOneOf(column: string, values: readonly string[]): string {
  return `${column} IN (${values.map(() => "?").join(", ")})`;
}

function parse(row: Row): Rejection {
  return JSON.parse(row.body) as Rejection;
}
