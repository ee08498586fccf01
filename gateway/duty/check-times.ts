import { momentOf } from "../zone.ts";
import type { CheckTimes } from "./contract.ts";
import { refuseField } from "./field-check.ts";

const minute = 60_000;
/** No two checks of the plan are closer together, ms. */
export const apartMs = 30 * minute;
/** Room that each random check needs in its hours, ms: twice the distance, so that every one finds a place whatever was drawn before. */
const roomMs = 2 * apartMs;
const mostPlanned = 24;

/** Checks when a crew is to be asked; throws `invalid-request`. Times are sorted and each is there once. */
export function readCheckTimes({ planned, random }: Omit<CheckTimes, "since">): Omit<CheckTimes, "since"> {
  const times = [...new Set(planned)].sort();
  for (const time of times) minutesOf(time, "checks.planned");
  if (times.length > mostPlanned)
    refuseField("checks.planned", `has ${times.length} times, at most ${mostPlanned} are taken`);
  if (random === undefined) return { planned: times, random };
  const { from, to } = windowOf(random, "2026-01-01", "+00:00");
  if (!Number.isInteger(random.times) || random.times < 1)
    refuseField("checks.random.times", "must be a whole number from 1 up; leave random out for none");
  const room = Math.floor((to - from) / roomMs) - times.length;
  if (random.times > room)
    refuseField(
      "checks.random.times",
      `must be at most ${Math.max(room, 0)}: between ${random.from} and ${random.to} each check, a planned one too, needs an hour of its own`,
    );
  return { planned: times, random };
}

/** The hours of random checks that begin on a date, epoch ms. Those that end before they begin end on the next day. */
export function windowOf(
  { from, to }: NonNullable<CheckTimes["random"]>,
  date: string,
  zone: string,
): { readonly from: number; readonly to: number } {
  const start = minutesOf(from, "checks.random.from");
  const end = minutesOf(to, "checks.random.to");
  const begin = momentOf(date, "00:00", zone);
  return { from: begin + start, to: begin + (end > start ? end : end + 1_440 * minute) };
}

function minutesOf(time: string, path: string): number {
  const at = /^\d{2}:\d{2}$/.test(time) ? momentOf("2026-01-01", time, "+00:00") : Number.NaN;
  if (Number.isNaN(at)) refuseField(path, `must be a time of day such as 08:00, got "${time}"`);
  return at - Date.parse("2026-01-01T00:00:00Z");
}
