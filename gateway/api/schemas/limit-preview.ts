import { z } from "zod";
import { deviceId, deviceName, kindName, time } from "./shared.ts";

/** Numbers by name as they stand in a query: `atLeast:0.8,clear:0.7`. */
const numbers = z
  .string()
  .max(512)
  .regex(
    /^\w{1,64}:-?\d{1,15}(\.\d{1,15})?(,\w{1,64}:-?\d{1,15}(\.\d{1,15})?)*$/,
    "must be names and numbers such as atLeast:0.8,clear:0.7",
  )
  .transform((text) =>
    Object.fromEntries(
      text.split(",").map((pair) => {
        const [name = "", value] = pair.split(":");
        return [name, Number(value)] as const;
      }),
    ),
  )
  .describe("The numbers to try, such as atLeast:0.8,clear:0.7; the others stay as they are.");

/** Which numbers of which rule are to be tried. */
export const limitPreviewQuery = z.strictObject({
  kind: kindName,
  rule: z.string().min(1).max(64),
  limits: numbers,
  device: deviceId.optional().describe("Only this device; all of the kind when absent."),
  days: z.coerce.number().int().min(1).max(30).default(7).describe("How many days back."),
});

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
