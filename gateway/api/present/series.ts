import type { RangeAnswer, RawSeries, SteppedSeries } from "../../series/contract.ts";
import type { KnownDevice, Quality } from "../../types.ts";
import type { SeriesAnswer } from "../contract.ts";
import { iso } from "../schemas/shared.ts";

/** What a chart is made of: the store's answer with the words of the kinds, and every step of the range. */
export function presentSeries(
  answer: RangeAnswer,
  about: {
    from: number;
    to: number;
    devices: readonly KnownDevice[];
    /** Columns that are wanted; all when undefined. */
    agg?: readonly string[] | undefined;
  },
): SeriesAnswer {
  const { stepMs, level, raw, stepped, before } = answer;
  const devices = new Map(about.devices.map((known) => [known.device, known]));
  const grid = stepMs === undefined ? [] : gridOf(about.from, about.to, stepMs);
  const first = new Map(before.map((last) => [`${last.device} ${last.field}`, last]));
  const isWanted = (column: string) => about.agg === undefined || about.agg.includes(column);

  function head({ device, field, type }: Pick<RawSeries, "device" | "field" | "type">) {
    const known = devices.get(device);
    const facts = known?.definition.fields[field];
    const held = first.get(`${device} ${field}`);
    return {
      ...{ device, field, type },
      title: facts?.title ?? { zh: field, en: field },
      unit: facts?.unit ?? null,
      intervalMs: known?.intervalMs ?? known?.definition.intervalMs ?? 0,
      before: held === undefined ? null : { value: held.value, time: iso(held.time), quality: held.quality },
    };
  }

  /** A device that said nothing in the range still has what held at its beginning. */
  function silent() {
    const spoken = new Set([...raw, ...stepped].map(({ device, field }) => `${device} ${field}`));
    return before
      .filter(({ device, field }) => !spoken.has(`${device} ${field}`))
      .map(({ device, field, value }) => ({
        ...head({
          device,
          field,
          type: typeof value === "string" ? "state" : (typeof value as "number" | "boolean"),
        }),
        ...(stepMs === undefined
          ? { times: [], values: [], quality: [] }
          : { quality: grid.map(() => null) }),
      }));
  }

  return {
    from: iso(about.from),
    to: iso(about.to),
    stepMs: stepMs ?? null,
    level,
    times: stepMs === undefined ? null : grid.map(iso),
    series: [
      ...raw.map((one) => ({
        ...head(one),
        times: one.times.map(iso),
        values: [...one.values],
        quality: [...one.quality],
      })),
      ...stepped.map((one) => ({ ...head(one), ...columns(one, grid, isWanted) })),
      ...silent(),
    ],
  };
}

/** Begin of every step that touches the range. */
function gridOf(from: number, to: number, stepMs: number): number[] {
  const grid: number[] = [];
  for (let time = from - (from % stepMs); time < to; time += stepMs) grid.push(time);
  return grid;
}

function columns(series: SteppedSeries, grid: readonly number[], isWanted: (column: string) => boolean) {
  const { times, type, suspect, count, mean, min, max, last, states } = series;
  const places = new Map(times.map((time, index) => [time, index]));
  const spread = <T, E>(values: readonly T[], empty: E): (T | E)[] =>
    grid.map((time) => {
      const index = places.get(time);
      return index === undefined ? empty : values[index]!;
    });
  const values: readonly (number | string | boolean)[] = type === "boolean" ? last.map(Boolean) : last;
  return {
    quality: spread(
      suspect.map((doubtful): Quality => (doubtful > 0 ? "suspect" : "good")),
      null,
    ),
    ...(mean && isWanted("mean") && { mean: spread(mean, null) }),
    ...(min && isWanted("min") && { min: spread(min, null) }),
    ...(max && isWanted("max") && { max: spread(max, null) }),
    ...(isWanted("last") && { last: spread(values, null) }),
    ...(isWanted("count") && { count: spread(count, 0) }),
    ...(states && {
      states: Object.fromEntries(
        Object.entries(states).map(([state, counts]) => [state, spread(counts, null)]),
      ),
    }),
  };
}
