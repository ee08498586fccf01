import type { SQLInputValue } from "node:sqlite";
import type { Clock } from "../clock.ts";
import { GatewayError } from "../errors.ts";
import type { Database } from "../state/contract.ts";
import type { DeliveryRecord, DeliveryState, Notification, Told, ToldQuery } from "./contract.ts";
import type { DispatchSettings } from "./dispatch-settings.ts";

/**
 * What people are told, and what became of it. It counts at once in memory and is written with the next flush: after a crash in
 * between, the journal tells of it again, and it is sent once more rather than never.
 */
export interface Outbox {
  /** Whether this delivery was made before, whatever became of it. */
  has(notification: string, target: string, contact: string | undefined): boolean;
  /** Keeps a delivery as it is now. */
  put(notification: Notification, delivery: DeliveryRecord): void;
  /** What waited when it was written last. */
  waiting(): readonly Told[];
  list(query: ToldQuery): { readonly items: readonly Told[]; readonly next: string | undefined };
  /** Writes what waits in memory, and removes what is old. */
  flush(): void;
}

/** What the outbox needs. */
export interface OutboxParts {
  readonly database: Database;
  readonly clock: Pick<Clock, "now">;
  readonly settings: Pick<DispatchSettings, "keep" | "keepMs" | "maxPage">;
}

