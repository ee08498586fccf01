import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Database } from "../contract.ts";
import { linkOf, trimmedAction } from "./chain.ts";
import { type ChainCheck, type ChainFault, createChainCheck } from "./check.ts";
import type { AuditHead } from "./contract.ts";
import type { OpenAudit } from "./open.ts";
import type { AuditSettings } from "./settings.ts";

/** Looks after the audit trail while the gateway runs. */
export interface AuditKeeper {
  /** Checks the newest rows; to be called once, at the start. */
  checkTail(): void;
  /** Lets time pass: writes what waits, checks the whole trail in small steps once a day, deletes what is too old, tells heads. */
  tick(): void;
  /** Tells the newest row's place, unless it was told already. */
  tellHead(): void;
}

interface KeeperParts {
  readonly audit: OpenAudit;
  readonly database: Database;
  readonly clock: Pick<Clock, "now">;
  readonly log: Pick<Log, "error" | "info">;
  readonly settings: Pick<AuditSettings, "keepDays" | "maxRows" | "checkAtStart">;
  /** The trail was changed from outside. */
  readonly damaged: (reason: string) => void;
  /** It has almost, or no longer almost, as many rows as it may. */
  readonly filling: (isFilling: boolean, reason: string) => void;
  /** The newest row, to be kept in other places too. */
  readonly tellHead: (head: AuditHead) => void;
}

/** How often the keeper's `tick` is to be called, ms. */
export const keeperTickMs = 1000;

/** Rows that one tick checks, some 3 ms of work. */
const stepRows = 200;
/** Rows that one tick deletes. */
const cutRows = 500;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Makes the keeper. */
export function createAuditKeeper(parts: KeeperParts): AuditKeeper {
  const { audit, database, clock, log, settings } = parts;
  const { table } = audit;
  let check: { chain: ChainCheck; next: number } | undefined;
  // Deletion waits an hour after a start and after a jump of the clock: a wrong clock must not empty the trail.
  let lastDayAt = clock.now() - dayMs + hourMs;
  let lastHourAt = clock.now();
  let lastTickAt = clock.now();
  let isCutting = false;
  let told: string | undefined;
  let isFilling = false;

  function tellDamage(faults: readonly ChainFault[]): void {
    const [first] = faults;
    if (first === undefined) return;
    log.error({ faults }, "audit trail was changed");
    parts.damaged(`row ${first.sequence}: ${first.reason}`);
  }

  /** A part of the whole check; at its end a new one begins the next day. */
  function step(): void {
    if (check === undefined) return;
    const rows = table.from(check.next, stepRows);
    for (const row of rows) check.chain.take(linkOf(row));
    const last = rows.at(-1);
    if (last !== undefined) check.next = last.sequence + 1;
    if (rows.length === stepRows) return;
    const verdict = check.chain.end();
    check = undefined;
    tellDamage(verdict.faults);
    log.info({ rows: verdict.rows, ...verdict.head, faults: verdict.faultCount }, "audit trail checked");
    isCutting = verdict.faultCount === 0;
  }

  /** Deletes the oldest rows, and writes a row that says so. A damaged trail is evidence and kept whole. */
  function cut(): void {
    const through = table.lastBefore(clock.now() - settings.keepDays * dayMs, cutRows);
    if (through === undefined) {
      isCutting = false;
      return;
    }
    const { sequence, hash } = through;
    database.transaction(() => {
      table.cut(through);
      const detail = { through: sequence, hash, keepDays: settings.keepDays };
      audit.record({ by: "system", via: "system", action: trimmedAction, outcome: "done", detail });
    });
  }

  function tellHead(): void {
    const head = audit.head();
    if (head.hash === told) return;
    told = head.hash;
    log.info({ ...head }, "audit head");
    parts.tellHead(head);
  }

  function lookAtSize(): void {
    const rows = audit.rows();
    const isNow = rows >= settings.maxRows * 0.9;
    if (isNow !== isFilling) parts.filling(isNow, `${rows} of ${settings.maxRows} rows`);
    isFilling = isNow;
  }

  return {
    tellHead,
    checkTail() {
      // The first start of all: there is nothing yet.
      if (audit.head().sequence === 0) return;
      const first = Math.max(audit.head().sequence - settings.checkAtStart + 1, 1);
      const isWhole = first <= table.anchor().sequence + 1;
      const chain = createChainCheck(isWhole ? { anchor: table.anchor() } : { isPart: true });
      for (const row of table.from(first, settings.checkAtStart)) chain.take(linkOf(row));
      tellDamage(chain.end().faults);
    },
    tick() {
      audit.tick();
      try {
        const now = clock.now();
        if (Math.abs(now - lastTickAt) >= hourMs) lastDayAt = now - dayMs + hourMs;
        lastTickAt = now;
        if (Math.abs(now - lastDayAt) >= dayMs) {
          lastDayAt = now;
          check = { chain: createChainCheck({ anchor: table.anchor() }), next: 0 };
        }
        step();
        if (isCutting && check === undefined) cut();
        if (Math.abs(now - lastHourAt) >= hourMs) {
          lastHourAt = now;
          tellHead();
        }
        lookAtSize();
      } catch (error) {
        log.error({ error: messageOf(error) }, "audit trail could not be looked after");
      }
    },
  };
}
