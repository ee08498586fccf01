import { z } from "zod";
import { comment, deviceName, drillMark, during, id, time, value } from "./shared.ts";

const state = z
  .enum(["detected", "acknowledged", "dispatched", "arrived", "controlled", "closed", "false-alarm"])
  .describe("How far the crew has come.");
const mark = z.enum(["acknowledge", "arrive", "control"]);
const seconds = z.number().nullable().describe("Seconds from detection; null when it has not been.");

/** One alarm of an incident. */
const alarm = z.object({
  alert: z.string(),
  device: deviceName,
  deviceName: z.string().nullable(),
  floor: z.string().nullable(),
  rule: z.string(),
  title: z.object({ zh: z.string(), en: z.string() }),
  at: time,
  values: z.record(z.string(), value),
  during: during.nullable().describe("The window that it came in; it held nothing back."),
});

/** An alarm, or several of one place, that a crew must answer. */
export const incident = z
  .object({
    id: z.string(),
    site: id,
    siteName: z.string().nullable(),
    building: z.string().nullable(),
    state,
    detectedAt: time,
    marks: z
      .record(mark, time)
      .describe(
        "acknowledge, arrive, control: when each escalates if nobody has come so far. Fixed at detection.",
      ),
    escalated: z.array(mark).describe("Marks that passed with nobody there."),
    times: z
      .partialRecord(state, z.object({ at: time, by: z.string() }))
      .describe("When the crew came so far, and who said so."),
    response: z
      .object({
        acknowledged: seconds,
        dispatched: seconds,
        arrived: seconds,
        controlled: seconds,
        ended: seconds,
      })
      .describe("Response times."),
    alarms: z.array(alarm).describe("Every alarm, first to last."),
    reason: z.string().nullable().describe("Why it was a false alarm."),
    during: during.nullable().describe("The window that its first alarm came in; it held nothing back."),
    drill: drillMark,
  })
  .meta({ id: "Incident" });

/** One step of an incident. */
export const incidentStep = z
  .object({
    id: z.string(),
    step: z
      .string()
      .describe(
        "detected, joined, escalated, acknowledged, dispatched, arrived, controlled, closed, false-alarm, noted",
      ),
    at: time,
    by: z.string().nullable().describe("Who did it; null: the gateway."),
    note: z.string().nullable(),
    device: deviceName.nullable(),
    mark: mark.nullable(),
  })
  .meta({ id: "IncidentStep" });

/** An incident with its timeline. */
export const incidentDetail = incident
  .extend({ timeline: z.array(incidentStep) })
  .meta({ id: "IncidentDetail" });

/** What a person adds to a step. */
export const moveNote = z.strictObject({ note: comment.optional() }).nullish();

/** Why it was a false alarm. */
export const falseAlarm = z
  .strictObject({ reason: comment })
  .meta({ examples: [{ reason: "厨房油烟，现场确认无火情" }] });

/** What somebody adds to the record. */
export const note = z.strictObject({ note: comment });

const ms = z
  .int()
  .min(1_000)
  .max(3_600_000)
  .nullable()
  .describe("ms after detection; null: the gateway's setting.");

/** The marks of a site. */
export const incidentTimes = z.strictObject({ acknowledgeMs: ms, arriveMs: ms, controlMs: ms }).meta({
  id: "IncidentTimes",
  description: "When incidents of this site escalate; for those that begin from now on.",
});

const spread = z
  .object({ count: z.int(), median: z.number().nullable(), longest: z.number().nullable() })
  .describe("Seconds.");

const figures = z.object({
  incidents: z.int(),
  falseAlarms: z.int(),
  unanswered: z.int().describe("Not acknowledged by anybody."),
  escalated: z.object({ acknowledge: z.int(), arrive: z.int(), control: z.int() }),
  response: z.object({ acknowledged: spread, arrived: spread, controlled: spread, ended: spread }),
});

/** How fast incidents were answered. */
export const responseReport = z
  .object({
    site: id.nullable(),
    from: time,
    to: time,
    ...figures.shape,
    drills: figures.describe("The same of drills, which are not in the other figures."),
    complete: z
      .boolean()
      .describe("false: there were more incidents than one report takes; choose a shorter time."),
  })
  .meta({ id: "ResponseReport" });
