/** A day of the roster in the browser's zone: its date, and from when until before when it lasts, epoch ms. */
export interface Day {
  readonly date: string;
  readonly from: number;
  readonly to: number;
}

/** The date of a moment: `2026-11-23`. */
export function dateOf(at: number): string {
  const day = new Date(at);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** Time of day of a moment, to the minute: `08:00`. */
export function clockOf(at: number): string {
  const day = new Date(at);
  return `${String(day.getHours()).padStart(2, "0")}:${String(day.getMinutes()).padStart(2, "0")}`;
}

/** The moment of a date and a time of day, epoch ms; NaN for what is none. */
export function momentOf(date: string, time: string): number {
  return Date.parse(`${date}T${time}`);
}

/** The date so many days later. */
export function addDays(date: string, days: number): string {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  return dateOf(new Date(year, month - 1, day + days).getTime());
}

/** The Monday of the week that an address names by any of its days; the present week where it names none. */
export function readWeek(given: string, now: number): string {
  const isDate = /^\d{4}-\d\d-\d\d$/.test(given) && Number.isFinite(Date.parse(given));
  const date = isDate ? given : dateOf(now);
  const weekday = new Date(`${date}T12:00`).getDay();
  return addDays(date, -((weekday + 6) % 7));
}

/** The seven days of a week that begins on a date. */
export function daysOf(monday: string): readonly Day[] {
  return Array.from({ length: 7 }, (_, index) => {
    const date = addDays(monday, index);
    return { date, from: momentOf(date, "00:00"), to: momentOf(addDays(date, 1), "00:00") };
  });
}

/** Day and hours of a shift as they are typed. `moreDays`: days that it lasts beyond the first midnight it meets. */
export interface Hours {
  readonly date: string;
  readonly from: string;
  readonly to: string;
  readonly moreDays?: number;
}

/**
 * From when until before when a shift lasts, epoch ms; an end that is not after its beginning is on the next day. Undefined while
 * something is missing.
 */
export function spanOf({ date, from, to, moreDays = 0 }: Hours): { from: number; to: number } | undefined {
  const begin = momentOf(date, from);
  const sameDay = momentOf(date, to);
  if (!Number.isFinite(begin) || !Number.isFinite(sameDay)) return undefined;
  return { from: begin, to: momentOf(addDays(date, moreDays + (sameDay > begin ? 0 : 1)), to) };
}

/** A shift as it is typed. */
export function hoursOf(from: number, to: number): Required<Hours> {
  const typed = { date: dateOf(from), from: clockOf(from), to: clockOf(to) };
  const shortest = spanOf(typed)?.to ?? to;
  return { ...typed, moreDays: Math.round((to - shortest) / 86_400_000) };
}
