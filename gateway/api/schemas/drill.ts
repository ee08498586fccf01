import { z } from "zod";
import { comment, deviceName, id, time } from "./shared.ts";

const moment = time.nullable();

/** What a drill begins with. */
export const drillOrder = z
  .strictObject({
    building: z.string().min(1).max(64).optional().describe("One of the site's buildings."),
    note: comment.optional(),
  })
  .nullish();

/** An alarm with which the people of a site exercise. */
export const drill = z
  .object({
    id: z.string(),
    site: id,
    siteName: z.string().nullable(),
    building: z.string().nullable(),
    note: z.string().nullable(),
    by: z.string(),
    startedAt: time,
    endedAt: moment,
    end: z
      .enum(["crew", "asked", "time", "failed"])
      .nullable()
      .describe(
        "crew: its incident was closed. asked: somebody ended it. time: nobody did. failed: the alarm did not get through.",
      ),
    endedBy: z.string().nullable(),
    fault: z.string().nullable().describe("Why the alarm did not get through."),
    incident: z.string().nullable().describe("The incident that the crew answers."),
    screens: z.int().nullable().describe("Screens that were shown it at once."),
  })
  .meta({ id: "Drill" });

/** How far a drill has come. */
export const drillReport = drill
  .extend({
    device: deviceName.describe("The station that raised it; only the gateway speaks for it."),
    stages: z
      .array(
        z.object({
          stage: z.enum([
            ...(["published", "judged", "durable", "screens", "notified"] as const),
            ...(["acknowledged", "dispatched", "arrived", "controlled", "closed"] as const),
          ]),
          at: moment,
          seconds: z.number().nullable().describe("From the start; null when it has not come so far."),
          by: z.string().nullable(),
        }),
      )
      .describe("In order. notified is missing where there is nobody to notify."),
    deliveries: z
      .array(
        z.object({
          target: z.string(),
          contact: z.string().nullable(),
          state: z.enum(["sent", "failed", "waiting"]),
          at: time,
          seconds: z.number(),
        }),
      )
      .describe("What became of each notification."),
    isComplete: z.boolean().describe("Every stage was reached."),
  })
  .meta({ id: "DrillReport" });
