const minute = 60_000;
const day = 86_400_000;

/** ms that the local time of a zone such as `+08:00` is ahead of UTC. */
export function zoneOffset(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):(\d{2})$/.exec(zone) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * minute;
}

/** The local date of a moment: `2026-01-15`. */
export function dateOf(at: number, zone: string): string {
  return new Date(at + zoneOffset(zone)).toISOString().slice(0, 10);
}

/** The local time of a moment to the minute: `08:00`. */
export function timeOf(at: number, zone: string): string {
  return new Date(at + zoneOffset(zone)).toISOString().slice(11, 16);
}

/** The moment of a local date and time, epoch ms; `24:00` is the end of the day. NaN for what is none, such as `2026-02-30`. */
export function momentOf(date: string, time: string, zone: string): number {
  const start = Date.parse(`${date}T00:00:00Z`);
  const [, hours, minutes] = /^(\d{2}):(\d{2})$/.exec(time) ?? [];
  const at = Number(hours) * 60 + Number(minutes);
  const isDate = Number.isFinite(start) && new Date(start).toISOString().slice(0, 10) === date;
  if (!isDate || !(at <= 1_440) || Number(minutes) > 59) return Number.NaN;
  return start + at * minute - zoneOffset(zone);
}

/** The date so many days later. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * day).toISOString().slice(0, 10);
}

/** A local month such as `2026-01`, from its first moment until before the first of the next, epoch ms. */
export function monthOf(month: string, zone: string): { readonly from: number; readonly to: number } {
  const [year = 0, number = 0] = month.split("-").map(Number);
  const next = new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 10);
  return { from: momentOf(`${month}-01`, "00:00", zone), to: momentOf(next, "00:00", zone) };
}

/** A time as people read it where the gateway stands: `2026-01-15 16:00:00`. */
export function localTime(at: number, zone: string): string {
  return new Date(at + zoneOffset(zone)).toISOString().slice(0, 19).replace("T", " ");
}

/** What a page or message calls the zone of its times: `UTC+08:00`; plain `UTC` for no offset. */
export function zoneName(zone: string): string {
  return zoneOffset(zone) === 0 ? "UTC" : `UTC${zone}`;
}
