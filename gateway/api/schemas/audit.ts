import { z } from "zod";
import { id, moment, paging, time } from "./shared.ts";

const outcome = z.enum(["done", "refused", "failed", "unknown"]);

/** Which rows of the audit trail are wanted. */
export const auditQuery = z.strictObject({
  ...paging,
  from: moment.optional().describe("Rows from here on."),
  to: moment.optional().describe("Rows before this time."),
  by: z.string().max(100).optional().describe("Who: token:<id>, person:<id>, settings, system, nobody."),
  action: z
    .string()
    .max(64)
    .optional()
    .describe("An operation id of this document, or a word such as mqtt-refused."),
  site: id.optional(),
  outcome: outcome.optional(),
});

/** Times of an export. */
export const auditExportQuery = z.strictObject({
  from: moment.optional().describe("Rows from here on; a part cannot be checked against what is missing."),
  to: moment.optional().describe("Rows before this time."),
});

const sha256 = z.string().describe("SHA-256 in hex.");

/** One row. */
export const auditRow = z
  .object({
    sequence: z.int(),
    at: time,
    by: z.string().describe("token:<id>, person:<id>, settings, system or nobody."),
    name: z.string().nullable().describe("What `by` is called now; null when it is gone."),
    via: z.string().describe("session, token, settings, device, link or system."),
    address: z.string().nullable(),
    action: z.string(),
    site: z.string().nullable(),
    target: z.string().nullable().describe("device:<site>/<id>, alert:<id>, token:<id> and so on."),
    outcome: z.string().describe("done, refused, failed; unknown when the gateway ended in the middle."),
    code: z.string().nullable().describe("Why it was refused or failed."),
    detail: z.record(z.string(), z.unknown()).describe("What changed; never a secret."),
    hash: sha256,
  })
  .meta({ id: "AuditRow" });

/** A row's place in the chain. */
export const auditHead = z.object({ sequence: z.int(), hash: sha256 }).meta({
  id: "AuditHead",
  description: "Remember it elsewhere, and later prove with it that nothing was cut.",
});
