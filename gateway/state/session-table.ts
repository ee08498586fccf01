import type { Database } from "./contract.ts";
import type { Session } from "./sessions.ts";

/** A session with what its secrets are checked against. */
export interface SessionRow extends Session {
  readonly hash: string;
  /** Of the secret before the last rotation. */
  readonly previousHash: string | undefined;
  /** When the present secret was first seen; undefined while its browser may not have it. */
  readonly confirmedAt: number | undefined;
  readonly rotatedAt: number;
}

/** The sessions in SQLite; all writes stand inside the caller's transaction. */
export function openSessionTable({ db }: Database) {
  const upsert = db.prepare(`INSERT INTO sessions
    (id, person, hash, previous_hash, confirmed_at, opened_at, rotated_at, used_at, ends_at, address, agent)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET hash = excluded.hash, previous_hash = excluded.previous_hash,
      confirmed_at = excluded.confirmed_at, rotated_at = excluded.rotated_at, used_at = excluded.used_at`);
  const erase = db.prepare("DELETE FROM sessions WHERE id = ?");

  return {
    read: (): SessionRow[] => db.prepare("SELECT * FROM sessions").all().map(readRow),
    write(row: SessionRow): void {
      const { id, person, hash, previousHash, confirmedAt, openedAt, rotatedAt, usedAt, endsAt } = row;
      const place = [row.address, row.agent] as const;
      const times = [openedAt, rotatedAt, usedAt, endsAt] as const;
      upsert.run(id, person, hash, previousHash ?? null, confirmedAt ?? null, ...times, ...place);
    },
    remove: (id: string): void => void erase.run(id),
  };
}

function readRow(row: Record<string, unknown>): SessionRow {
  const optional = <T>(value: unknown, read: (given: unknown) => T) =>
    value === null ? undefined : read(value);
  return {
    ...{ id: String(row.id), person: String(row.person), hash: String(row.hash) },
    ...{ address: String(row.address), agent: String(row.agent) },
    ...{ openedAt: Number(row.opened_at), rotatedAt: Number(row.rotated_at) },
    ...{ usedAt: Number(row.used_at), endsAt: Number(row.ends_at) },
    previousHash: optional(row.previous_hash, String),
    confirmedAt: optional(row.confirmed_at, Number),
  };
}
