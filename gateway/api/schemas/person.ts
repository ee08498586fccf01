import { z } from "zod";
import { deviceName, time, value } from "./shared.ts";

/** By what a device knows a person. In the body, never in the path: paths stand in logs of proxies. */
export const identifier = z
  .strictObject({
    identifier: z
      .string()
      .trim()
      .min(1)
      .max(256)
      .describe("Card number, face id, employee number or name, as the devices send it."),
  })
  .meta({ examples: [{ identifier: "0004123987" }] });

const hashes = z.array(z.string()).describe("Keyed hashes that stand for the person at this site.");

/** Everything that is kept of a person. */
export const personData = z
  .object({
    site: z.string(),
    hashes,
    readings: z
      .array(z.object({ device: deviceName, time, receivedAt: time, values: z.record(z.string(), value) }))
      .describe("From the history, oldest first."),
    records: z
      .array(z.record(z.string(), z.unknown()))
      .describe("From the recording, as they stand there, oldest first."),
    rejections: z.array(z.record(z.string(), z.unknown())).describe("Refused messages."),
    alerts: z.array(z.record(z.string(), z.unknown())).describe("Alerts and their steps."),
    present: z.array(deviceName).describe("Devices whose present values name the person."),
    isCut: z.boolean().describe("There is more than one answer holds (`privacy.maxFound` of each)."),
  })
  .meta({ id: "PersonData" });

/** What an erasure did. */
export const personReport = z
  .object({
    site: z.string(),
    hashes,
    at: time,
    erased: z
      .object({ readings: z.int(), rejections: z.int(), alerts: z.int(), present: z.int() })
      .nullable()
      .describe("What was erased, by place; null while it is not done."),
    pending: z.string().nullable().describe("Why it is not done yet; it is tried again by itself."),
    recording: z
      .object({
        records: z
          .int()
          .nullable()
          .describe(
            "Records that named the person; null when they could not be counted. Nobody is shown them from now on.",
          ),
        isCut: z.boolean().describe("There were more than are counted."),
        until: time.describe("When the last of them is deleted, at the latest."),
      })
      .describe("The journal is only ever added to, so its records stay until their time is over."),
  })
  .meta({ id: "PersonReport" });
