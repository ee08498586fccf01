import type { Database } from "../state/contract.ts";
import type { Change } from "../types.ts";
import type { Condition } from "./book-query.ts";
import type { Alert } from "./contract.ts";

/** A change with its place in the journal. */
export interface Placed {
  readonly change: Change;
  readonly sequence: number;
}

/** What one flush writes. */
export interface Batch {
  readonly position: number;
  /** `isHeld`: resolved by a person, and the condition was not seen to end since. */
  readonly alerts: Iterable<{ readonly alert: Alert; readonly isHeld: boolean }>;
  readonly changes: Iterable<Placed>;
  /** By alert; undefined when it waits no longer. */
  readonly pendings: Iterable<readonly [string, Placed | undefined]>;
}

/** The tables of the alert book. */
export interface BookTables {
  position(): number;
  /** All of it in one transaction, the position included. */
  write(batch: Batch): void;
  find(id: string): Alert | undefined;
  isHeld(id: string): boolean;
  /** Newest first. */
  list(condition: Condition, limit: number): Alert[];
  changes(alert: string): Change[];
  raised(): Alert[];
  /** Held alerts that were cleared after `since`, oldest first. */
  held(since: number): Alert[];
  pendings(): Placed[];
  /** Removes cleared alerts: those cleared before `before`, and the oldest beyond `keep`; at most `limit` of each. Returns how many. */
  sweep(bounds: { before: number; keep: number; limit: number }): number;
}

/** Prepares the statements. */
export function openBookTables({ db, transaction }: Database): BookTables {
  const readPosition = db.prepare("SELECT sequence FROM view_cursors WHERE view = 'alerts'");
  const writePosition = db.prepare(
    "INSERT INTO view_cursors VALUES ('alerts', ?) ON CONFLICT DO UPDATE SET sequence = excluded.sequence",
  );
  const writeAlert = db.prepare(
    `INSERT OR REPLACE INTO alerts (id, raised_at, site, kind, device, severity, state, cleared_at, is_acknowledged, is_held, body,
      is_muted, under) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const readAlert = db.prepare("SELECT body FROM alerts WHERE id = ?");
  const readHold = db.prepare("SELECT is_held FROM alerts WHERE id = ?");
  const readRaised = db.prepare("SELECT body FROM alerts WHERE state = 'raised' ORDER BY raised_at, id");
  const readHeld = db.prepare(
    "SELECT body FROM alerts WHERE is_held = 1 AND cleared_at > ? ORDER BY cleared_at, id",
  );
  const writeChange = db.prepare("INSERT OR REPLACE INTO alert_changes VALUES (?, ?, ?)");
  const readChanges = db.prepare("SELECT body FROM alert_changes WHERE alert = ? ORDER BY sequence");
  const writePending = db.prepare("INSERT OR REPLACE INTO alert_pendings VALUES (?, ?, ?)");
  const removePending = db.prepare("DELETE FROM alert_pendings WHERE alert = ?");
  const readPendings = db.prepare("SELECT sequence, body FROM alert_pendings ORDER BY sequence");
  const countAlerts = db.prepare("SELECT count(*) AS count FROM alerts");
  const findOld = db.prepare(
    "SELECT id FROM alerts WHERE state = 'cleared' AND cleared_at < ? ORDER BY cleared_at LIMIT ?",
  );
  const removeAlert = db.prepare("DELETE FROM alerts WHERE id = ?");
  const removeChanges = db.prepare("DELETE FROM alert_changes WHERE alert = ?");

  function put(alert: Alert, isHeld: boolean): void {
    const { id, raisedAt, site, kind, device, severity, state, clearedAt, acknowledgedAt } = alert;
    const isAcknowledged = Number(acknowledgedAt !== undefined);
    const selected = [id, raisedAt, site, kind, device, severity, state, clearedAt ?? null, isAcknowledged];
    const told = [Number(alert.muted), alert.under ?? null];
    writeAlert.run(...selected, Number(isHeld), JSON.stringify(alert), ...told);
  }

  return {
    position: () => Number(readPosition.get()?.sequence ?? 0),
    write({ position, alerts, changes, pendings }) {
      transaction(() => {
        for (const { alert, isHeld } of alerts) put(alert, isHeld);
        for (const { sequence, change } of changes) {
          writeChange.run(sequence, change.alert, JSON.stringify(change));
        }
        for (const [alert, pending] of pendings) {
          if (pending === undefined) removePending.run(alert);
          else writePending.run(alert, pending.sequence, JSON.stringify(pending.change));
        }
        writePosition.run(position);
      });
    },
    find(id) {
      const row = readAlert.get(id);
      return row === undefined ? undefined : readBody(row);
    },
    isHeld: (id) => readHold.get(id)?.is_held === 1,
    list({ where, values }, limit) {
      const sql = `SELECT body FROM alerts WHERE ${where} ORDER BY raised_at DESC, id DESC LIMIT ?`;
      return db
        .prepare(sql)
        .all(...values, limit)
        .map(readBody);
    },
    changes: (alert) => readChanges.all(alert).map(({ body }) => JSON.parse(String(body)) as Change),
    raised: () => readRaised.all().map(readBody),
    held: (since) => readHeld.all(since).map(readBody),
    pendings: () =>
      readPendings.all().map(({ sequence, body }) => ({
        sequence: Number(sequence),
        change: JSON.parse(String(body)) as Change,
      })),
    sweep({ before, keep, limit }) {
      const tooMany = Math.min(Math.max(Number(countAlerts.get()?.count) - keep, 0), limit);
      const old = findOld.all(before, limit);
      const oldest = tooMany > old.length ? findOld.all(Number.MAX_SAFE_INTEGER, tooMany) : old;
      if (oldest.length === 0) return 0;
      transaction(() => {
        for (const { id } of oldest) {
          removeAlert.run(String(id));
          removeChanges.run(String(id));
        }
      });
      return oldest.length;
    },
  };
}

/** What JSON leaves out. */
const absent = {
  clearedAt: undefined,
  acknowledgedAt: undefined,
  acknowledgedBy: undefined,
  assignee: undefined,
  resolvedBy: undefined,
  reason: undefined,
  during: undefined,
  // Alerts of before there were windows.
  muted: false,
  under: undefined,
  affects: undefined,
  drill: undefined,
};

function readBody({ body }: Record<string, unknown>): Alert {
  return { ...absent, ...(JSON.parse(String(body)) as Omit<Alert, keyof typeof absent>) };
}
