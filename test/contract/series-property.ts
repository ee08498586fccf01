import fc from "fast-check";
import { expect } from "vitest";
import type { Value } from "../../devices/kit/kind.ts";
import type {
  Level,
  SeriesChoice,
  SeriesReading,
  SeriesRow,
  SeriesStore,
} from "../../gateway/series/contract.ts";
import {
  allFields,
  base,
  choose,
  day,
  expectLatest,
  expectRaw,
  fields,
  hour,
  type Kept,
  keep,
  minute,
  numbered,
  rawOf,
  sortedByName,
} from "./series-model.ts";
import { expectSteps } from "./series-steps.ts";
import type { SeriesSubject } from "./series-subject.ts";

/** Random readings, some of them late: every way to read gives what a computation value by value gives. */
export async function checkAnyReadings(subject: SeriesSubject): Promise<void> {
  const { store, options } = subject;
  const write = async (readings: readonly SeriesReading[]) => {
    const cursor = store.position() + readings.length;
    expect(await store.write(readings, cursor)).toEqual([]);
    await subject.settle();
  };
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      anyReadings(options),
      anyReadings(options),
      anyQuestion,
      async (early, late, question) => {
        run += 1;
        const site = `s${run}-${early.length}`;
        const first = numbered(
          early.map((reading) => ({ ...reading, site })),
          store.position() + 1,
        );
        await write(first);
        if (question.isTidied) await store.maintain(base + 20 * day);
        const taken = new Set(first.map(({ id, time }) => `${id} ${time}`));
        const second = numbered(
          late
            .filter(({ id, time }) => options.keepsEqualTimes || !taken.has(`${id} ${time}`))
            .map((reading) => ({ ...reading, site })),
          store.position() + 1,
        );
        await write(second);
        await checkEveryWay({
          store,
          options,
          kept: keep([...first, ...second], store.types),
          site,
          question,
        });
      },
    ),
    { numRuns: options.runs },
  );
}

async function checkEveryWay({
  store,
  kept,
  site,
  question: { from, to, stepMs },
  options: { keepsReceivedAt },
}: Pick<SeriesSubject, "store" | "options"> & {
  kept: readonly Kept[];
  site: string;
  question: Question;
}): Promise<void> {
  const devices = places.map(({ kind, id }) => `${site}/${kind}/${id}`);
  const choice = { devices, fields: allFields, from, to, simulated: false };
  for (const simulated of [false, true]) {
    const chosen = choose(kept, { ...choice, simulated });
    expect(await rawOf(store, { ...choice, simulated })).toEqual(expectRaw(chosen));
    const rows = chosen.map(({ type, ...row }) => (keepsReceivedAt ? row : { ...row, receivedAt: row.time }));
    expect(await allRows(store, { ...choice, simulated })).toEqual(rows);
  }
  for (const { level } of store.levels) {
    const grain = grains[level];
    // A level cannot cut its own steps.
    const whole = { ...choice, from: Math.floor(from / grain) * grain, to: Math.ceil(to / grain) * grain };
    if (stepMs % grain === 0)
      expectSteps(await store.stepped({ ...whole, stepMs, level }), choose(kept, whole), stepMs);
  }
  const within = { ...choice, from: to - latestWithinMs };
  const latest = await store.latest({ devices, before: to, withinMs: latestWithinMs });
  expect(sortedByName(latest)).toEqual(expectLatest(choose(kept, within)));
}

/** All rows of a store, in the order in which they came. */
export async function allRows(store: SeriesStore, choice: SeriesChoice): Promise<SeriesRow[]> {
  const rows: SeriesRow[] = [];
  for await (const piece of store.rows(choice)) rows.push(...piece);
  return rows;
}

interface Question {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
  readonly isTidied: boolean;
}

const grains: Readonly<Record<Level, number>> = { raw: 1, "5min": 5 * minute, "1h": hour };
const latestWithinMs = 31 * hour + 12_345;
const places = [
  { kind: "bin", id: "b1" },
  { kind: "bin", id: "b-2" },
  { kind: "big-gate-2", id: "b1" },
];

/** Somewhere in three days, often at the first or last millisecond of a step. */
const anyTime = fc
  .oneof(
    fc.integer({ min: 0, max: 3 * day - 1 }),
    fc
      .tuple(fc.integer({ min: 1, max: 71 }), fc.integer({ min: -1, max: 0 }))
      .map(([i, ms]) => i * hour + ms),
    fc
      .tuple(fc.integer({ min: 1, max: 863 }), fc.integer({ min: -1, max: 0 }))
      .map(([i, ms]) => i * 5 * minute + ms),
  )
  .map((offset) => base + offset);

const anyQuestion: fc.Arbitrary<Question> = fc
  .record({
    times: fc.tuple(anyTime, anyTime),
    stepMs: fc.constantFrom(5 * minute, hour, day),
    isTidied: fc.boolean(),
  })
  .map(({ times: [a, b], ...rest }) => ({ from: Math.min(a, b), to: Math.max(a, b) + 1, ...rest }));

const anyNumber = fc.oneof(
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => n / 1000),
  fc.integer({ min: -3, max: 3 }),
);
const anyState = fc.constantFrom("idle", "busy", "停");
const anyValues = fc.record<Record<string, Value>>(
  {
    fill: anyNumber,
    weight: anyNumber,
    lidOpen: fc.boolean(),
    open: fc.boolean(),
    mode: anyState,
    note: fc.string(),
    event: fc.constantFrom("fire", "test"),
  },
  { requiredKeys: [] },
);

function anyReadings({ keepsEqualTimes }: SeriesSubject["options"]) {
  const reading = fc
    .record({
      place: fc.constantFrom(...places),
      time: anyTime,
      quality: fc.constantFrom("good", "good", "suspect", "simulated"),
      values: anyValues,
    })
    .map(({ place, values, ...rest }) => ({ ...place, ...rest, values: valuesOf(place.kind, values) }));
  const selector = ({ id, time }: { id: string; time: number }) => `${id} ${time}`;
  const size = { maxLength: 60 };
  return keepsEqualTimes ? fc.array(reading, size) : fc.uniqueArray(reading, { ...size, selector });
}

function valuesOf(kind: string, values: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter(([field]) => Object.hasOwn(fields[kind]!, field)));
}
