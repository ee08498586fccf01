import { spawnSync } from "node:child_process";
import type { SeriesReading, SeriesStore } from "../../gateway/series/contract.ts";
import { usageOf } from "./process-stat.ts";
import { benchFields, type DataSize, endOfData, fieldNames, readings } from "./series-data.ts";
import { fingerprint, questions } from "./series-questions.ts";
import { type MeasuredStore, measuredStores } from "./series-stores.ts";
import { type Percentiles, percentiles } from "./statistics.ts";

/** What was measured of one store. */
export interface SeriesResult {
  readonly name: string;
  readonly values: number;
  readonly loadSeconds: number;
  /** Of the store, with its server, for each value; making the data is not in it. */
  readonly cpuMicros: number;
  readonly bytesPerValue: number;
  readonly peakMib: number;
  readonly openMs: number;
  readonly latencyMs: Readonly<Record<string, Percentiles>>;
  /** Of the first question while values are written at full speed. */
  readonly whileWritingMs: Percentiles;
  readonly check: { readonly count: number; readonly mean: number };
}

/** What a run is told, as one JSON argument. */
export interface RunOptions extends DataSize {
  readonly name: string;
  readonly queries: number;
  readonly folder: string | undefined;
}

/** Readings of one write, as the gateway writes them. */
const batchReadings = 5_000;

async function run(options: RunOptions): Promise<SeriesResult> {
  let now = 0;
  const measured = await measuredStores[options.name]!.open(() => now, options.folder);
  try {
    const load = await fillStore(measured, options, (time) => {
      now = time;
    });
    await measured.settle();
    const openedAt = performance.now();
    const store = await measured.reopen();
    const openMs = performance.now() - openedAt;
    const latencyMs: Record<string, Percentiles> = {};
    for (const [name, ask] of Object.entries(questions)) {
      latencyMs[name] = await timed(options.queries, (n) => ask(store, options, n));
    }
    const check = await fingerprint(store, options);
    const whileWritingMs = await askWhileWriting(store, options);
    const bytes = bytesIn(measured.folder);
    const peakMib = usageOf(measured.pid ?? process.pid).peakMib;
    const bytesPerValue = bytes / load.values;
    return { name: options.name, ...load, bytesPerValue, peakMib, openMs, latencyMs, whileWritingMs, check };
  } finally {
    await measured.remove();
  }
}

async function fillStore(
  { store, pid }: MeasuredStore,
  size: DataSize,
  setNow: (time: number) => void,
): Promise<Pick<SeriesResult, "values" | "loadSeconds" | "cpuMicros">> {
  // A store with data from an earlier run is only asked.
  if (store.position() > 0) return { values: size.values, loadSeconds: Number.NaN, cpuMicros: Number.NaN };
  const serverBefore = pid === undefined ? 0 : usageOf(pid).cpuSeconds;
  let batch: SeriesReading[] = [];
  let values = 0;
  let seconds = 0;
  let cpuMicros = 0;
  async function write(): Promise<void> {
    const last = batch.at(-1);
    if (last === undefined) return;
    setNow(last.receivedAt);
    const cpu = process.cpuUsage();
    const startedAt = performance.now();
    await store.write(batch, last.sequence);
    await store.maintain(last.receivedAt);
    seconds += (performance.now() - startedAt) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    cpuMicros += user + system;
    values += batch.length * (store.types.includes("state") ? fieldNames.length : fieldNames.length - 1);
    batch = [];
  }
  for (const reading of readings(size)) {
    batch.push(reading);
    if (batch.length === batchReadings) await write();
  }
  await write();
  const startedAt = performance.now();
  setNow(endOfData + 7_200_000);
  await store.maintain(endOfData + 7_200_000);
  seconds += (performance.now() - startedAt) / 1000;
  const server = pid === undefined ? 0 : (usageOf(pid).cpuSeconds - serverBefore) * 1e6;
  return { values, loadSeconds: seconds, cpuMicros: (cpuMicros + server) / values };
}

async function askWhileWriting(store: SeriesStore, { queries, ...size }: RunOptions): Promise<Percentiles> {
  const [ask] = Object.values(questions);
  let isOver = false;
  const writing = (async () => {
    const types = benchFields.bench!;
    const base = { site: "bench", kind: "bench", quality: "good", values: { fill: 0.5 } } as const;
    for (let sequence = store.position() + 1; !isOver && types.fill !== undefined; ) {
      const more = Array.from({ length: batchReadings }, (_, i): SeriesReading => {
        const time = endOfData + sequence + i;
        return { ...base, id: `other-${i % 500}`, time, receivedAt: time, sequence: sequence + i };
      });
      sequence += more.length;
      await store.write(more, sequence - 1);
      await store.maintain(endOfData + 7_200_000);
    }
  })();
  const latency = await timed(queries, (n) => ask!(store, { ...size }, n + 1000));
  isOver = true;
  await writing;
  return latency;
}

async function timed(times: number, ask: (n: number) => Promise<unknown>): Promise<Percentiles> {
  const ms = new Float64Array(times);
  for (let n = 0; n < times; n++) {
    const startedAt = performance.now();
    await ask(n);
    ms[n] = performance.now() - startedAt;
  }
  return percentiles(ms);
}

function bytesIn(folder: string): number {
  return Number(spawnSync("du", ["-sb", folder], { encoding: "utf8" }).stdout.split("\t")[0]);
}

if (import.meta.main) {
  const result = await run(JSON.parse(process.argv[2] ?? "") as RunOptions);
  process.send?.(result);
}
