import type { z } from "zod";
import { createMetrics } from "../../../gateway/metrics.ts";
import { linkOf } from "../../../gateway/state/audit/chain.ts";
import { type ChainVerdict, type CheckParts, createChainCheck } from "../../../gateway/state/audit/check.ts";
import type { AuditEntry } from "../../../gateway/state/audit/contract.ts";
import { type OpenAudit, openAudit } from "../../../gateway/state/audit/open.ts";
import { auditSettings } from "../../../gateway/state/audit/settings.ts";
import type { Database } from "../../../gateway/state/contract.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aDatabase, aFolder, aLog } from "./support.ts";

/** What a test may set. */
interface Options {
  readonly directory?: string;
  readonly database?: Database;
  readonly settings?: z.input<typeof auditSettings>;
}

/** An audit trail on a database of its own. */
export function anAudit(options: Options = {}) {
  const directory = options.directory ?? aFolder();
  const database = options.database ?? aDatabase(directory);
  const clock = createFakeClock();
  const log = aLog();
  const metrics = createMetrics();
  const settings = auditSettings.parse({ ...options.settings });
  const audit = openAudit({ database, clock, log, metrics, settings });
  return { audit, database, directory, clock, log, metrics, settings };
}

/** A token was made by an administrator, unless told otherwise. */
export function anEntry(entry: Partial<AuditEntry> = {}): AuditEntry {
  return {
    by: "token:abcdefghjk",
    via: "token",
    address: "127.0.0.1",
    action: "addToken",
    target: "token:0123456789",
    outcome: "done",
    detail: { name: "duty screen" },
    ...entry,
  };
}

/** Writes many rows at once. */
export function fill({ audit, database }: { audit: OpenAudit; database: Database }, rows: number): void {
  database.transaction(() => {
    for (let i = 0; i < rows; i++) audit.record(anEntry());
  });
}

/** What a check of the stored rows finds; the anchor of the database is looked at too. */
export function checkOf({ table }: Pick<OpenAudit, "table">, parts: CheckParts = {}): ChainVerdict {
  const chain = createChainCheck({ anchor: table.anchor(), ...parts });
  for (const row of table.from(-1000, 1_000_000)) chain.take(linkOf(row));
  return chain.end();
}

/** Changes the file as somebody would who can write it: nothing of ours is in the way. */
export function tamper({ db }: Pick<Database, "db">, sql: string): void {
  db.exec(
    "DROP TRIGGER IF EXISTS audit_never_changes; DROP TRIGGER IF EXISTS audit_loses_its_beginning_only;",
  );
  db.exec(sql);
}
