import { z } from "zod";

/** Six months, which the Cybersecurity Law of the PRC asks of network logs. */
export const leastDays = 184;

/** Settings of the audit trail. */
export const auditSettings = z.object({
  keepDays: z
    .int()
    .min(leastDays)
    .default(400)
    .describe("Days that rows of the audit trail are kept; at least six months"),
  maxRows: z
    .int()
    .min(1000)
    .default(2_000_000)
    .describe(
      "Rows that may be kept, about 450 bytes each; at the bound changes are refused, but for answers to alerts and commands. There is an alert from nine tenths on",
    ),
  detailChars: z
    .int()
    .min(200)
    .max(100_000)
    .default(2000)
    .describe("Longest description of what changed in one row, characters; longer ones are left out"),
  repeatWindowMs: z
    .int()
    .min(1000)
    .default(600_000)
    .describe("Repetitions of a refusal, or of a read, within this time become one row that counts them, ms"),
  repeatKeys: z
    .int()
    .min(10)
    .default(1000)
    .describe(
      "Different refusals and reads whose repetitions are counted; at the bound the oldest is written",
    ),
  refusalsPerHour: z
    .int()
    .min(1)
    .default(120)
    .describe("Different refusals that get rows of their own in an hour; further ones are counted together"),
  waitingRows: z
    .int()
    .min(1)
    .default(10_000)
    .describe(
      "Rows that may wait in memory while the database cannot be written; at the bound the newest is lost and counted",
    ),
  checkAtStart: z
    .int()
    .min(1)
    .default(10_000)
    .describe("Newest rows whose hashes are checked at a start; all of them are checked once a day"),
});

/** The settings of the audit trail, parsed. */
export type AuditSettings = z.infer<typeof auditSettings>;
