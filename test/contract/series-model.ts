import type { Value } from "../../devices/kit/kind.ts";
import type {
  LastValue,
  PastQuality,
  RawSeries,
  SeriesChoice,
  SeriesFields,
  SeriesReading,
  SeriesRow,
  SeriesStore,
  SeriesType,
} from "../../gateway/series/contract.ts";

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Midnight (UTC) ten days ago: every store still keeps such values as they came. */
export const base = Math.floor(Date.now() / day) * day - 10 * day;

/** The kinds that the stores under test know; a hyphen in a name is a trap of some query languages. */
export const fields: SeriesFields = {
  bin: { fill: "number", weight: "number", lidOpen: "boolean", mode: "state", note: "text", event: "state" },
  "big-gate-2": { fill: "number", open: "boolean", mode: "state", event: "state" },
};

/** A reading of the device `s1/bin/b1`, at `base` and quite ordinary, unless said otherwise. */
export function aReading(given: Partial<SeriesReading> = {}): SeriesReading {
  const time = given.time ?? base;
  const ordinary = { sequence: 1, site: "s1", kind: "bin", id: "b1", quality: "good" } as const;
  return { ...ordinary, time, receivedAt: time + 7, values: { fill: 50 }, ...given };
}

/** Readings with the sequences from `first` on, in the order given. */
export function numbered(given: readonly Partial<SeriesReading>[], first = 1): SeriesReading[] {
  return given.map((reading, i) => aReading({ ...reading, sequence: first + i }));
}

/** A choice of everything of the device `s1/bin/b1` on the day that begins at `base`, unless said otherwise. */
export function aChoice(given: Partial<SeriesChoice> = {}): SeriesChoice {
  return {
    devices: ["s1/bin/b1"],
    fields: allFields,
    from: base,
    to: base + day,
    simulated: false,
    ...given,
  };
}

/** Every field of every kind. */
export const allFields = [...new Set(Object.values(fields).flatMap((known) => Object.keys(known)))];

/** One value that a store must have after it was given readings. */
export interface Kept extends SeriesRow {
  readonly type: SeriesType;
}

/** What must be kept of readings, by device, field, time and order of coming. */
export function keep(readings: readonly SeriesReading[], types: readonly SeriesType[]): Kept[] {
  return readings
    .toSorted((a, b) => a.time - b.time || a.sequence - b.sequence)
    .flatMap(({ site, kind, id, values, ...rest }) =>
      Object.entries(values).map(([field, value]) => {
        const { time, receivedAt, quality } = rest;
        const type = fields[kind]![field]!;
        return { device: `${site}/${kind}/${id}`, field, type, time, receivedAt, value, quality };
      }),
    )
    .filter(({ type }) => types.includes(type))
    .toSorted((a, b) => compare(a.device, b.device) || compare(a.field, b.field));
}

/** Those of a choice. */
export function choose(
  kept: readonly Kept[],
  { devices, from, to, simulated, ...choice }: SeriesChoice,
): Kept[] {
  return kept.filter(
    ({ device, field, time, quality }) =>
      devices.includes(device) &&
      choice.fields.includes(field) &&
      from <= time &&
      time < to &&
      (quality === "simulated") === simulated,
  );
}

/** Values as they came, by `device field`. */
export type RawByName = Record<string, { time: number; value: Value; quality: PastQuality }[]>;

/** What `raw` must answer. */
export function expectRaw(kept: readonly Kept[]): RawByName {
  return groupBy(kept, ({ time, value, quality }) => ({ time, value, quality }));
}

/** What `raw` answered, in the same form. */
export function readRaw(series: readonly RawSeries[]): RawByName {
  return Object.fromEntries(
    series.map(({ device, field, times, values, quality }) => [
      `${device} ${field}`,
      times.map((time, i) => ({ time, value: values[i]!, quality: quality[i]! })),
    ]),
  );
}

/** All values of a store as they came. */
export async function rawOf(
  store: SeriesStore,
  choice: SeriesChoice,
  maxValues = 100_000,
): Promise<RawByName> {
  return readRaw(await store.raw({ ...choice, stepMs: undefined, level: "raw" }, maxValues));
}

/** What `latest` must answer, by device and field. */
export function expectLatest(kept: readonly Kept[]): LastValue[] {
  const last = new Map(
    kept.map(({ device, field, time, value, quality }) => [
      `${device} ${field}`,
      { device, field, time, value, quality },
    ]),
  );
  return [...last.values()];
}

/** In the order of `expectLatest`. */
export function sortedByName<T extends { readonly device: string; readonly field: string }>(
  list: readonly T[],
): T[] {
  return list.toSorted((a, b) => compare(a.device, b.device) || compare(a.field, b.field));
}

/** Groups by `device field`. */
export function groupBy<T extends { readonly device: string; readonly field: string }, V>(
  list: readonly T[],
  pick: (one: T) => V,
): Record<string, V[]> {
  const found: Record<string, V[]> = {};
  for (const one of list) {
    const name = `${one.device} ${one.field}`;
    found[name] ??= [];
    found[name].push(pick(one));
  }
  return found;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
