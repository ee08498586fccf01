import { z } from "zod";

const second = 1_000;

/**
 * Times of an incident. The three marks are the 1-3-5-minute practice of micro fire stations; a station on scene after three
 * minutes is derived from the 2015 standard for building micro fire stations.
 */
export const incidentSettings = z.object({
  acknowledgeMs: z
    .int()
    .min(second)
    .default(60 * second)
    .describe("An incident that nobody has acknowledged escalates after so long, ms"),
  arriveMs: z
    .int()
    .min(second)
    .default(180 * second)
    .describe("It escalates when nobody is on scene after so long, ms"),
  controlMs: z
    .int()
    .min(second)
    .default(300 * second)
    .describe("It escalates when it is not under control after so long, ms"),
  joinMs: z
    .int()
    .min(0)
    .default(600 * second)
    .describe("A further alarm of the same building joins an incident whose last alarm is no older, ms"),
  maxOpen: z
    .int()
    .min(1)
    .default(1_000)
    .describe("Open incidents; beyond it an alarm joins the newest of its site, so that none is lost"),
  maxAlarms: z
    .int()
    .min(1)
    .default(500)
    .describe("Alarms that one incident lists; a further one begins another incident"),
  keep: z
    .int()
    .min(100)
    .default(100_000)
    .describe("Ended incidents that are kept; beyond it the oldest are removed"),
  keepMs: z
    .int()
    .min(184 * 86_400_000)
    .default(1_096 * 86_400_000)
    .describe("Ended incidents are kept for so long, ms (3 years; at least 184 days)"),
  falseAlarmsPerDay: z
    .int()
    .min(1)
    .default(5)
    .describe("More incidents of one device that end as false alarms in a day raise an alert about it"),
  maxPage: z
    .int()
    .min(1)
    .default(500)
    .describe("Incidents that one page of a list may have; a larger limit is cut"),
});

/** The times of incidents, parsed. */
export type IncidentSettings = z.infer<typeof incidentSettings>;
