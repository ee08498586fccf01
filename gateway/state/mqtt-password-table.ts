import type { Database } from "./contract.ts";

/** A password that holds beside the present one. */
interface Before {
  readonly hash: string;
  /** Epoch ms. */
  readonly until: number;
}

/** The passwords in SQLite. Writes belong inside a transaction. */
export interface MqttPasswordTable {
  /** Users that have a password. */
  read(): IterableIterator<{
    readonly username: string;
    readonly kind: string | undefined;
    readonly hash: string;
    readonly isUsed: boolean;
    readonly usedAt: number | undefined;
    readonly before: Before | undefined;
  }>;
  /** A new password, or a user without one. The time of last use stays. */
  put(row: {
    readonly username: string;
    readonly kind?: string | undefined;
    readonly hash?: string;
    readonly issuedAt?: number;
    readonly before?: Before | undefined;
  }): void;
  saveUse(
    username: string,
    use: { readonly usedAtS: number; readonly isUsed: boolean; readonly before: Before | undefined },
  ): void;
  revoke(username: string, times: { readonly at: number; readonly usedAt: number | undefined }): void;
  erase(username: string): void;
  /** Epoch ms. */
  times(username: string): {
    readonly issuedAt: number | undefined;
    readonly usedAt: number | undefined;
    readonly revokedAt: number | undefined;
  };
  kindOf(username: string): string | undefined;
}

/** Prepares the statements. */
export function openMqttPasswordTable({ db }: Database): MqttPasswordTable {
  const select = db.prepare(
    "SELECT username, kind, hash, is_used, used_at, previous_hash, previous_until FROM mqtt_passwords WHERE hash IS NOT NULL",
  );
  const put = db.prepare(
    `INSERT INTO mqtt_passwords (username, kind, hash, issued_at, previous_hash, previous_until) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET kind = excluded.kind, hash = excluded.hash, issued_at = excluded.issued_at, is_used = 0,
       previous_hash = excluded.previous_hash, previous_until = excluded.previous_until, revoked_at = NULL`,
  );
  const saveUse = db.prepare(
    "UPDATE mqtt_passwords SET used_at = ?, is_used = ?, previous_hash = ?, previous_until = ? WHERE username = ?",
  );
  const revoke = db.prepare(
    `UPDATE mqtt_passwords SET hash = NULL, issued_at = NULL, is_used = 0, previous_hash = NULL, previous_until = NULL, revoked_at = ?,
       used_at = coalesce(?, used_at) WHERE username = ?`,
  );
  const erase = db.prepare("DELETE FROM mqtt_passwords WHERE username = ?");
  const one = db.prepare(
    "SELECT kind, issued_at, used_at, revoked_at FROM mqtt_passwords WHERE username = ?",
  );

  return {
    *read() {
      // One string for each kind instead of one for each device.
      const kinds = new Map<string, string>();
      for (const row of select.iterate()) {
        const { username, kind, hash, is_used, used_at, previous_hash, previous_until } =
          row as unknown as Row;
        if (kind !== null && !kinds.has(kind)) kinds.set(kind, kind);
        yield {
          username,
          kind: kind === null ? undefined : kinds.get(kind),
          hash,
          isUsed: is_used === 1,
          usedAt: used_at ?? undefined,
          before: previous_hash === null ? undefined : { hash: previous_hash, until: previous_until ?? 0 },
        };
      }
    },
    put({ username, kind, hash, issuedAt, before }) {
      put.run(
        username,
        kind ?? null,
        hash ?? null,
        issuedAt ?? null,
        before?.hash ?? null,
        before?.until ?? null,
      );
    },
    saveUse(username, { usedAtS, isUsed, before }) {
      const usedAt = usedAtS === 0 ? null : usedAtS * 1000;
      saveUse.run(usedAt, isUsed ? 1 : 0, before?.hash ?? null, before?.until ?? null, username);
    },
    revoke: (username, { at, usedAt }) => void revoke.run(at, usedAt ?? null, username),
    erase: (username) => void erase.run(username),
    times(username) {
      const { issued_at, used_at, revoked_at } = (one.get(username) ?? {}) as Partial<Times>;
      return {
        issuedAt: issued_at ?? undefined,
        usedAt: used_at ?? undefined,
        revokedAt: revoked_at ?? undefined,
      };
    },
    kindOf: (username) => (one.get(username) as Partial<Times> | undefined)?.kind ?? undefined,
  };
}

interface Row {
  readonly username: string;
  readonly kind: string | null;
  readonly hash: string;
  readonly is_used: number;
  readonly used_at: number | null;
  readonly previous_hash: string | null;
  readonly previous_until: number | null;
}

interface Times {
  readonly kind: string | null;
  readonly issued_at: number | null;
  readonly used_at: number | null;
  readonly revoked_at: number | null;
}
