import { GatewayError, messageOf } from "../../gateway/errors.ts";
import { createLog } from "../../gateway/log.ts";
import { openDuckdbStore } from "../../gateway/series/duckdb/store.ts";
import { planRange } from "../../gateway/series/plan.ts";
import { seriesSettings } from "../../gateway/series/settings.ts";
import { usageOf } from "./process-stat.ts";
import { dayMs, deviceName, endOfData, seriesFields } from "./series-data.ts";
import type { Subject, SubjectParts, Wanted } from "./series-subject.ts";

/** Values after which the store may tidy up: at the rate that is the goal, twice a second. */
const maintainEvery = 250_000;

/** The embedded store in this process. Its clock is the time of the data. */
export async function openEmbedded({ folder, size, memoryMb }: SubjectParts): Promise<Subject> {
  // Defaults, but the whole year is kept as it came.
  const duckdb = { keepRawMs: 400 * dayMs, ...(memoryMb !== undefined && { memoryMb }) };
  const settings = seriesSettings.parse({ queryTimeoutMs: 120_000, duckdb });
  let now = endOfData;
  let unkempt = 0;
  const open = () =>
    openDuckdbStore({
      ...{ directory: folder, settings, fields: seriesFields(size), beginsAfter: 0 },
      clock: { now: () => now },
      log: createLog({ level: "warn" }),
    });
  let store = await open();
  const troubles: string[] = [];

  async function maintain(): Promise<void> {
    try {
      await store.maintain(now);
    } catch (error) {
      if (!(error instanceof GatewayError) || !error.retryable) throw error;
      troubles.push(messageOf(error));
    }
  }

  function choice({ devices, fields, from, to }: Wanted) {
    return { devices: devices.map(deviceName), fields, from, to, simulated: false };
  }

  return {
    isHere: true,
    troubles,
    usage() {
      const { user, system } = process.cpuUsage();
      return { cpuSeconds: (user + system) / 1e6, peakMib: usageOf(process.pid).peakMib };
    },
    folder,
    batch: settings.batchRows,
    writers: 1,
    prepare(readings) {
      const { sequence, time, receivedAt } = readings.at(-1)!;
      const values = readings.length * size.fields;
      return {
        values,
        until: time,
        async send() {
          now = receivedAt;
          await store.write(readings, sequence);
          unkempt += values;
          if (unkempt < maintainEvery) return;
          await maintain();
          unkempt = 0;
        },
      };
    },
    async settle() {
      // Each pass may have to wait for the one before, and old files for the exports that may still read them.
      for (const hours of [2, 4]) {
        now = endOfData + hours * 3_600_000;
        await maintain();
      }
    },
    async reopen() {
      await store.close();
      store = await open();
    },
    async stepped(wanted, stepMs) {
      const asked = choice(wanted);
      const { from, to, level } = planRange({ ...asked, step: stepMs }, store.levels, now);
      const series = await store.stepped({ ...asked, from, to, level, stepMs });
      return series.map(({ device, field, times, count, mean }) => {
        return { device: numberOf(device), field, times, counts: count, means: mean };
      });
    },
    async latest({ devices, from, to }) {
      const found = await store.latest({ devices: devices.map(deviceName), before: to, withinMs: to - from });
      return found.map(({ device, field, time, value }) => ({
        device: numberOf(device),
        field,
        time,
        value,
      }));
    },
    async raw(wanted) {
      const series = await store.raw({ ...choice(wanted), stepMs: undefined, level: "raw" }, 10_000_000);
      return series.reduce((sum, { values }) => sum + values.length, 0);
    },
    close: () => store.close(),
  };
}

function numberOf(device: string): number {
  return Number(device.slice(-5));
}
