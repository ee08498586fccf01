import { GatewayError, messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Metrics } from "../../metrics.ts";
import type { Database } from "../contract.ts";
import type { Audit, AuditEntry, AuditHead } from "./contract.ts";
import { createRepeats } from "./repeats.ts";
import { makeRow } from "./row.ts";
import type { AuditSettings } from "./settings.ts";
import { type AuditTable, openAuditTable } from "./table.ts";

/** The audit trail, and what its keeper does with it. */
export interface OpenAudit extends Audit {
  readonly table: AuditTable;
  /** Rows that are kept. */
  rows(): number;
  /** Writes what waits and the counts of repetitions whose time is over. */
  tick(): void;
  /** At the end: writes what waits and all counts; what cannot be written goes to the log. */
  flush(): void;
  /** Called when rows cannot be written, and when they can again. */
  onFailing(listener: (isFailing: boolean, reason: string) => void): void;
}

/** What the audit trail needs. */
export interface AuditParts {
  readonly database: Database;
  readonly clock: { now(): number };
  readonly log: Pick<Log, "error">;
  readonly metrics: Metrics;
  readonly settings: AuditSettings;
}

/** A row that could not be written yet. */
interface Waiting {
  readonly entry: AuditEntry;
  readonly at: number;
  /** The begun action that it ends. */
  readonly begun: number | undefined;
}

/** Rows of one page of `read`. */
const pageRows = 500;

/** Opens the trail; actions that a crash left unfinished become rows with the outcome `unknown`. */
export function openAudit({ database, clock, log, metrics, settings }: AuditParts): OpenAudit {
  const { db } = database;
  const table = openAuditTable(db);
  const recorded = metrics.countBy("audit_recorded", "Rows of the audit trail, by outcome", "outcome");
  const lost = metrics.count("audit_lost", "Rows of the audit trail that could never be written");
  const waiting: Waiting[] = [];
  const listeners: ((isFailing: boolean, reason: string) => void)[] = [];
  let isFailing = false;
  const rows = () => table.head().sequence - table.anchor().sequence;
  metrics.gauge("audit_rows", "Rows of the audit trail that are kept", rows);
  metrics.gauge(
    "audit_waiting",
    "Rows that wait because the database cannot be written",
    () => waiting.length,
  );

  function insert(entry: AuditEntry, at: number): AuditHead {
    const row = makeRow(entry, at, table.head(), settings.detailChars);
    table.insert(row);
    recorded.add(entry.outcome);
    return { sequence: row.sequence, hash: row.hash };
  }

  /** Together with what runs already, or in a transaction of its own. */
  function write(entry: AuditEntry, at: number, begun?: number): AuditHead {
    if (db.isTransaction) return insert(entry, at);
    return database.transaction(() => {
      if (begun !== undefined) table.forget(begun);
      return insert(entry, at);
    });
  }

  function wait(row: Waiting, error: unknown): void {
    if (waiting.length < settings.waitingRows) waiting.push(row);
    else lost.add();
    tellFailing(error, row.entry.action);
  }

  function tellFailing(error: unknown, action: string): void {
    if (isFailing) return;
    isFailing = true;
    log.error({ err: error, action }, "audit trail cannot be written");
    for (const listener of listeners) listener(true, messageOf(error));
  }

  /** In the order in which they happened. */
  function writeWaiting(): void {
    try {
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        write(next.entry, next.at, next.begun);
        waiting.shift();
      }
    } catch {
      // It was said when the first one failed; the next tick tries again.
      return;
    }
    if (!isFailing) return;
    isFailing = false;
    for (const listener of listeners) listener(false, "the audit trail is written again");
  }

  function finish(entry: AuditEntry, begun: number | undefined): void {
    const at = clock.now();
    try {
      write(entry, at, begun);
    } catch (error) {
      wait({ entry, at, begun }, error);
      throw error;
    }
  }

  function note(entry: AuditEntry): void {
    const at = clock.now();
    try {
      write(entry, at);
    } catch (error) {
      wait({ entry, at, begun: undefined }, error);
    }
  }

  const repeats = createRepeats({ note, clock, metrics, settings });

  /** An action that needs no row of its own leaves nothing behind. */
  function forget(begun: number | undefined): void {
    if (begun === undefined) return;
    database.transaction(() => table.forget(begun), { durable: "with-the-next" });
  }

  function begin(body: string): number {
    return database.transaction(() => table.begin(body), { durable: "with-the-next" });
  }

  finishBegun();
  function finishBegun(): void {
    const left = table.begun();
    if (left.length === 0) return;
    database.transaction(() => {
      for (const { id, body } of left) {
        insert(unfinished(body), clock.now());
        table.forget(id);
      }
    });
  }

  return {
    ...{ table, rows, note, list: table.list, head: table.head },
    record: (entry) => write(entry, clock.now()),
    noteOften: repeats.add,
    begin(entry, { isUrgent = false, isRepeatable = false } = {}) {
      if (!isUrgent && rows() >= settings.maxRows) {
        throw new GatewayError(
          "limit-reached",
          `the audit trail has ${rows()} rows, the most allowed, so nothing may be changed: export it, then raise audit.maxRows or lower audit.keepDays`,
        );
      }
      let begun: number | undefined;
      try {
        begun = begin(JSON.stringify({ at: clock.now(), ...entry }));
      } catch (error) {
        if (!isUrgent) {
          tellFailing(error, entry.action);
          const why =
            "the audit trail cannot be written, so nothing may be changed; the log says what failed";
          throw new GatewayError("busy", why, { cause: error, retryable: true });
        }
      }
      return {
        end(result) {
          const ended = { ...entry, ...result, detail: { ...entry.detail, ...result.detail } };
          const mayCount = result.outcome === "refused" || (isRepeatable && result.outcome === "done");
          if (!mayCount) return finish(ended, begun);
          repeats.add(ended);
          forget(begun);
        },
      };
    },
    *read(sequence) {
      const until = table.head().sequence;
      let next = sequence;
      while (next <= until) {
        const page = table.from(next, pageRows).filter((row) => row.sequence <= until);
        if (page.length === 0) return;
        if (next > sequence && table.anchor().sequence >= next) {
          throw new GatewayError("busy", "old rows were deleted meanwhile; ask again", { retryable: true });
        }
        yield page;
        next = page.at(-1)!.sequence + 1;
      }
    },
    tick() {
      writeWaiting();
      repeats.tick();
    },
    flush() {
      repeats.flush();
      writeWaiting();
      if (waiting.length === 0) return;
      log.error({ entries: waiting.map(({ entry }) => entry) }, "audit rows could not be written");
      lost.add(waiting.splice(0).length);
    },
    onFailing: (listener) => void listeners.push(listener),
  };
}

/** What is told of an action that a crash interrupted. */
function unfinished(body: string): AuditEntry {
  try {
    const { at, detail, ...entry } = JSON.parse(body) as AuditEntry & { at: number };
    return { ...entry, outcome: "unknown", detail: { ...detail, begunAt: new Date(at).toISOString() } };
  } catch {
    return { by: "nobody", via: "system", action: "unreadable", outcome: "unknown", detail: { body } };
  }
}
