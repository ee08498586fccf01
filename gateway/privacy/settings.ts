import { z } from "zod";

const dayMs = 86_400_000;

/** What is done with personal data, and how long it is kept. */
export const privacySettings = z.object({
  sensitiveKeys: z
    .array(z.string().min(1).max(64))
    .max(1_000)
    .default([])
    .describe(
      "More JSON keys whose values name a person; they are kept as keyed hashes, like those that are known",
    ),
  imageBytes: z
    .int()
    .min(256)
    .default(2_048)
    .describe(
      "A text of a payload from this length on is looked at for an image, which is dropped, characters",
    ),
  keepPersonsMs: z
    .int()
    .min(dayMs)
    .default(30 * dayMs)
    .describe("How long the history says who passed, ms; that somebody passed is kept like every value"),
  keepRejectionsMs: z
    .int()
    .min(60_000)
    .default(30 * dayMs)
    .describe("How long refused messages are kept, ms"),
  keepCommandsMs: z
    .int()
    .min(dayMs)
    .default(730 * dayMs)
    .describe("How long ended commands are kept, ms"),
  sweepEveryMs: z
    .int()
    .min(1_000)
    .default(600_000)
    .describe("How often it is looked for what was kept long enough, and for erasures that are not done, ms"),
  sweepRows: z.int().min(1).default(500).describe("Rows of a table that are removed at a time"),
  maxFound: z
    .int()
    .min(1)
    .default(10_000)
    .describe("Records of one kind that an export of a person's data may have; it says when there are more"),
  maxErasures: z
    .int()
    .min(1)
    .default(10_000)
    .describe("Erasures that wait for the recording to end; further ones are refused until then"),
});

/** The settings of the privacy folder, parsed. */
export type PrivacySettings = z.infer<typeof privacySettings>;
