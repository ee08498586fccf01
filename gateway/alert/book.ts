import type { Severity } from "../../devices/kit/kind.ts";
import type { Clock } from "../clock.ts";
import { GatewayError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Database } from "../state/contract.ts";
import type { Change } from "../types.ts";
import { compareNewest, conditionsOf, cursorAfter, isListed, readCursor } from "./book-query.ts";
import { openBookTables, type Placed } from "./book-tables.ts";
import type { Alert, Book } from "./contract.ts";
import { foldChange } from "./fold.ts";
import { createOpenAlerts } from "./open-alerts.ts";
import { type BookSettings, longestReraiseMs } from "./settings.ts";

/** What the book needs. */
export interface BookParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Pick<Log, "error" | "info">;
  readonly metrics: Metrics;
  readonly settings: BookSettings;
}

/**
 * Opens the alert book. A change counts at once in memory and is written a moment later, many in one transaction; while
 * the database refuses, people still see and answer everything that is open.
 */
export function openBook({ database, clock, log, metrics, settings }: BookParts): Book {
  const tables = openBookTables(database);
  const open = createOpenAlerts(tables.raised());
  const pendings = new Map<string, Placed>(tables.pendings().map((one) => [one.change.alert, one]));
  // What the database does not have yet.
  let dirty = new Map<string, { alert: Alert; isHeld: boolean }>();
  let dirtyPendings = new Set<string>();
  let buffer: Placed[] = [];
  let position = tables.position();
  let taken = position;
  let wroteAt = clock.now();
  let isFailing = false;
  let isStopped = false;

  const raised = metrics.countBy(
    "alerts_raised",
    "Alerts that were raised, without simulated ones",
    "severity",
  );
  const failures = metrics.count("alert_book_failures", "Times that the alert book could not be written");
  const removed = metrics.count("alert_book_removed", "Old alerts that were removed");
  metrics.gauge(
    "alert_book_buffered",
    "Changes of alerts that are not in the database yet",
    () => buffer.length,
  );
  for (const severity of ["critical", "major", "minor", "info"] as const satisfies Severity[]) {
    metrics.gauge(`alerts_open_${severity}`, `Raised alerts of severity ${severity}`, () => {
      return open.counts()[severity];
    });
  }
  const stops = [clock.every(settings.flushEveryMs, tryFlush), clock.every(settings.sweepEveryMs, sweep)];

  function find(id: string): Alert | undefined {
    return open.find(id) ?? dirty.get(id)?.alert ?? tables.find(id);
  }

  function apply(change: Change, sequence: number): void {
    if (sequence <= taken) return;
    if (isStopped || buffer.length >= settings.maxBuffered) {
      // Leaving one out and taking the next would hide it for ever; the journal has them all.
      isStopped = true;
      throw new GatewayError(
        "busy",
        `the alert book holds ${buffer.length} changes that the database refuses; change ${sequence} stays in the journal until the next start`,
        { retryable: true },
      );
    }
    if (change.step === "pending") pend({ change, sequence });
    else step(change, sequence);
    taken = sequence;
  }

  function pend(placed: Placed): void {
    pendings.set(placed.change.alert, placed);
    dirtyPendings.add(placed.change.alert);
  }

  function step(change: Change, sequence: number): void {
    const { alert: id } = change;
    const before = find(id);
    const pending = pendings.get(id);
    if (pending !== undefined) {
      pendings.delete(id);
      dirtyPendings.add(id);
      // A debounce that came to nothing leaves no trace.
      if (change.step === "dropped") return;
      buffer.push(pending);
    }
    const alert = foldChange(before, change);
    if (alert === undefined) return;
    if (before === undefined && !alert.simulated) raised.add(alert.severity);
    const held = change.step === "resolved" || (before?.state === "cleared" && isHeld(id));
    buffer.push({ change, sequence });
    open.put(alert);
    dirty.set(id, { alert, isHeld: held && change.step !== "dropped" });
  }

  function isHeld(id: string): boolean {
    return dirty.get(id)?.isHeld ?? tables.isHeld(id);
  }

  function flush(): void {
    const isIdle = dirty.size === 0 && buffer.length === 0 && dirtyPendings.size === 0;
    if (isIdle && (taken === position || clock.now() - wroteAt < positionEveryMs)) return;
    // Somebody else's transaction must not carry our changes: it may be rolled back.
    if (database.db.isTransaction) return;
    try {
      const waiting = [...dirtyPendings].map((id) => [id, pendings.get(id)] as const);
      tables.write({ position: taken, alerts: dirty.values(), changes: buffer, pendings: waiting });
    } catch (error) {
      failures.add();
      if (!isFailing)
        log.error({ reason: messageOf(error), changes: buffer.length }, "alert book not written");
      isFailing = true;
      throw error;
    }
    if (isFailing) log.info({ changes: buffer.length }, "alert book written again");
    isFailing = false;
    position = taken;
    wroteAt = clock.now();
    dirty = new Map();
    dirtyPendings = new Set();
    buffer = [];
  }

  /** For readers and timers: what cannot be written is in memory, and the failure is counted and logged already. */
  function tryFlush(): boolean {
    try {
      flush();
      return true;
    } catch {
      return false;
    }
  }

  function sweep(): void {
    if (!database.db.isOpen || !tryFlush()) return;
    const before = clock.now() - settings.keepMs;
    try {
      removed.add(tables.sweep({ before, keep: settings.keepAlerts, limit: settings.sweepBatch }));
    } catch (error) {
      log.error({ reason: messageOf(error) }, "old alerts not removed");
    }
  }

  return {
    find,
    list(query) {
      const limit = Math.min(Math.max(query.limit, 1), settings.maxPage);
      const after = readCursor(query.cursor);
      tryFlush();
      const found =
        query.state === "raised"
          ? [...(query.device === undefined ? open.all() : open.of(query.device))]
          : // Written ones that changed since may have left the list, so as many more are read.
            [
              ...conditionsOf(query, after)
                .flatMap((condition) => tables.list(condition, limit + 1 + dirty.size))
                .filter(({ id }) => !dirty.has(id)),
              ...[...dirty.values()].map(({ alert }) => alert),
            ];
      const listed = found.filter((alert) => isListed(alert, query, after)).sort(compareNewest);
      const items = listed.slice(0, limit);
      return { items, next: listed.length > limit ? cursorAfter(items.at(-1)!) : undefined };
    },
    timeline(id) {
      const waiting = buffer.filter(({ change }) => change.alert === id);
      return [...tables.changes(id), ...waiting.map(({ change }) => change)];
    },
    counts: (site) => open.counts(site),
    apply,
    advance(sequence) {
      if (!isStopped) taken = Math.max(taken, sequence);
    },
    position: () => position,
    flush,
    rewrite(change) {
      flush();
      let count = 0;
      for (const alert of [...open.all()]) {
        const before = JSON.stringify(alert);
        const after = change(before);
        if (after === before) continue;
        const changed = { ...alert, values: (JSON.parse(after) as Alert).values };
        open.put(changed);
        dirty.set(alert.id, { alert: changed, isHeld: isHeld(alert.id) });
        count += 1;
      }
      flush();
      return count;
    },
    standing() {
      tryFlush();
      return {
        raised: [...open.all()],
        resolved: tables.held(clock.now() - longestReraiseMs),
        pending: [...pendings.values()].map(({ change }) => change),
      };
    },
    close() {
      for (const stop of stops) stop();
      flush();
    },
  };
}

/** How often the position is written when nothing but time has passed, ms. */
const positionEveryMs = 60_000;
