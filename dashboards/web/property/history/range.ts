import type { LocationQuery, LocationQueryRaw } from "vue-router";

/** How far back a chart looks; `own` is two days that a person chose. */
export const ranges = ["1h", "24h", "7d", "30d", "1y", "own"] as const;
export type RangeName = (typeof ranges)[number];

/** A chosen range, as it stands in the address. Days are `YYYY-MM-DD` in the browser's zone, both included. */
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
  const day = (given: unknown) =>
    typeof given === "string" && /^\d{4}-\d\d-\d\d$/.test(given) && !Number.isNaN(Date.parse(given))
      ? given
      : "";
  return { name, from: day(query.from), to: day(query.to) };
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
  const begin = new Date(`${from}T00:00:00`).getTime();
  const end = to === "" ? now : Math.min(nextDay(to), now);
  return end > begin ? { from: begin, to: end } : undefined;
}

/** The moment at which the day after begins; days of 23 and 25 hours exist. */
function nextDay(day: string): number {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + 1);
  return date.getTime();
}
