import { z } from "zod";
import { incidentSettings } from "./incident/settings.ts";
import { muteSettings } from "./mute/settings.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A resolved alert is remembered for at most so long, ms: no re-raise may wait longer. */
export const longestReraiseMs = day;

/** How the judge treats resolved alerts, late readings and a clock that steps. */
export const judgeSettings = z.object({
  reraiseAfterMs: z
    .int()
    .min(0)
    .max(longestReraiseMs)
    .default(hour)
    .describe(
      "A resolved alert below critical whose condition never ended is raised again after so long, ms; critical ones at the next reading that says so",
    ),
  lateAfterMs: z
    .int()
    .min(0)
    .default(5 * minute)
    .describe("A reading is late when its device time lies so far before the newest one of its device, ms"),
  dueSlackMs: z
    .int()
    .min(0)
    .default(1_000)
    .describe("A moved due moment of a pending alert is journalled only when it moved by more than this, ms"),
  clockStepMs: z
    .int()
    .min(1_000)
    .default(minute)
    .describe("When the clock steps back by more than this, waiting moments move back with it, ms"),
  maxMemory: z
    .int()
    .min(1)
    .default(64)
    .describe("Numbers that one rule may remember of one device; the oldest are dropped beyond it"),
  errorLogEveryMs: z
    .int()
    .min(0)
    .default(minute)
    .describe("A rule that fails is logged at most once in so long, ms; every failure is counted"),
});

/** When a device counts as gone. */
export const quietSettings = z.object({
  interval: z
    .enum(["configured", "learned"])
    .default("configured")
    .describe("Where the usual interval of a device comes from: its registration and kind, or what it did"),
  factor: z
    .number()
    .min(1)
    .default(2.2)
    .describe("A device is silent after so many intervals: one lost message is forgiven, two are not"),
  jitterRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe(
      "Share of the deadline that is added, different for each device, so that they do not end at once",
    ),
  jitterMaxMs: z.int().min(0).default(minute).describe("Most that the share adds, ms"),
  lostHoldMs: z
    .int()
    .min(0)
    .default(minute)
    .describe(
      "A will or a closed connection raises an alert only after so long, ms; a reconnect does not page",
    ),
  sleepyIntervalMs: z
    .int()
    .min(0)
    .default(10 * minute)
    .describe(
      "Devices with a longer interval may close their connection between two messages, ms; only a will or silence raises an alert",
    ),
  graceMs: z
    .int()
    .min(0)
    .default(2 * minute)
    .describe("Least time after a start, or after the machine slept, before a device is called silent, ms"),
  stallMs: z
    .int()
    .min(2_000)
    .default(30_000)
    .describe("When the watch itself did not run for so long, every device gets the grace of a start, ms"),
  learnAfterGaps: z
    .int()
    .min(3)
    .default(20)
    .describe("Gaps between messages after which a learned interval counts"),
  learnedMinMs: z
    .int()
    .min(1_000)
    .default(minute)
    .describe("A learned interval is never shorter, ms; messages closer together count as one"),
  learnedMaxMs: z
    .int()
    .min(1_000)
    .default(7 * day)
    .describe("A learned interval is never longer, ms"),
  recheckEveryMs: z
    .int()
    .min(1_000)
    .default(hour)
    .describe("A silent device whose alert a person resolved is called silent again after so long, ms"),
  parentWaitMs: z
    .int()
    .min(0)
    .max(10 * minute)
    .default(15_000)
    .describe(
      "The alert of a device that hangs on another one waits so long for that one to be found dead, ms, and for foldWindowMs while foldLeast others go quiet beside it; 0 does not wait",
    ),
  foldShare: z
    .number()
    .min(0.1)
    .max(1)
    .default(0.6)
    .describe(
      "When this share of what hangs on a device goes quiet together, it is one alert of that device",
    ),
  foldLeast: z
    .int()
    .min(2)
    .default(5)
    .describe("Fewer devices than this never become one alert of the device they hang on"),
  foldWindowMs: z
    .int()
    .min(1_000)
    .max(10 * minute)
    .default(minute)
    .describe("Devices go quiet together when they do so within this time, ms"),
  batch: z
    .int()
    .min(1)
    .default(2_000)
    .describe("Devices that one look calls gone at most; the others follow with the next look"),
});

/** Bounds of the alert book. */
export const bookSettings = z.object({
  flushEveryMs: z.int().min(10).default(200).describe("How often the book writes what it holds, ms"),
  maxBuffered: z
    .int()
    .min(100)
    .default(100_000)
    .describe(
      "Changes held in memory while the database refuses; beyond it the book stops, and catches up from the journal at the next start",
    ),
  maxPage: z
    .int()
    .min(1)
    .default(500)
    .describe("Alerts that one page of a list may have; a larger limit is cut"),
  maxComments: z
    .int()
    .min(1)
    .default(1_000)
    .describe("Comments that one alert may have; further ones are refused"),
  keepMs: z
    .int()
    .min(day)
    .default(730 * day)
    .describe("Cleared alerts are kept for so long, ms"),
  keepAlerts: z
    .int()
    .min(100)
    .default(1_000_000)
    .describe("Alerts that are kept; beyond it the oldest cleared ones are removed"),
  sweepEveryMs: z
    .int()
    .min(1_000)
    .default(5 * minute)
    .describe("How often old alerts are removed, ms"),
  sweepBatch: z.int().min(1).default(500).describe("Old alerts that are removed at a time"),
});

/** Alerts about the gateway itself. */
export const faultSettings = z.object({
  holdMs: z
    .int()
    .min(0)
    .default(10_000)
    .describe("A fault of the gateway itself is over when it has not shown for so long, ms"),
});

/** The settings of the alert folder. */
export const alertSettings = z.object({
  judge: judgeSettings.prefault({}).describe("Judge"),
  quiet: quietSettings.prefault({}).describe("Devices that stop talking"),
  book: bookSettings.prefault({}).describe("Alert book"),
  faults: faultSettings.prefault({}).describe("Faults of the gateway itself"),
  incident: incidentSettings.prefault({}).describe("Incidents"),
  mute: muteSettings.prefault({}).describe("Windows in which nobody is told"),
});

/** The settings of the judge, parsed. */
export type JudgeSettings = z.infer<typeof judgeSettings>;
/** The settings of the watch for quiet devices, parsed. */
export type QuietSettings = z.infer<typeof quietSettings>;
/** The settings of the alert book, parsed. */
export type BookSettings = z.infer<typeof bookSettings>;
/** The settings of the gateway's own alerts, parsed. */
export type FaultSettings = z.infer<typeof faultSettings>;
