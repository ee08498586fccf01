/** A time as people read it where the gateway stands: `2026-01-15 16:00:00`. `at` is epoch ms, `zone` an offset such as `+08:00`. */
export function localTime(at: number, zone: string): string {
  return new Date(at + offsetMs(zone)).toISOString().slice(0, 19).replace("T", " ");
}

/** What a page or message calls the zone of its times: `UTC+08:00`; plain `UTC` for no offset. */
export function zoneName(zone: string): string {
  return offsetMs(zone) === 0 ? "UTC" : `UTC${zone}`;
}

function offsetMs(zone: string): number {
  const [hours = "", minutes = ""] = zone.slice(1).split(":");
  const size = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return zone.startsWith("-") ? -size : size;
}
