/** A device time as it was understood. */
export interface DeviceTime {
  /** Epoch ms; the receive time when the device sent none or an unreadable one. */
  readonly ts: number;
  /** Name of what had to be done to read it; undefined for epoch ms. */
  readonly coercion: string | undefined;
}

// Epoch seconds, milliseconds, microseconds and nanoseconds of the years 2001 to 2286 do not overlap.
const seconds = [1e9, 1e10] as const;
const milliseconds = [1e12, 1e13] as const;
const microseconds = [1e15, 1e16] as const;
const nanoseconds = [1e18, 1e19] as const;

const dateTime = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * Reads a device's `ts`: epoch ms, or with a named coercion epoch s / µs / ns, the same as text, RFC 3339, and a date
 * and time without zone, which is taken to be in `zone` (`+08:00`). Never refuses: a fire with a wrong clock is a fire.
 */
export function readTime(value: unknown, at: number, zone: string): DeviceTime {
  if (value === undefined) return { ts: at, coercion: undefined };
  if (typeof value === "number") return fromNumber(value, at);
  if (typeof value !== "string") return { ts: at, coercion: "time-unreadable" };
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) {
    const time = fromNumber(Number(text), at);
    return { ts: time.ts, coercion: time.coercion ?? "time-from-text" };
  }
  const parts = dateTime.exec(text);
  if (parts === null) return { ts: at, coercion: "time-unreadable" };
  const ts = Date.parse(`${parts[1]}T${parts[2]}${parts[3]?.toUpperCase() ?? zone}`);
  if (Number.isNaN(ts)) return { ts: at, coercion: "time-unreadable" };
  return { ts, coercion: parts[3] === undefined ? "time-without-zone" : "time-from-rfc3339" };
}

function fromNumber(value: number, at: number): DeviceTime {
  if (value >= milliseconds[0] && value < milliseconds[1]) {
    return Number.isInteger(value)
      ? { ts: value, coercion: undefined }
      : { ts: Math.round(value), coercion: "time-rounded" };
  }
  if (value >= seconds[0] && value < seconds[1]) {
    return { ts: Math.round(value * 1000), coercion: "time-from-seconds" };
  }
  if (value >= microseconds[0] && value < microseconds[1]) {
    return { ts: Math.round(value / 1000), coercion: "time-from-microseconds" };
  }
  if (value >= nanoseconds[0] && value < nanoseconds[1]) {
    return { ts: Math.round(value / 1_000_000), coercion: "time-from-nanoseconds" };
  }
  return { ts: at, coercion: "time-unreadable" };
}
