import { z } from "zod";
import { deviceName, drillMark, during, id, kindName, severity, text, time, value } from "./shared.ts";

/** Devices that are cut off with another one. */
export const affects = z.object({
  count: z.int(),
  names: z.array(z.string()).describe("What people call some of them."),
});

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
    assignee: z.string().nullable().describe("Name of who takes care of it."),
    resolvedBy: z.string().nullable().describe("Set when a person resolved it."),
    values: z.record(z.string(), value).describe("Values at `raisedAt`, in the units of the kind's fields."),
    reason: z
      .string()
      .nullable()
      .describe(
        "For silence and faults: will, closed, silent, children (most of what hangs on it is gone), or a sentence.",
      ),
    simulated: z.boolean().describe("From a replay or a drill."),
    during: during.nullable().describe("The window that it was raised in."),
    muted: z
      .boolean()
      .describe(
        "Nobody was told of it through channels, because of the window. Never of what is critical or of the fire lane.",
      ),
    under: deviceName
      .nullable()
      .describe("Nobody was told of it, because this device above it is down, whose alert is told instead."),
    affects: affects.nullable().describe("What was cut off with the device when it was raised."),
    drill: drillMark,
    comments: z.array(z.object({ at: time, by: z.string(), text: z.string() })),
  })
  .meta({ id: "Alert" });

/** Somebody who may be given an alert. */
export const assignee = z
  .object({ name: z.string(), told: z.boolean().describe("A message goes to him when he is given one.") })
  .meta({ id: "Assignee" });

/** The steps of an alert that people see. */
export const alertStep = z
  .enum(["raised", "reminded", "cleared", "acknowledged", "assigned", "commented", "resolved"])
  .describe("reminded: people were not told when it was raised and are told now, because it still holds.");

/** One step in the life of an alert. */
export const change = z
  .object({
    id: z.string(),
    step: alertStep,
    at: time,
    by: z.string().nullable().describe("Who did it; null when the gateway did."),
    comment: z.string().nullable(),
    assignee: z
      .string()
      .nullable()
      .describe("With assigned: who takes care of it from here on; null: nobody any more."),
    reason: z.string().nullable(),
    severity,
    values: z.record(z.string(), value).nullable(),
    during: during.nullable(),
  })
  .meta({ id: "Change" });

/** An alert with everything that happened to it. */
export const alertDetail = z
  .object({ ...alert.shape, timeline: z.array(change).describe("Every step, oldest first.") })
  .meta({ id: "AlertDetail" });
