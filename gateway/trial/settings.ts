import { z } from "zod";

const second = 1_000;

/** Bounds of self-test, dead-man's switch and drills. */
export const trialSettings = z.object({
  selfTestMs: z
    .int()
    .min(0)
    .default(30 * second)
    .describe("A test alarm runs the whole path so often, ms; 0: never, and nothing notices a broken path"),
  withinMs: z
    .int()
    .min(100)
    .default(10 * second)
    .describe(
      "A test alarm that has not come through after so long has failed, ms; less than trial.selfTestMs",
    ),
  failAfterMs: z
    .int()
    .min(100)
    .default(90 * second)
    .describe(
      "When no test alarm has come through for so long, the gateway is not ready and people are told, ms",
    ),
  deadMan: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe(
          "Is fetched (GET) while self-tests succeed, so that a watcher elsewhere notices when it stops; without it nobody does",
        ),
      everyMs: z
        .int()
        .min(100)
        .default(60 * second)
        .describe("How often it is fetched, ms"),
    })
    .prefault({}),
  drillMs: z
    .int()
    .min(second)
    .default(1_800 * second)
    .describe("A drill that nobody has ended ends by itself after so long, ms"),
  keepDrills: z
    .int()
    .min(10)
    .default(10_000)
    .describe("Drills that are kept; beyond it the oldest are removed"),
});

/** The bounds of trials, parsed. */
export type TrialSettings = z.infer<typeof trialSettings>;
