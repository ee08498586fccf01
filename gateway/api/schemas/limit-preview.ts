import { z } from "zod";
import { deviceId, deviceName, kindName, time } from "./shared.ts";

/** Numbers of a rule that are to be tried. */
export const newLimitPreview = z
  .strictObject({
    kind: kindName,
    rule: z.string().min(1).max(64),
    limits: z
      .record(z.string().max(64), z.number())
      .describe("The numbers to try; the others stay as they are."),
    device: deviceId.optional().describe("Only this device; all of the kind when absent."),
    days: z.int().min(1).max(30).default(7).describe("How many days back."),
  })
  .describe("Numbers of a rule that are to be tried on the past.");

const counts = z.object({
  alerts: z.int().describe("How often the alert was raised."),
  devices: z.int().describe("On how many devices."),
});

const episode = z.object({
  from: time,
  to: time.nullable().describe("Null: it would be open still."),
});

/** What would have become of the numbers. */
export const limitPreview = z
  .object({
    from: time,
    to: time,
    devices: z.int().describe("Devices that were looked at."),
    skipped: z.int().describe("Devices with too much history, or for which there was no time left."),
    now: counts.describe("With the numbers that hold now."),
    tried: counts.describe("With the numbers that were given."),
    items: z
      .array(
        z.object({
          device: deviceName,
          name: z.string(),
          building: z.string().nullable(),
          now: z.int(),
          tried: z.int(),
          episodes: z
            .array(episode)
            .describe("When it would have been open with the given numbers; the last 100."),
        }),
      )
      .describe("Devices with an alert in either count, most with the given numbers first; at most 50."),
  })
  .meta({ id: "LimitPreview" });
