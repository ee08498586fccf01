import type { Values } from "../../devices/kit/kind.ts";
import type { Quality, Reading } from "../types.ts";

/** When a value came and how good it was then. */
export interface Stamp {
  /** Device time, epoch ms. */
  readonly ts: number;
  /** Receive time, epoch ms. */
  readonly at: number;
  readonly quality: Quality;
}

/** The present state of one device: its latest values, each with its time. Plain JSON, saved with the device. */
export interface Twin {
  values: Values;
  /** By field; fields of one reading share one stamp. */
  stamps: Record<string, Stamp>;
  online: boolean | undefined;
  /** Receive time of the last message, epoch ms; 0 before the first. */
  lastAt: number;
  /** Newest device time that could be believed, epoch ms; 0 before the first. */
  newestTs: number;
}

/** Nothing known yet. */
export function createTwin(): Twin {
  return { values: {}, stamps: {}, online: undefined, lastAt: 0, newestTs: 0 };
}

/**
 * Takes over a reading. False when it is late: its device time lies more than `lateAfterMs` before one that was believed
 * already, so it is history and leaves the present as it is. Otherwise the order of arrival counts, so a device with a
 * wrong clock is followed too.
 */
export function applyReading(twin: Twin, reading: Reading, lateAfterMs: number): boolean {
  const { at, ts, quality, values } = reading;
  // The gateway's clock stepped back: what it believed before lies ahead of everything that can come now.
  if (at < twin.lastAt) twin.newestTs = Math.min(twin.newestTs, at);
  twin.lastAt = at;
  if (ts < twin.newestTs - lateAfterMs) return false;
  if (quality === "good" && ts > twin.newestTs) twin.newestTs = ts;
  const stamp: Stamp = { ts, at, quality };
  for (const name in values) {
    twin.values[name] = values[name]!;
    twin.stamps[name] = stamp;
  }
  return true;
}

/** Quality of a value now: what it was when it came, or `offline` / `stale` for its age. Stale is older than 1.5 × interval. */
export function qualityNow(
  stamp: Stamp,
  online: boolean | undefined,
  intervalMs: number,
  lastAt: number,
  now: number,
): Quality {
  if (online === false) return "offline";
  if (stamp.quality === "suspect" || stamp.quality === "simulated") return stamp.quality;
  // A value that is only sent when it changes is as fresh as the device's last message.
  return now - Math.max(stamp.at, lastAt) > 1.5 * intervalMs ? "stale" : stamp.quality;
}
