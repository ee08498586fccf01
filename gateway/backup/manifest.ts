import { z } from "zod";

/** Of the file; a program reads this one and older ones. */
export const backupFormat = 1;

/** Names of the first and the last entry of the archive. The first says what it is, the last what must be in it. */
export const headName = "linli-backup.json";
export const manifestName = "manifest.json";

const facts = z.object({
  format: z.int().min(1),
  /** Version of the program that made it. */
  program: z.string(),
  /** ISO 8601. */
  createdAt: z.string(),
  /** Migrations of `linli.db`, oldest first. */
  schema: z.array(z.string()),
  /** First and last record of the journal; 0 when it is empty. */
  journal: z.object({ first: z.int().min(0), last: z.int().min(0) }),
  /** Where the history is kept; it is in the backup only for `duckdb`. */
  seriesStore: z.string(),
});

/** What is said of a backup before its parts. */
export type BackupFacts = z.infer<typeof facts>;

/** The first entry. Other fields than `format` are read only when that is known. */
export const headSchema = z.looseObject({ format: z.int().min(1), program: z.string() });

/** A part's place below the data folder: no way out of it, and nothing that a shell would read otherwise. */
export const partName = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*){0,3}$/)
  .max(240);

/** The last entry. */
export const manifestSchema = facts.extend({
  parts: z.array(
    z.object({ name: partName, bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});

/** What is in a backup, with the checksum of every part. */
export type Manifest = z.infer<typeof manifestSchema>;
