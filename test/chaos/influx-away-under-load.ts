import { exportReadings } from "../../bench/support/journal-export.ts";
import { type Fault, type FaultyProxy, openFaultyProxy } from "../support/faulty-proxy.ts";
import { type InfluxServer, openInflux } from "../support/influx-server.ts";
import { createRandom } from "./support/random.ts";
import { onScene, type Scene, type SceneReport } from "./support/scene.ts";
import { askMetric } from "./support/series-answers.ts";
import { createLateDays, seriesPlans, talkingKinds } from "./support/series-town.ts";
import { valuesIn } from "./support/series-values.ts";
import { pause, untilWithin } from "./support/wait.ts";

/** How InfluxDB is away, how long and under which load. */
export interface InfluxAwayOptions {
  /** Seconds of each way to be away, in turn. */
  readonly awayS: number;
  readonly seed: number;
  /** Messages a second over all devices. */
  readonly perSecond: number;
  readonly onLine?: (line: string) => void;
}

/** What came out; `differences` is empty when everything is right. */
export interface InfluxAwayReport extends SceneReport {
  /** Journal records that waited when InfluxDB was back. */
  readonly waited: number;
  /** How many times faster than they came the records of the whole time away were taken in. */
  readonly catchUpTimes: number;
  /** Values in the journal, and in InfluxDB. */
  readonly expected: number;
  readonly stored: number;
  readonly differences: readonly string[];
}

/** Ways to be away. The last one leaves nothing behind it. */
const faults: readonly Fault[] = [
  { kind: "hang" },
  { kind: "answer", status: 503, body: '{"error":"engine: cache-max-memory-size exceeded"}' },
  { kind: "cut-answer", afterBytes: 10 },
  { kind: "refuse" },
];

/**
 * Lets a gateway write its history to a real InfluxDB that is away in several ways while devices talk, and at the end compares
 * the number and the sum of every field of every device with the journal.
 */
export async function influxAwayUnderLoad(options: InfluxAwayOptions): Promise<InfluxAwayReport> {
  const influx = await openInflux();
  const proxy = await openFaultyProxy(influx.url);
  try {
    return await play(options, influx, proxy);
  } finally {
    await proxy.stop();
    await influx.stop();
  }
}

function play(
  { awayS, seed, perSecond, onLine = () => {} }: InfluxAwayOptions,
  influx: InfluxServer,
  proxy: FaultyProxy,
): Promise<InfluxAwayReport> {
  const random = createRandom(seed);
  const env = {
    LINLI_SERIES_STORE: "influxdb",
    LINLI_SERIES_INFLUX_API: "v1",
    LINLI_SERIES_INFLUX_URL: proxy.url,
    LINLI_SERIES_INFLUX_DATABASE: influx.database,
    LINLI_SERIES_INFLUX_TIMEOUT_MS: "2000",
    LINLI_SERIES_RETRY_MS: "100",
    LINLI_SERIES_RETRY_MAX_MS: "1000",
  };
  const plans = seriesPlans(random, createLateDays(random));
  return onScene({ site, plans, env, random, onLine }, async (scene) => {
    scene.town.talk(perSecond);
    await scene.underLoad(1_000);
    const leftAt = Date.now();
    for (const fault of faults) {
      proxy.set(fault);
      await pause(awayS * 1000);
      onLine(`away (${fault.kind}): ${await lagOf(scene)} journal records wait`);
    }
    const waited = await lagOf(scene);
    const awayMs = Date.now() - leftAt;
    proxy.set({ kind: "none" });
    const backAt = Date.now();
    await scene.settle();
    await untilWithin({
      what: "InfluxDB has every record of the journal",
      ms: 60_000 + awayMs,
      isSo: async () => (await lagOf(scene)) === 0,
    });
    const catchUpTimes = awayMs / (Date.now() - backAt);
    const stored = await countStored(influx);
    const report = await scene.finish();
    const expected = new Map<string, Count>();
    for await (const reading of exportReadings(scene.folder)) {
      const kind =
        reading.quality === "simulated" ? `${kindOf(reading.device)}-simulated` : kindOf(reading.device);
      for (const { field, value } of valuesIn(reading)) {
        add(
          expected,
          `${kind} ${reading.device.split("/")[2]} ${field}`,
          typeof value === "string" ? 0 : Number(value),
        );
      }
    }
    const differences = [...report.journal.examples, ...compare(expected, stored)];
    const total = (counts: Map<string, Count>) =>
      [...counts.values()].reduce((sum, { count }) => sum + count, 0);
    return { ...report, waited, catchUpTimes, expected: total(expected), stored: total(stored), differences };
  });
}

const site = "chaos";

interface Count {
  count: number;
  sum: number;
}

function add(counts: Map<string, Count>, key: string, value: number, times = 1): void {
  const known = counts.get(key) ?? { count: 0, sum: 0 };
  counts.set(key, { count: known.count + times, sum: known.sum + value });
}

const kindOf = (device: string) => device.split("/")[1]!;

async function lagOf(scene: Scene): Promise<number> {
  return (await askMetric(scene.gateway(), "linli_journal_lag_series")) ?? Number.NaN;
}

/** Asks InfluxDB itself, not through the proxy or the gateway. */
async function countStored(influx: InfluxServer): Promise<Map<string, Count>> {
  const counts = new Map<string, Count>();
  for (const kind of talkingKinds) {
    for (const measurement of [kind, `${kind}-simulated`]) {
      const devices = await influx.query(`SHOW TAG VALUES FROM "${measurement}" WITH KEY = "device"`);
      for (const [, device] of devices.series[0]?.values ?? []) {
        const where = `FROM "${measurement}" WHERE "device" = '${device}'`;
        for (const [what, take] of [
          ["count", (key: string, value: number) => add(counts, key, 0, value)],
          ["sum", (key: string, value: number) => add(counts, key, value, 0)],
        ] as const) {
          const { series } = await influx.query(`SELECT ${what}(*) ${where}`);
          const { columns = [], values = [] } = series[0] ?? {};
          for (const [index, column] of columns.entries()) {
            const field = column.replace(/^(count|sum)_/, "");
            if (index === 0 || field === "suspect") continue;
            take(`${measurement} ${device} ${field}`, Number(values[0]?.[index] ?? 0));
          }
        }
      }
    }
  }
  return counts;
}

function compare(expected: Map<string, Count>, stored: Map<string, Count>): string[] {
  return [...new Set([...expected.keys(), ...stored.keys()])].flatMap((key) => {
    const wanted = expected.get(key) ?? { count: 0, sum: 0 };
    const found = stored.get(key) ?? { count: 0, sum: 0 };
    const isSame =
      wanted.count === found.count && Math.abs(wanted.sum - found.sum) <= 1e-6 * Math.abs(wanted.sum);
    return isSame
      ? []
      : [
          `${key}: ${found.count} values with the sum ${found.sum} instead of ${wanted.count} with ${wanted.sum}`,
        ];
  });
}
