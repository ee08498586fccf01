import { z } from "zod";

/** Bounds of one message and how it is read. */
export const ingestSettings = z
  .object({
    maxPayloadBytes: z.int().min(64).default(65_536).describe("Longest payload that is decoded, bytes"),
    maxDepth: z.int().min(1).default(16).describe("Deepest nesting of JSON in a payload"),
    maxKeys: z
      .int()
      .min(1)
      .default(256)
      .describe("Most keys of one JSON object in a payload, nested ones included"),
    maxBatch: z.int().min(1).default(256).describe("Most readings in one message"),
    maxSkewMs: z
      .int()
      .min(1000)
      .default(300_000)
      .describe("Difference between device time and receive time above which a reading is suspect, ms"),
    zone: z
      .string()
      .regex(/^[+-]\d{2}:\d{2}$/)
      .default("+08:00")
      .describe("Offset that is assumed for a device time without one"),
    maxSeenGaps: z
      .int()
      .min(1)
      .default(64)
      .describe("Gaps in the sequence numbers of one device and boot that are remembered against doubles"),
    maxSeenHashes: z
      .int()
      .min(1)
      .default(256)
      .describe("Messages without sequence number that are remembered per device against doubles"),
    maxRejections: z
      .int()
      .min(1)
      .default(20_000)
      .describe("Rejections kept for the API; the oldest are dropped"),
  })
  .prefault({});

export type IngestSettings = z.infer<typeof ingestSettings>;
