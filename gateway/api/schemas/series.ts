import { z } from "zod";
import { alert } from "./alert.ts";
import { deviceId, deviceName, flag, id, kindName, moment, quality, text, time, value } from "./shared.ts";

const dayMs = 86_400_000;
const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: dayMs } as const;

/** The step of a query: `auto`, `raw`, or a number with a unit. Milliseconds inside. */
const step = z
  .string()
  .regex(/^(auto|raw|[1-9]\d{0,6}[smhd])$/, "must be auto, raw, or a number with a unit such as 5m, 1h, 1d")
  .transform((word) => (word === "auto" || word === "raw" ? word : toMs(word)))
  .default("auto")
  .describe("auto: the finest with at most 1,000 points. raw: values as they came. Or 30s, 5m, 1h, 1d.");

function toMs(word: string): number {
  return Number(word.slice(0, -1)) * unitMs[word.at(-1) as keyof typeof unitMs];
}

const names = (what: string) =>
  z
    .string()
    .transform((list) => list.split(","))
    .pipe(z.array(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, `must be ${what} with commas between`)).min(1));

const range = {
  from: moment.optional().describe("Begin, inclusive; 24 hours before `to` when absent."),
  to: moment.optional().describe("End, exclusive; now when absent."),
  step,
};

const fields = names("fields of the kind")
  .optional()
  .describe("Fields with commas between; all when absent.");

const agg = z
  .string()
  .transform((list) => list.split(","))
  .pipe(z.array(z.enum(["mean", "min", "max", "last", "count"])).min(1))
  .optional()
  .describe("Which columns of a step are wanted: mean,min,max,last,count. All when absent.");

const simulated = flag
  .default(false)
  .describe("true: what a replay or drill said, instead of what was measured.");

/** Which devices of a site. */
const chosen = {
  devices: names("device ids").optional().describe("Device ids with commas between."),
  kind: kindName.optional().describe("All devices of a kind."),
  building: z.string().max(128).optional().describe("Only devices of this building."),
};

/** Query of one device's history. */
export const deviceSeriesQuery = z.strictObject({ fields, ...range, agg, simulated });

/** Query of several devices' history. */
export const siteSeriesQuery = z.strictObject({ ...chosen, fields, ...range, agg, simulated });

/** Query of one field over many devices. */
export const totalQuery = z.strictObject({
  kind: kindName,
  field: z.string().regex(/^[A-Za-z0-9]{1,64}$/, "must be a field of the kind"),
  devices: chosen.devices,
  building: chosen.building,
  from: range.from,
  to: range.to,
  step: step.refine((given) => given !== "raw", "a total has steps: auto, or 5m, 1h, 1d"),
});

/** Query of an export. */
export const exportQuery = z.strictObject({
  ...chosen,
  fields,
  from: range.from,
  to: range.to,
  simulated,
  format: z.enum(["csv", "parquet"]).default("csv"),
});

const numbers = z.array(z.number().nullable());

/** One field of one device. */
const oneSeries = z
  .object({
    device: deviceName,
    field: z.string(),
    title: text,
    unit: z.string().nullable(),
    type: z.enum(["number", "boolean", "state", "text"]),
    intervalMs: z.int().describe("Expected time between two values, ms; a longer gap is a gap."),
    before: z
      .object({ value, time, quality })
      .nullable()
      .describe("The last value before the range: what held at its beginning."),
    times: z.array(time).optional().describe("With values as they came: when each was measured."),
    values: z.array(value).optional().describe("Values as they came."),
    quality: z.array(quality.nullable()).describe("Of each value; of a step that of its worst value."),
    mean: numbers.optional().describe("Of booleans the share of true."),
    min: numbers.optional(),
    max: numbers.optional(),
    last: z.array(value.nullable()).optional().describe("Last value of each step."),
    count: z.array(z.number()).optional().describe("Values in each step."),
    states: z.record(z.string(), numbers).optional().describe("Of states: values of each state in the step."),
  })
  .meta({ id: "Series" });

const level = z.enum(["raw", "5min", "1h"]).describe("Which level of the store answered.");

/** History for a chart. */
export const seriesAnswer = z
  .object({
    from: time,
    to: time,
    stepMs: z.int().nullable().describe("Null with values as they came."),
    level,
    times: z
      .array(time)
      .nullable()
      .describe("Begin of each step, the same for all series; steps without a value are there, with null."),
    series: z.array(oneSeries),
  })
  .meta({ id: "SeriesAnswer" });

const annotation = z.object({
  time: time.describe("When it happened, or the step in which."),
  event: z.string(),
  title: text,
  count: z.int().describe("How often in the step."),
});

/** History of one device with what happened. */
export const deviceSeriesAnswer = z
  .object({
    ...seriesAnswer.shape,
    alerts: z
      .object({ items: z.array(alert), complete: z.boolean() })
      .describe("Alerts that held in the range, newest first."),
    events: z.object({ items: z.array(annotation), complete: z.boolean() }).describe("Oldest first."),
  })
  .meta({ id: "DeviceSeriesAnswer" });

/** One field over many devices. */
export const totalAnswer = z
  .object({
    from: time,
    to: time,
    stepMs: z.int(),
    level,
    field: z.string(),
    title: text,
    unit: z.string().nullable(),
    times: z.array(time),
    devices: z.array(z.int()).describe("Devices whose last value is not too old to count."),
    sum: numbers.describe("Of booleans: how many are true."),
    mean: numbers,
    min: numbers,
    max: numbers,
    states: z.record(z.string(), z.array(z.int())).describe("Of states: devices in each."),
  })
  .meta({ id: "TotalAnswer" });

/** Place of a device's and of a site's series. */
export const deviceParams = z.object({ site: id, id: deviceId });
export const siteParams = z.object({ site: id });
