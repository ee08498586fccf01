import type { RangeQuery, SeriesStore } from "../../gateway/series/contract.ts";
import { planRange } from "../../gateway/series/plan.ts";
import { type DataSize, deviceName, endOfData, fieldNames } from "./series-data.ts";

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** What is asked of every store, by name. `n` chooses the device. */
export const questions: Readonly<
  Record<string, (store: SeriesStore, size: DataSize, n: number) => Promise<unknown>>
> = {
  "24 h, 5-min steps, 1 field": (store, size, n) =>
    stepped(store, size, n, { days: 1, stepMs: 300_000, fields: ["fill"] }),
  "24 h, 5-min steps, all fields": (store, size, n) =>
    stepped(store, size, n, { days: 1, stepMs: 300_000, fields: fieldNames }),
  "30 days, 1-h steps, 1 field": (store, size, n) =>
    stepped(store, size, n, { days: 30, stepMs: hourMs, fields: ["fill"] }),
  "1 year, 1-day steps, 1 field": (store, size, n) =>
    stepped(store, size, n, { days: size.days, stepMs: dayMs, fields: ["fill"] }),
  "24 h as they came, 1 field": (store, size, n) =>
    store.raw({ ...choiceOf(size, n, 1, ["fill"]), stepMs: undefined, level: "raw" }, 1_000_000),
  "latest of every device and field": (store, size) =>
    store.latest({
      devices: Array.from({ length: size.devices }, (_, device) => deviceName(device)),
      before: endOfData,
      withinMs: 30 * dayMs,
    }),
};

/** Values and their mean in the last 7 days of some devices, for comparing the stores with each other. */
export async function fingerprint(
  store: SeriesStore,
  size: DataSize,
): Promise<{ count: number; mean: number }> {
  let count = 0;
  let sum = 0;
  for (const n of [0, 7, size.devices - 1]) {
    for (const { count: counts, mean = [] } of await stepped(store, size, n, {
      days: 7,
      stepMs: dayMs,
      fields: ["fill", "temperature"],
    })) {
      for (const [index, values] of counts.entries()) {
        count += values;
        sum += values * (mean[index] ?? 0);
      }
    }
  }
  return { count, mean: sum / count };
}

function stepped(
  store: SeriesStore,
  size: DataSize,
  n: number,
  { days, stepMs, fields }: { days: number; stepMs: number; fields: readonly string[] },
) {
  const choice = choiceOf(size, n, days, fields);
  const { from, to, level } = planRange({ ...choice, step: stepMs }, store.levels, endOfData);
  return store.stepped({ ...choice, from, to, level, stepMs });
}

function choiceOf(
  { devices }: DataSize,
  n: number,
  days: number,
  fields: readonly string[],
): Omit<RangeQuery, "stepMs" | "level"> {
  // Devices far from each other, so that none was asked for before.
  const device = (n * 37) % devices;
  return {
    devices: [deviceName(device)],
    fields,
    from: endOfData - days * dayMs,
    to: endOfData,
    simulated: false,
  };
}
