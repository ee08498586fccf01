import type { DeviceSeriesAnswer } from "../../../../gateway/api/contract.ts";
import type { Text } from "../../i18n/language.ts";

/** A time in which a state held, epoch ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly value: string | boolean;
}

/** A state or yes-or-no of a device over time. */
export interface Band {
  readonly field: string;
  readonly title: Text;
  readonly spans: readonly Span[];
}

type Series = DeviceSeriesAnswer["series"][number];

/** Longest time that a state is believed without a word from the device, in its intervals; after it nothing is known. */
const believedIntervals = 2.2;
/** A device that tells changes only is believed at least so long, ms. */
const believedMs = 86_400_000;

/** States and booleans as spans from the beginning of the range to its end, or to now if that is earlier. */
export function bandsOf(
  answer: Pick<DeviceSeriesAnswer, "series" | "times" | "from" | "to">,
  now: number,
): Band[] {
  const from = Date.parse(answer.from);
  const to = Math.min(Date.parse(answer.to), now);
  return answer.series
    .filter(({ type }) => type === "state" || type === "boolean")
    .map((series) => ({
      ...{ field: series.field, title: series.title },
      spans: spansOf(changesOf(series, answer.times, from), {
        from,
        to,
        believed: Math.max(believedIntervals * series.intervalMs, believedMs),
      }),
    }))
    .filter(({ spans }) => spans.length > 0);
}

interface Told {
  readonly at: number;
  readonly value: string | boolean;
}

function changesOf(series: Series, times: readonly string[] | null, from: number): Told[] {
  const moments = times ?? series.times ?? [];
  const values = (times === null ? series.values : series.last) ?? [];
  const told = moments.flatMap((time, index) => {
    const value = values[index];
    return typeof value === "string" || typeof value === "boolean"
      ? [{ at: Math.max(Date.parse(time), from), value }]
      : [];
  });
  const before = series.before?.value;
  return typeof before === "string" || typeof before === "boolean"
    ? [{ at: from, value: before }, ...told]
    : told;
}

function spansOf(
  told: readonly Told[],
  { from, to, believed }: { from: number; to: number; believed: number },
): Span[] {
  const spans: Span[] = [];
  for (const [index, { at, value }] of told.entries()) {
    if (at >= to) break;
    const until = Math.min(told[index + 1]?.at ?? to, at + believed, to);
    const last = spans.at(-1);
    if (last !== undefined && last.value === value && last.to >= at) {
      spans[spans.length - 1] = { ...last, to: Math.max(last.to, until) };
    } else if (until > Math.max(at, from)) spans.push({ from: at, to: until, value });
  }
  return spans;
}
