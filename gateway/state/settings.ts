import { z } from "zod";

/** Bounds of the state database and of what is kept in it. */
export const stateSettings = z.object({
  busyTimeoutMs: z
    .int()
    .min(0)
    .default(5_000)
    .describe("How long a start waits for another process that still holds the database, ms"),
  checkBytes: z
    .int()
    .min(0)
    .default(256 * 1024 * 1024)
    .describe(
      "A database file up to this size is checked for damage at start, bytes; larger ones only as they are read",
    ),
  maxSites: z.int().min(1).default(1_000).describe("Sites that may exist; further ones are refused"),
  maxBuildings: z
    .int()
    .min(1)
    .default(2_000)
    .describe("Buildings that one site may have; further ones are refused"),
  maxDevices: z
    .int()
    .min(1)
    .default(200_000)
    .describe("Devices of all sites together, all kept in memory; further ones are refused"),
  maxImportRows: z
    .int()
    .min(1)
    .default(10_000)
    .describe(
      "Devices that one import may add; a longer one is refused whole, because it would hold up the messages",
    ),
  maxPage: z
    .int()
    .min(1)
    .default(1_000)
    .describe("Items that one page of a list may have; a larger limit is cut to it"),
  maxAccounts: z
    .int()
    .min(1)
    .default(1_000)
    .describe("Service accounts that may exist; further ones are refused"),
  rotationOverlapS: z
    .int()
    .min(0)
    .default(0)
    .describe(
      "How long the old password holds beside a new one when the caller does not say, s; 0 ends it at once, as a leaked one must",
    ),
  maxOverlapS: z
    .int()
    .min(0)
    .default(2_592_000)
    .describe("Longest time that two passwords of one device or account may hold, s (30 days)"),
  claimValidS: z
    .int()
    .min(60)
    .default(7_776_000)
    .describe("How long a claim code can be exchanged for a password, s (90 days)"),
  savedUses: z
    .int()
    .min(1)
    .default(200)
    .describe(
      "Times of last use that are saved in a second; more wait, at most one for each device and account",
    ),
  maxFilters: z
    .int()
    .min(1)
    .default(64)
    .describe("Topic filters that one service account may declare for publishing, and again for subscribing"),
  maxTokens: z.int().min(1).default(1_000).describe("API tokens that may exist; further ones are refused"),
  keepCommands: z
    .int()
    .min(100)
    .default(100_000)
    .describe("Ended commands that are kept; the oldest are deleted beyond it"),
});

/** The settings of the state folder, parsed. */
export type StateSettings = z.infer<typeof stateSettings>;
