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
  maxPeople: z.int().min(1).default(2_000).describe("People who may be registered; further ones are refused"),
  maxSessions: z
    .int()
    .min(10)
    .default(10_000)
    .describe("People's sessions that are kept; at the bound the one unused for longest ends"),
  sessionsPerPerson: z
    .int()
    .min(1)
    .default(20)
    .describe("Sessions of one person; at the bound the one unused for longest ends"),
  sessionIdleMs: z
    .int()
    .min(60_000)
    .default(12 * 3_600_000)
    .describe("A session ends when it was not used for so long, ms (12 h); an open live stream is use"),
  sessionMs: z
    .int()
    .min(60_000)
    .default(30 * 86_400_000)
    .describe("A session ends so long after the log-in, however much it is used, ms (30 days)"),
  adminSessionMs: z
    .int()
    .min(60_000)
    .default(12 * 3_600_000)
    .describe("The same for people who are administrators anywhere, ms (12 h)"),
  sessionRotateMs: z
    .int()
    .min(1_000)
    .default(3_600_000)
    .describe("How often the secret in a session's cookie is replaced, ms"),
  maxWaitingLogins: z
    .int()
    .min(1)
    .default(50)
    .describe("Passwords that may wait to be checked; further log-ins are answered 503"),
  maxPlans: z.int().min(1).default(200).describe("Plans that one site may have; further ones are refused"),
  maxPlanImageBytes: z
    .int()
    .min(1024)
    .default(4 * 1024 * 1024)
    .describe("Longest image of a plan, bytes (4 MiB)"),
  maxPlanBytes: z
    .int()
    .min(1024)
    .default(256 * 1024 * 1024)
    .describe("Images of all plans together, bytes (256 MiB); further ones are refused"),
  maxPlanMarks: z
    .int()
    .min(1)
    .default(5_000)
    .describe("Devices that one plan may show, and points; more are refused"),
  keepAvailabilityMs: z
    .int()
    .min(31 * 86_400_000)
    .default(400 * 86_400_000)
    .describe("How long it is kept when each device could be reached, ms (400 days)"),
  maxWaitingOutages: z
    .int()
    .min(100)
    .default(200_000)
    .describe(
      "Outages of devices that wait while the database refuses them; further ones stay in the journal until it takes them",
    ),
  maxGaps: z
    .int()
    .min(100)
    .default(50_000)
    .describe(
      "Stops and starts of the gateway that are kept; with more, the availability of devices is forgotten that is older",
    ),
  keepCommands: z
    .int()
    .min(100)
    .default(100_000)
    .describe("Ended commands that are kept; the oldest are deleted beyond it"),
});

/** The settings of the state folder, parsed. */
export type StateSettings = z.infer<typeof stateSettings>;
