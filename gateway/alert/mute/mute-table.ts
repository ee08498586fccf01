import type { SQLInputValue } from "node:sqlite";
import { GatewayError } from "../../errors.ts";
import type { Database } from "../../state/contract.ts";
import type { Mute } from "../../types.ts";
import type { MuteList, MuteQuery } from "../contract.ts";
import { endOf, type MuteState } from "./window.ts";

/** A window with the last step of it that screens were told. */
export interface MuteRow {
  readonly mute: Mute;
  readonly shown: MuteState;
}

/** The table of the windows. */
export interface MuteTable {
  /** Those whose end screens were not told. */
  notOver(): MuteRow[];
  find(id: string): Mute | undefined;
  list(query: MuteQuery, now: number): MuteList;
  /** In one transaction; `old`: removes what was over before, and the oldest beyond `keep`. */
  write(
    rows: readonly MuteRow[],
    durable: "now" | "with-the-next",
    old?: { readonly before: number; readonly keep: number },
  ): void;
}

/** Prepares the statements. */
export function openMuteTable({ db, transaction }: Database): MuteTable {
  const upsert = db.prepare(
    `INSERT INTO mutes (id, site, from_at, until_at, shown, body) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET until_at = excluded.until_at, shown = excluded.shown, body = excluded.body`,
  );
  const readNotOver = db.prepare("SELECT shown, body FROM mutes WHERE shown <> 'ended' ORDER BY from_at, id");
  const read = db.prepare("SELECT body FROM mutes WHERE id = ?");
  const removeOld = db.prepare("DELETE FROM mutes WHERE shown = 'ended' AND until_at < ?");
  const removeBeyond = db.prepare(
    `DELETE FROM mutes WHERE shown = 'ended' AND until_at <=
      (SELECT until_at FROM mutes ORDER BY until_at DESC LIMIT 1 OFFSET ?)`,
  );

  return {
    notOver: () =>
      readNotOver.all().map((row) => ({ mute: readBody(row), shown: String(row.shown) as MuteState })),
    find(id) {
      const row = read.get(id);
      return row === undefined ? undefined : readBody(row);
    },
    list(query, now) {
      const { where, values } = conditionOf(query, now);
      const sql = `SELECT body FROM mutes WHERE ${where} ORDER BY from_at DESC, id DESC LIMIT ?`;
      const found = db
        .prepare(sql)
        .all(...values, query.limit + 1)
        .map(readBody);
      const items = found.slice(0, query.limit);
      const last = items.at(-1);
      return { items, next: found.length > query.limit && last ? `${last.from}~${last.id}` : undefined };
    },
    write(rows, durable, old) {
      function run(): void {
        for (const { mute, shown } of rows) {
          upsert.run(mute.id, mute.site, mute.from, endOf(mute), shown, JSON.stringify(mute));
        }
        if (old === undefined) return;
        removeOld.run(old.before);
        removeBeyond.run(old.keep);
      }
      if (durable === "now") transaction(run);
      else transaction(run, { durable });
    },
  };
}

function conditionOf({ site, active, from, to, cursor }: MuteQuery, now: number) {
  const terms: [string, ...SQLInputValue[]][] = [["site = ?", site]];
  if (active === true) terms.push(["from_at <= ? AND until_at > ?", now, now]);
  if (active === false) terms.push(["(from_at > ? OR until_at <= ?)", now, now]);
  if (from !== undefined) terms.push(["until_at > ?", from]);
  if (to !== undefined) terms.push(["from_at < ?", to]);
  const after = readCursor(cursor);
  if (after !== undefined) terms.push(["(from_at, id) < (?, ?)", after.from, after.id]);
  const where = terms.map(([term]) => term).join(" AND ");
  return { where, values: terms.flatMap(([, ...values]) => values) };
}

function readCursor(cursor: string | undefined): { from: number; id: string } | undefined {
  if (cursor === undefined) return undefined;
  const [, from, id] = /^(\d{1,16})~([\w-]{1,64})$/.exec(cursor) ?? [];
  if (from !== undefined && id !== undefined) return { from: Number(from), id };
  throw new GatewayError("invalid-request", "cursor must be the next of an earlier page", { path: "cursor" });
}

function readBody({ body }: Record<string, unknown>): Mute {
  return JSON.parse(String(body)) as Mute;
}
