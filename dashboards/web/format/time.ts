import { locale } from "../i18n/language.ts";
import { common } from "../i18n/shared-words.ts";

/** How a moment is shown. */
export type TimeStyle = "time" | "clock" | "day" | "date" | "moment" | "minute";

const styles: Readonly<Record<TimeStyle, Intl.DateTimeFormatOptions>> = {
  time: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
  minute: { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  clock: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  day: { month: "short", day: "numeric" },
  date: { dateStyle: "medium" },
  moment: {
    ...{ year: "numeric", month: "short", day: "numeric" },
    ...{ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
  },
};
// Making a formatter costs a hundred times more than using one.
const formatters = new Map<string, Intl.DateTimeFormat>();

/** A moment (ISO 8601 or epoch ms) in the browser's zone. */
export function formatTime(at: string | number, style: TimeStyle = "moment"): string {
  const key = `${locale.value} ${style}`;
  let formatter = formatters.get(key);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat(locale.value, styles[style]);
    formatters.set(key, formatter);
  }
  return formatter.format(typeof at === "number" ? at : Date.parse(at));
}

const steps = [
  ["second", 1000, 60],
  ["minute", 60_000, 60],
  ["hour", 3_600_000, 24],
  ["day", 86_400_000, 9999],
] as const;
const relative = new Map<string, Intl.RelativeTimeFormat>();

/** How long ago `at` was, in words: `3 min ago`. The future, by clocks that differ a little, is now. */
export function formatAge(at: string | number, now: number): string {
  const ms = now - (typeof at === "number" ? at : Date.parse(at));
  if (ms < 2000) return common("justNow");
  let formatter = relative.get(locale.value);
  if (formatter === undefined) {
    formatter = new Intl.RelativeTimeFormat(locale.value, { style: "short" });
    relative.set(locale.value, formatter);
  }
  const [unit, length] = steps.find(([, size, most]) => ms < size * most) ?? steps[3];
  return formatter.format(-Math.floor(ms / length), unit);
}

/** A span of time as a watch shows it: `4:07`, `1:02:09`. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (part: number) => String(part).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}
