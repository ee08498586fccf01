import { z } from "zod";
import { deviceName, drillMark, id, kindName, severity, text, time, value } from "./shared.ts";

/** An alert. */
export const alert = z
  .object({
    id: z.string(),
    device: deviceName,
    site: id,
    kind: kindName,
    deviceName: z
      .string()
      .nullable()
      .describe("What people call the device; null when it is registered no more."),
    building: z.string().nullable(),
    floor: z.string().nullable(),
    rule: z.string(),
    title: text.describe("Title of the rule."),
    advice: text.nullable().describe("What a person should do."),
    severity,
    state: z.enum(["raised", "cleared"]),
    raisedAt: time,
    clearedAt: time.nullable(),
    acknowledgedAt: time.nullable(),
    acknowledgedBy: z.string().nullable(),
    resolvedBy: z.string().nullable().describe("Set when a person resolved it."),
    values: z.record(z.string(), value).describe("Values at `raisedAt`, in the units of the kind's fields."),
    reason: z.string().nullable().describe("For silence and faults: will, closed, silent, or a sentence."),
    simulated: z.boolean().describe("From a replay or a drill."),
    drill: drillMark,
    comments: z.array(z.object({ at: time, by: z.string(), text: z.string() })),
  })
  .meta({ id: "Alert" });

/** One step in the life of an alert. */
export const change = z
  .object({
    id: z.string(),
    step: z.enum(["raised", "cleared", "acknowledged", "commented", "resolved"]),
    at: time,
    by: z.string().nullable().describe("Who did it; null when the gateway did."),
    comment: z.string().nullable(),
    reason: z.string().nullable(),
    severity,
    values: z.record(z.string(), value).nullable(),
  })
  .meta({ id: "Change" });

/** An alert with everything that happened to it. */
export const alertDetail = z
  .object({ ...alert.shape, timeline: z.array(change).describe("Every step, oldest first.") })
  .meta({ id: "AlertDetail" });
