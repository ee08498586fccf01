import type { LocationQuery, LocationQueryRaw } from "vue-router";

/** How far back a chart looks; `own` is what a person chose. */
export const ranges = ["1h", "24h", "7d", "30d", "1y", "own"] as const;
export type RangeName = (typeof ranges)[number];

/** A chosen range, as it stands in the address. Begin and end are `YYYY-MM-DDTHH:MM` in the browser's zone; an empty end is now. */
export interface ChosenRange {
  readonly name: RangeName;
  readonly from: string;
  readonly to: string;
}

const hourMs = 3_600_000;
const lengths: Readonly<Record<Exclude<RangeName, "own">, number>> = {
  "1h": hourMs,
  "24h": 24 * hourMs,
  "7d": 7 * 24 * hourMs,
  "30d": 30 * 24 * hourMs,
  "1y": 365 * 24 * hourMs,
};

/** Reads the range out of an address; 24 hours when it says none, or days that are none. */
export function readRange(query: LocationQuery): ChosenRange {
  const name = ranges.find((one) => one === query.range) ?? "24h";
  const minute = (given: unknown) =>
    typeof given === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(given) && !Number.isNaN(Date.parse(given))
      ? given
      : "";
  return { name, from: minute(query.from), to: minute(query.to) };
}

/** The range as it stands in the address. */
export function writeRange({ name, from, to }: ChosenRange): LocationQueryRaw {
  if (name !== "own") return name === "24h" ? {} : { range: name };
  return { range: name, ...(from === "" ? {} : { from }), ...(to === "" ? {} : { to }) };
}

/** Begin and end in epoch ms; undefined while a chosen range has no begin, or ends before it. */
export function boundsOf(
  { name, from, to }: ChosenRange,
  now: number,
): { from: number; to: number } | undefined {
  if (name !== "own") return { from: now - lengths[name], to: now };
  if (from === "") return undefined;
  const begin = Date.parse(from);
  const end = to === "" ? now : Math.min(Date.parse(to), now);
  return end > begin ? { from: begin, to: end } : undefined;
}

/** An own range from two moments in epoch ms, widened to whole minutes. */
export function ownRange({ from, to }: { readonly from: number; readonly to: number }): ChosenRange {
  return { name: "own", from: minuteOf(from), to: minuteOf(Math.ceil(to / minuteMs) * minuteMs) };
}

const minuteMs = 60_000;

function minuteOf(at: number): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
