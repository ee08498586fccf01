import type { SeriesReading } from "../../gateway/series/contract.ts";
import { type DataSize, dayMs, readings, valuesIn } from "./series-data.ts";
import { deviceOf } from "./series-questions.ts";
import type { Prepared, Subject } from "./series-subject.ts";
import { type Percentiles, percentiles } from "./statistics.ts";

/** What loading took. Making the data and its lines is in none of the figures. */
export interface LoadFigures {
  /** While writes were on their way. */
  readonly seconds: number;
  /** Until everything that was put off was done. */
  readonly settleSeconds: number;
  /** User and system time for each value, with what was put off, µs. */
  readonly cpuMicros: number;
}

/**
 * Writes all of the data; writes are made ready, then sent, in turn. A server goes on merging while the next ones are made ready, so
 * that it must get many in one go, or that work would be in no figure but the CPU.
 */
export async function loadAll(subject: Subject, size: DataSize): Promise<LoadFigures> {
  let seconds = 0;
  let ownCpu = 0;
  const cpuAtBegin = subject.usage().cpuSeconds;

  async function measured(work: () => Promise<void>): Promise<number> {
    const cpu = subject.usage().cpuSeconds;
    const startedAt = performance.now();
    await work();
    ownCpu += subject.usage().cpuSeconds - cpu;
    return (performance.now() - startedAt) / 1000;
  }

  let ready: Prepared[] = [];
  for (const batch of inBatches(readings(size), subject.batch)) {
    ready.push(subject.prepare(batch));
    if (ready.length < (subject.isHere ? 1 : maxReady)) continue;
    seconds += await measured(() => sendAll(subject, ready));
    ready = [];
  }
  seconds += await measured(() => sendAll(subject, ready));
  const settleSeconds = await measured(() => subject.settle());
  const cpuSeconds = subject.isHere ? ownCpu : subject.usage().cpuSeconds - cpuAtBegin;
  return { seconds, settleSeconds, cpuMicros: (cpuSeconds * 1e6) / valuesIn(size) };
}

/** What the first question takes while values are written at full speed. */
export interface UnderLoad {
  readonly ms: Percentiles;
  readonly asked: number;
  /** Written in that time. */
  readonly valuesPerSecond: number;
}

/** Goes on with the data and asks for the 24 h before the newest value, until there were enough answers or no more data. */
export async function askWhileWriting(subject: Subject, size: DataSize, times: number): Promise<UnderLoad> {
  const to = size.days + Math.min(maxDaysAfter, Math.ceil(readingsAfter / (size.devices * size.perDay)));
  const after = valuesIn(size) / size.fields;
  const more = inBatches(readings(size, { from: size.days, to, after }), subject.batch);
  // Making lines would hold up the answers in this process; what the embedded store takes is decoded in its process in the gateway too.
  const prepared = subject.isHere ? prepareOneByOne(subject, more) : prepareFirst(subject, more);
  const ms: number[] = [];
  let values = 0;
  let newest: number | undefined;
  let isOver = false;
  const startedAt = performance.now();
  const writing = sendAll(subject, prepared, {
    sent(write) {
      values += write.values;
      newest = Math.max(newest ?? 0, write.until);
    },
    isOver: () => isOver,
  }).finally(() => {
    isOver = true;
  });
  while (!isOver && ms.length < times) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (newest === undefined) continue;
    const end = newest - (newest % 300_000);
    const wanted = { devices: [deviceOf(ms.length, size)], fields: ["fill"], from: end - dayMs, to: end };
    const askedAt = performance.now();
    await subject.stepped(wanted, 300_000);
    ms.push(performance.now() - askedAt);
  }
  isOver = true;
  await writing;
  const valuesPerSecond = (values * 1000) / (performance.now() - startedAt);
  return { ms: percentiles(Float64Array.from(ms)), asked: ms.length, valuesPerSecond };
}

/** Data beyond the end, for writing while it is asked: about so many readings, but no more than a year. */
const readingsAfter = 2_000_000;
const maxDaysAfter = 365;
/** Writes that are made ready before, at most: 100 MB of lines. */
const maxReady = 100;

function* prepareOneByOne(subject: Subject, batches: Iterable<SeriesReading[]>): Generator<Prepared> {
  for (const batch of batches) yield subject.prepare(batch);
}

function prepareFirst(subject: Subject, batches: Iterable<SeriesReading[]>): Prepared[] {
  const ready: Prepared[] = [];
  for (const batch of batches) {
    ready.push(subject.prepare(batch));
    if (ready.length === maxReady) break;
  }
  return ready;
}

/** Keeps as many writes on their way as the store takes at its best. */
async function sendAll(
  { writers }: Subject,
  writes: Iterable<Prepared>,
  { sent = (_: Prepared) => {}, isOver = (): boolean => false } = {},
): Promise<void> {
  const queue = writes[Symbol.iterator]();
  async function work(): Promise<void> {
    for (let next = queue.next(); !next.done && !isOver(); next = queue.next()) {
      await next.value.send();
      sent(next.value);
    }
  }
  await Promise.all(Array.from({ length: writers }, work));
}

function* inBatches(all: Iterable<SeriesReading>, length: number): Generator<SeriesReading[]> {
  let batch: SeriesReading[] = [];
  for (const reading of all) {
    batch.push(reading);
    if (batch.length < length) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
