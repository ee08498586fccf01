import { z } from "zod";
import { deviceId, id, kindName, time } from "./shared.ts";

const ms = z.number().describe("ms.");

/** How long something could be reached. */
const figures = {
  onlineRatio: z
    .number()
    .nullable()
    .describe("Online of all that is known, 0 to 1; null when nothing is known of the time."),
  onlineMs: ms,
  offlineMs: ms,
  unknownMs: ms.describe("ms in which the gateway did not run, or had not heard of the device yet."),
  outages: z.int().describe("Outages that began in the time, or went on when it began."),
  longestMs: ms.describe(
    "The longest of them, ms, also what of it lies before the time; without what is unknown of it.",
  ),
};

/** One device in a time. */
export const deviceAvailability = z
  .object({
    id: deviceId,
    name: z.string(),
    kind: kindName,
    building: z.string().nullable(),
    floor: z.string().nullable(),
    ...figures,
    knownSince: time.nullable().describe("From when it is known whether it was there; null: it never came."),
  })
  .meta({ id: "DeviceAvailability" });

const totals = {
  devices: z.int(),
  neverHeard: z.int().describe("Those that never came."),
  knownSince: time.nullable().describe("From when it is known of the first of them; null: of none."),
  ...figures,
};

/** When the devices of a site could be reached. */
export const availability = z
  .object({
    site: id,
    from: time.describe("What was counted: from the first moment of a local day"),
    to: time.describe("until before this moment, which is never later than the present."),
    keptFrom: time.nullable().describe("Nothing is kept of what was before; null: nothing was removed yet."),
    gatewayDownMs: ms.describe("How long the gateway did not run in the time, ms."),
    total: z.object(totals).describe("Of all devices that were asked for, on whatever page."),
    kinds: z
      .array(z.object({ kind: kindName, ...totals }))
      .describe("The same by kind, in order of its name."),
    items: z
      .array(deviceAvailability)
      .describe("Devices, the least reachable first; those of which nothing is known last."),
    next: z.string().nullable().describe("Cursor of the next page; null on the last."),
  })
  .meta({ id: "Availability" });
