import { z } from "zod";

const minute = 60_000;
const day = 86_400_000;

/** Bounds of contacts and rosters, and times of duty checks. */
export const dutySettings = z.object({
  maxContacts: z.int().min(1).default(500).describe("Contacts that one site may have"),
  maxCrews: z.int().min(1).default(50).describe("Crews that one site may have"),
  maxWays: z.int().min(1).max(20).default(5).describe("Ways to reach one contact"),
  maxShifts: z.int().min(100).default(20_000).describe("Shifts that one site may have in its roster"),
  maxShiftMs: z
    .int()
    .min(minute)
    .default(2 * day)
    .describe("Longest shift, ms; a longer one is a slip of the pen"),
  keepShiftsMs: z
    .int()
    .min(184 * day)
    .default(400 * day)
    .describe("Shifts that are over are kept for so long, ms (at least 184 days)"),
  maxStages: z.int().min(1).max(100).default(20).describe("Stages that one chain of calls may have"),
  lookAheadMs: z
    .int()
    .min(day)
    .max(31 * day)
    .default(7 * day)
    .describe("How far ahead gaps of the roster are looked for, ms"),
  maxWarnings: z.int().min(1).default(100).describe("Gaps of the roster that one answer tells"),
  answerMs: z
    .int()
    .min(10_000)
    .max(60 * minute)
    .default(10 * minute)
    .describe("A duty check that nobody answers is missed after so long, ms"),
  lateAskMs: z
    .int()
    .min(0)
    .default(10 * minute)
    .describe(
      "A planned duty check whose time passed while the gateway was away is still asked within so long, ms",
    ),
  keepChecksMs: z
    .int()
    .min(184 * day)
    .default(1_096 * day)
    .describe("Duty checks are kept for so long, ms (3 years; at least 184 days)"),
});

/** The settings of people and duty, parsed. */
export type DutySettings = z.infer<typeof dutySettings>;
