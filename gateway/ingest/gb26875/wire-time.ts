/**
 * A time of six bytes (s, min, h, day, month, two-digit year) as a date and time without zone: it carries none. What
 * does not make sense is kept as it is, so that the reading is marked instead of refused. The century is this one.
 */
export function readWireTime(bytes: Uint8Array): string {
  const [second, minute, hour, day, month, year] = [...bytes].map((part) => String(part).padStart(2, "0"));
  return `20${year}-${month}-${day}T${hour}:${minute}:${second}`;
}

/** The six bytes of a moment in a zone like `+08:00`. */
export function writeWireTime(at: number, zone: string): Buffer {
  const local = new Date(at + offsetMs(zone));
  return Buffer.from([
    local.getUTCSeconds(),
    local.getUTCMinutes(),
    local.getUTCHours(),
    local.getUTCDate(),
    local.getUTCMonth() + 1,
    local.getUTCFullYear() % 100,
  ]);
}

function offsetMs(zone: string): number {
  const sign = zone.startsWith("-") ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))) * 60_000;
}
