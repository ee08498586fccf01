/** A device time as it was understood. */
export interface DeviceTime {
  /** Epoch ms; the receive time when the device sent none or an unreadable one. */
  readonly ts: number;
  /** Name of what had to be done to read it; undefined for epoch ms. */
  readonly coercion: string | undefined;
  /** The device sent a time that could be read. */
  readonly isOwn: boolean;
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
  if (value === undefined) return { ts: at, coercion: undefined, isOwn: false };
  if (typeof value === "number") return fromNumber(value, at);
  const text = typeof value === "string" ? value.trim() : value;
  if (text === null || text === "" || text === "null")
    return { ts: at, coercion: "time-missing", isOwn: false };
  if (typeof text !== "string") return unreadable(at);
  if (/^\d+(\.\d+)?$/.test(text)) {
    const time = fromNumber(Number(text), at);
    return { ...time, coercion: time.coercion ?? "time-from-text" };
  }
  const parts = dateTime.exec(text);
  if (parts === null) return unreadable(at);
  const ts = Date.parse(`${parts[1]}T${parts[2]}${parts[3]?.toUpperCase() ?? zone}`);
  if (Number.isNaN(ts)) return unreadable(at);
  return own(ts, parts[3] === undefined ? "time-without-zone" : "time-from-rfc3339");
}

function fromNumber(value: number, at: number): DeviceTime {
  if (value >= milliseconds[0] && value < milliseconds[1]) {
    return Number.isInteger(value) ? own(value, undefined) : own(Math.round(value), "time-rounded");
  }
  if (value >= seconds[0] && value < seconds[1]) return own(Math.round(value * 1000), "time-from-seconds");
  if (value >= microseconds[0] && value < microseconds[1]) {
    return own(Math.round(value / 1000), "time-from-microseconds");
  }
  if (value >= nanoseconds[0] && value < nanoseconds[1]) {
    return own(Math.round(value / 1_000_000), "time-from-nanoseconds");
  }
  return unreadable(at);
}

function own(ts: number, coercion: string | undefined): DeviceTime {
  return { ts, coercion, isOwn: true };
}

function unreadable(at: number): DeviceTime {
  return { ts: at, coercion: "time-unreadable", isOwn: false };
}
