import type { DeviceSeriesAnswer } from "../../../../gateway/api/contract.ts";
import type { Text } from "../../i18n/language.ts";

/** One line of a chart; `undefined` stands where the line goes on without a point, `null` where it is broken. */
export interface PanelLine {
  readonly field: string;
  readonly title: Text;
  readonly unit: string | null;
  readonly values: readonly (number | null | undefined)[];
  /** Least and greatest value in each step, where values were folded. */
  readonly low?: readonly (number | null | undefined)[];
  readonly high?: readonly (number | null | undefined)[];
}

/** Lines of one unit, which share an axis. */
export interface Panel {
  readonly unit: string | null;
  /** Epoch ms, ascending. */
  readonly times: readonly number[];
  readonly lines: readonly PanelLine[];
}

type Series = DeviceSeriesAnswer["series"][number];

/** Silence longer than so many intervals is a gap: one lost message is forgiven. */
const gapIntervals = 2.2;
/** Silence longer than so many steps is a gap, where steps are longer than the interval. */
const gapSteps = 1.5;

/** Charts of the numbers, one for each unit, in the order in which the fields come. */
export function panelsOf({
  series,
  times,
  stepMs,
}: Pick<DeviceSeriesAnswer, "series" | "times" | "stepMs">): Panel[] {
  const numbers = series.filter(({ type }) => type === "number");
  const grid = times?.map((time) => Date.parse(time));
  return [...Map.groupBy(numbers, ({ unit }) => unit)].map(([unit, found]) => {
    const own = found.map((one) => withGaps(pointsOf(one, grid), longestOf(one, stepMs)));
    const all = [...new Set(own.flatMap((points) => points.map(({ at }) => at)))].sort((a, b) => a - b);
    const lines = found.map((one, index) => lineOf(one, own[index] as Point[], all, stepMs !== null));
    return { unit, times: all, lines };
  });
}

/** A moment of a line; without values the line is broken there. */
interface Point {
  readonly at: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

function pointsOf(series: Series, grid: readonly number[] | undefined): Point[] {
  if (grid === undefined) {
    return (series.times ?? []).flatMap((time, index) => {
      const value = series.values?.[index];
      return typeof value === "number" ? [{ at: Date.parse(time), value, low: value, high: value }] : [];
    });
  }
  return grid.flatMap((at, index) => {
    const value = series.mean?.[index];
    return value == null
      ? []
      : [{ at, value, low: series.min?.[index] ?? value, high: series.max?.[index] ?? value }];
  });
}

function longestOf({ intervalMs }: Series, stepMs: number | null): number {
  return Math.max(gapIntervals * intervalMs, gapSteps * (stepMs ?? 0));
}

/** A silence that is too long breaks the line between its two points. */
function withGaps(points: readonly Point[], longest: number): Point[] {
  return points.flatMap((point, index) => {
    const next = points[index + 1];
    return next === undefined || next.at - point.at <= longest
      ? [point]
      : [point, { at: point.at + longest, value: null, low: null, high: null }];
  });
}

function lineOf(
  { field, title, unit }: Series,
  points: readonly Point[],
  all: readonly number[],
  isFolded: boolean,
): PanelLine {
  const byTime = new Map(points.map((point) => [point.at, point]));
  const found = all.map((at) => byTime.get(at));
  return {
    ...{ field, title, unit, values: found.map((point) => point?.value) },
    ...(isFolded ? { low: found.map((point) => point?.low), high: found.map((point) => point?.high) } : {}),
  };
}
