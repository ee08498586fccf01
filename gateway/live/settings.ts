import { z } from "zod";

/** Settings of the live stream. */
export const liveSettings = z.object({
  screens: z.int().min(1).default(64).describe("Most streams at once; the next one is answered 503."),
  heartbeatMs: z.int().min(100).default(15_000).describe("Time between two heartbeats of a stream, ms."),
  slowMs: z
    .int()
    .min(100)
    .default(4000)
    .describe(
      "Time in which a screen must take what was sent, ms; one that does not is cut within a second more.",
    ),
  queueBytes: z
    .int()
    .min(65_536)
    .default(2_097_152)
    .describe("Bytes that may wait for one screen before the next event; one with more is cut at once."),
  resumeRecords: z
    .int()
    .min(0)
    .default(100_000)
    .describe(
      "Most journal records that are read again for a screen that comes back; beyond it gets a snapshot.",
    ),
});

/** Parsed settings of the live stream. */
export type LiveSettings = z.infer<typeof liveSettings>;
