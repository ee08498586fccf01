import { z } from "zod";

const hour = 3_600_000;
const day = 24 * hour;

/** Bounds of the windows in which nobody is told of what is below critical. */
export const muteSettings = z.object({
  silenceMaxMs: z
    .int()
    .min(60_000)
    .max(30 * day)
    .default(day)
    .describe("A silence may last so long, ms"),
  maintenanceMaxMs: z
    .int()
    .min(60_000)
    .max(90 * day)
    .default(14 * day)
    .describe("A maintenance window may last so long, ms"),
  drillMaxMs: z
    .int()
    .min(60_000)
    .max(7 * day)
    .default(8 * hour)
    .describe("A drill window may last so long, ms"),
  crewSilenceMs: z
    .int()
    .min(60_000)
    .max(day)
    .default(hour)
    .describe("A crew may silence one device for so long, ms; everything else is the office's"),
  aheadMs: z
    .int()
    .min(0)
    .default(90 * day)
    .describe("A window may be planned so long ahead, ms"),
  maxOpen: z
    .int()
    .min(1)
    .max(10_000)
    .default(200)
    .describe("Windows of one site that are planned or last; a further one is refused"),
  maxPage: z
    .int()
    .min(1)
    .default(500)
    .describe("Windows that one page of a list may have; a larger limit is cut"),
  keep: z
    .int()
    .min(100)
    .default(100_000)
    .describe("Windows that are over and kept; beyond it the oldest are removed"),
  keepMs: z
    .int()
    .min(day)
    .default(1_096 * day)
    .describe("Windows that are over are kept for so long, ms (3 years)"),
});

/** The bounds of windows, parsed. */
export type MuteSettings = z.infer<typeof muteSettings>;
