import { z } from "zod";

/** Backups that the gateway makes by itself, and bounds of all it makes. */
export const backupSettings = z.object({
  everyHours: z
    .number()
    .min(0)
    .max(8_760)
    .default(0)
    .describe("How often a backup is made into `backup.folder`, hours; 0: only when somebody asks"),
  folder: z
    .string()
    .min(1)
    .optional()
    .describe("Folder of these backups; on another disk or machine than the data, or it is lost with it"),
  keep: z.int().min(1).default(14).describe("Backups that are kept in the folder; the oldest are deleted"),
  passphrase: z
    .string()
    .min(12)
    .optional()
    .describe("Encrypts these backups (age, scrypt); whoever has lost it has lost them"),
  stallMs: z
    .int()
    .min(1_000)
    .default(60_000)
    .describe("A download of a backup is cut when nothing of it is taken for so long, ms"),
  timeoutMs: z
    .int()
    .min(1_000)
    .default(21_600_000)
    .describe("Longest time of one backup, ms; then it is ended as failed"),
});

/** The settings of the backups, parsed. */
export type BackupSettings = z.infer<typeof backupSettings>;