/** Opens the outbox in SQLite. */
export function openOutbox({ database, clock, settings }: OutboxParts): Outbox {
  const { db } = database;
  const find = db.prepare("SELECT 1 FROM deliveries WHERE notification = ? AND target = ? AND contact = ?");
  const insert = db.prepare("INSERT OR IGNORE INTO notifications VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const upsert = db.prepare("INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const readWaiting = db.prepare(
    `SELECT id, body FROM notifications WHERE id IN (SELECT notification FROM deliveries WHERE state = 'waiting') ORDER BY at, id`,
  );
  const readDeliveries = db.prepare(
    "SELECT * FROM deliveries WHERE notification = ? ORDER BY target, contact",
  );
  const eraseOld = db.prepare(
    `DELETE FROM notifications WHERE id IN (SELECT id FROM notifications WHERE at < max(?, coalesce(
      (SELECT at FROM notifications ORDER BY at DESC, id DESC LIMIT 1 OFFSET ?), 0)) ORDER BY at LIMIT 500)
      AND NOT EXISTS (SELECT 1 FROM deliveries WHERE notification = notifications.id AND state = 'waiting')`,
  );
  let notifications = new Map<string, Notification>();
  let deliveries = new Map<string, DeliveryRecord>();
  let sweptAt = 0;

  function flush(): void {
    const now = clock.now();
    const isSweep = now - sweptAt >= sweepEveryMs;
    if ((deliveries.size === 0 && !isSweep) || db.isTransaction) return;
    database.transaction(
      (committed) => {
        for (const notification of notifications.values()) write(notification);
        for (const delivery of deliveries.values()) writeDelivery(delivery);
        if (isSweep) eraseOld.run(now - settings.keepMs, settings.keep);
        committed(() => {
          notifications = new Map();
          deliveries = new Map();
          if (isSweep) sweptAt = now;
        });
      },
      // The journal tells again of what a power cut takes back.
      { durable: "with-the-next" },
    );
  }

  function write(notification: Notification): void {
    const { id, at, site, kind, urgency, alert = null, incident = null } = notification;
    insert.run(id, at, site, kind, urgency, alert, incident, JSON.stringify(notification));
  }

  function writeDelivery(delivery: DeliveryRecord): void {
    const { notification, target, contact = "", state, attempts, changedAt } = delivery;
    const { reason = null, summary = null } = delivery;
    upsert.run(notification, target, contact, state, attempts, changedAt, reason, summary);
  }

  /** As it is now: what was written, and over it what waits to be. */
  function toldOf(notification: Notification): Told {
    const found = new Map(
      readDeliveries
        .all(notification.id)
        .map(readDelivery)
        .map((one) => [keyOf(one), one]),
    );
    for (const [key, one] of deliveries) if (one.notification === notification.id) found.set(key, one);
    return { notification, deliveries: [...found.values()] };
  }

  /** While the database refuses, people see what is in memory all the same. */
  function tryFlush(): void {
    try {
      flush();
    } catch {
      // It is counted and logged where the views are flushed.
    }
  }

  return {
    has: (notification, target, contact) =>
      deliveries.has(keyOf({ notification, target, contact })) ||
      find.get(notification, target, contact ?? "") !== undefined,
    put(notification, delivery) {
      notifications.set(notification.id, notification);
      deliveries.set(keyOf(delivery), delivery);
    },
    waiting: () => readWaiting.all().map(({ body }) => toldOf(JSON.parse(String(body)) as Notification)),
    list(query) {
      tryFlush();
      const limit = Math.min(Math.max(query.limit, 1), settings.maxPage);
      const { where, values } = conditionOf(query);
      const sql = `SELECT body FROM notifications WHERE ${where} ORDER BY at DESC, id DESC LIMIT ?`;
      const rows = db.prepare(sql).all(...values, limit + 1);
      const unwritten = [...notifications.values()].filter((one) => isListed(toldOf(one), query));
      const found = new Map(unwritten.map((one) => [one.id, one]));
      for (const { body } of rows) {
        const one = JSON.parse(String(body)) as Notification;
        found.set(one.id, one);
      }
      const all = [...found.values()].sort(newestFirst);
      const items = all.slice(0, limit);
      const last = items.at(-1);
      return {
        items: items.map(toldOf),
        next: all.length > limit && last ? `${last.at}~${last.id}` : undefined,
      };
    },
    flush,
  };
}

/** How often old notifications are removed, ms. */
const sweepEveryMs = 300_000;

function keyOf({
  notification,
  target,
  contact = "",
}: Pick<DeliveryRecord, "notification" | "target" | "contact">) {
  return `${notification}\n${target}\n${contact}`;
}

function readDelivery(row: Record<string, unknown>): DeliveryRecord {
  const text = (value: unknown) => (value === null || value === "" ? undefined : String(value));
  return {
    notification: String(row.notification),
    target: String(row.target),
    contact: text(row.contact),
    state: row.state as DeliveryState,
    attempts: Number(row.attempts),
    changedAt: Number(row.changed_at),
    reason: text(row.reason),
    summary: text(row.summary),
  };
}

function newestFirst(one: Notification, other: Notification): number {
  return other.at - one.at || (one.id < other.id ? 1 : -1);
}

function isListed({ notification, deliveries }: Told, query: ToldQuery): boolean {
  const { id, at, site, incident, alert } = notification;
  const after = readCursor(query.cursor);
  return (
    (query.sites?.includes(site) ?? true) &&
    (query.incident === undefined || query.incident === incident) &&
    (query.alert === undefined || query.alert === alert) &&
    (query.from === undefined || at >= query.from) &&
    (query.to === undefined || at < query.to) &&
    deliveries.some(
      ({ state, target }) =>
        (query.state === undefined || query.state === state) &&
        (query.target === undefined || query.target === target),
    ) &&
    (after === undefined || at < after.at || (at === after.at && id < after.id))
  );
}

function conditionOf(query: ToldQuery): { where: string; values: SQLInputValue[] } {
  const after = readCursor(query.cursor);
  const { sites, incident, alert, from, to, state, target } = query;
  const terms: [string, ...SQLInputValue[]][] = [];
  if (sites !== undefined) terms.push([`site IN (${sites.map(() => "?").join(", ")})`, ...sites]);
  if (incident !== undefined) terms.push(["incident = ?", incident]);
  if (alert !== undefined) terms.push(["alert = ?", alert]);
  if (from !== undefined) terms.push(["at >= ?", from]);
  if (to !== undefined) terms.push(["at < ?", to]);
  if (state !== undefined || target !== undefined) {
    const wanted = [state === undefined ? "1" : "state = ?", target === undefined ? "1" : "target = ?"];
    terms.push([
      `id IN (SELECT notification FROM deliveries WHERE ${wanted.join(" AND ")})`,
      ...[state, target].filter((value) => value !== undefined),
    ]);
  }
  if (after !== undefined) terms.push(["(at, id) < (?, ?)", after.at, after.id]);
  const where = terms.length === 0 ? "1" : terms.map(([term]) => term).join(" AND ");
  return { where, values: terms.flatMap(([, ...values]) => values) };
}

function readCursor(cursor: string | undefined): { at: number; id: string } | undefined {
  if (cursor === undefined) return undefined;
  const [, at, id] = /^(\d{1,16})~([\w-]{1,100})$/.exec(cursor) ?? [];
  if (at !== undefined && id !== undefined) return { at: Number(at), id };
  throw new GatewayError("invalid-request", "cursor must be the next of an earlier page", { path: "cursor" });
}
