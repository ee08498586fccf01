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
  /** Receive time of the last reading of the present, epoch ms; 0 before the first. Late ones do not make values fresh. */
  freshAt: number;
  /** Newest device time that could be believed, epoch ms; 0 before the first. */
  newestTs: number;
  /** Late readings that all lie the same time back: a clock that was set back, rather than a backlog. */
  behind?: { offsetMs: number; since: number } | undefined;
}

/** Nothing known yet. */
export function createTwin(): Twin {
  return { values: {}, stamps: {}, online: undefined, lastAt: 0, freshAt: 0, newestTs: 0 };
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
  if (ts < twin.newestTs - lateAfterMs && !isClockBehind(twin, reading)) return false;
  twin.behind = undefined;
  twin.freshAt = at;
  if (quality === "good" && ts > twin.newestTs) twin.newestTs = ts;
  const stamp: Stamp = { ts, at, quality };
  for (const name in values) {
    twin.values[name] = values[name]!;
    twin.stamps[name] = stamp;
  }
  return true;
}

/** How much the distance of late readings may vary and still be one clock, ms. */
const clockJitterMs = 30_000;
/** How long a clock must be behind before it is followed, ms. */
const clockBehindMs = 120_000;

/** A backlog catches up with the present; a clock that was set back stays the same time behind, and is then followed. */
function isClockBehind(twin: Twin, { at, ts }: Reading): boolean {
  const offsetMs = at - ts;
  if (twin.behind === undefined || Math.abs(offsetMs - twin.behind.offsetMs) > clockJitterMs) {
    twin.behind = { offsetMs, since: at };
    return false;
  }
  if (at - twin.behind.since < clockBehindMs) return false;
  twin.newestTs = ts;
  return true;
}

/** Quality of a value now: what it was when it came, or `offline` / `stale` for its age. Stale is older than 1.5 × interval. */
export function qualityNow(
  stamp: Stamp,
  online: boolean | undefined,
  intervalMs: number,
  freshAt: number,
  now: number,
): Quality {
  if (online === false) return "offline";
  if (stamp.quality === "suspect" || stamp.quality === "simulated") return stamp.quality;
  // A value that is only sent when it changes is as fresh as the device's last message of the present.
  return now - Math.max(stamp.at, freshAt) > 1.5 * intervalMs ? "stale" : stamp.quality;
}
