import type { History } from "./history.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Path } from "./path.ts";
import { settingsDigest } from "./settings-digest.ts";
import type { SharedParts } from "./shared-parts.ts";
import type { AuditHead } from "./state/audit/contract.ts";
import { createAuditKeeper, keeperTickMs } from "./state/audit/keeper.ts";
import type { AuditHeadRecord } from "./types.ts";

/**
 * Joins the audit trail to the journal and to the alerts, and looks after it until the gateway stops. What is returned
 * writes the row of the start. To be opened before what people act through, so that it closes after it.
 */
export function keepAuditTrail(
  shared: SharedParts,
  { audit, database }: Pick<Knowledge, "audit" | "database">,
  { journal }: Pick<History, "journal">,
  { faults }: Pick<Path, "faults">,
): { started(version: string): void } {
  const { config, clock, log, closers } = shared;
  let isStarted = false;

  /** The journal is a second place, which must be changed as well by who writes the trail anew. */
  function tellHead({ sequence, hash }: AuditHead): void {
    const record: AuditHeadRecord = { type: "audit", at: clock.now(), row: sequence, hash };
    journal.append({ records: [JSON.stringify(record)], lane: "normal", committed: () => {} });
  }

  audit.onFailing((isFailing, reason) => void faults.set("audit-failed", isFailing, reason));
  const keeper = createAuditKeeper({
    ...{ audit, database, clock, log, tellHead },
    settings: config.audit,
    damaged: (reason) => void faults.set("audit-damaged", true, reason),
    filling: (isFilling, reason) => void faults.set("audit-full", isFilling, reason),
  });
  keeper.checkTail();

  closers.add("audit trail", () => {
    const row = { by: "system", via: "system", action: "gateway-stopped", outcome: "done" } as const;
    if (isStarted) audit.note(row);
    audit.flush();
    keeper.tellHead();
  });
  closers.add("audit timer", clock.every(keeperTickMs, keeper.tick));

  return {
    started(version) {
      isStarted = true;
      const detail = { version, settings: settingsDigest(config) };
      audit.note({ by: "system", via: "system", action: "gateway-started", outcome: "done", detail });
    },
  };
}
