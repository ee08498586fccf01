import { z } from "zod";

const second = 1_000;
const count = (value: number, text: string) => z.int().min(1).default(value).describe(text);

/** How notifications go out: attempts, waits and bounds. */
export const dispatchFields = {
  retryMs: count(
    second,
    "Wait before the second attempt, ms; doubled each time, and shortened by chance by up to half.",
  ),
  retryMaxMs: count(30 * second, "Longest wait between two attempts, ms."),
  fireRetryMaxMs: count(4 * second, "Longest wait between two attempts while a fire waits, ms."),
  giveUpMs: count(
    24 * 3_600 * second,
    "A notification below critical is given up after so long, ms; critical ones never are.",
  ),
  atOnce: count(4, "Attempts at one target that run at the same time; fires have as many for themselves."),
  gatherMs: z
    .int()
    .min(0)
    .default(2 * second)
    .describe("What is below critical waits so long for others, to become one summary with them, ms."),
  mergeAbove: count(3, "From so many that wait for the same people, one summary is sent in their place."),
  maxMerged: count(200, "Notifications that one summary stands for at most."),
  waiting: count(
    10_000,
    "Notifications that wait for one target; at the bound the oldest below critical is given up.",
  ),
  maxUnanswered: count(
    10_000,
    "Alerts and incidents whose chain of calls is followed; further ones are told once and not repeated.",
  ),
  keepMs: z
    .int()
    .min(0)
    .default(184 * 86_400 * second)
    .describe("What was told to whom is kept for so long, ms (184 days)."),
  keep: count(1_000_000, "Notifications that are kept; beyond it the oldest that are over are removed."),
  maxPage: count(500, "Notifications that one page of a list may have; a larger limit is cut."),
};

/** The parsed settings of the dispatcher. */
export type DispatchSettings = {
  readonly [name in keyof typeof dispatchFields]: z.infer<(typeof dispatchFields)[name]>;
};
