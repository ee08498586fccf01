import type { KnownDevice } from "../../types.ts";
import type { DeviceFigures } from "./contract.ts";
import type { Gaps } from "./gaps.ts";
import type { Outage, Track } from "./track.ts";
import type { DayTally } from "./waiting.ts";

/** All that is known of one device in a time. */
export interface Known {
  readonly device: KnownDevice;
  /** Undefined for one that never came. */
  readonly track: Track | undefined;
  /** Its outages of single days within the time. */
  readonly days: DayTally | undefined;
  /** Its outages over midnight that touch the time. */
  readonly outages: readonly Outage[];
  /** When the one began that has not ended; undefined when it is there, or asleep. */
  readonly goneSince: number | undefined;
}

/** The time that is asked for, and what nobody knows of it. */
export interface Asked {
  readonly from: number;
  readonly until: number;
  readonly keptFrom: number;
  readonly gaps: Pick<Gaps, "within">;
}

/** Counts one device. */
export function figuresOf({ device, track, days, outages, goneSince }: Known, asked: Asked): DeviceFigures {
  const { until, keptFrom, gaps } = asked;
  const from = Math.min(Math.max(asked.from, device.createdAt), until);
  const knownFrom = Math.min(Math.max(from, track?.knownSince ?? until, keptFrom), until);
  const unknownMs = knownFrom - from + gaps.within(knownFrom, until);
  const knownMs = until - from - unknownMs;
  let offlineMs = days?.offlineMs ?? 0;
  let count = days?.outages ?? 0;
  let longestMs = days?.longestMs ?? 0;
  const open = goneSince === undefined || goneSince >= until ? [] : [{ from: goneSince, until }];
  for (const outage of [...outages, ...open]) {
    const end = Math.min(outage.until, until);
    offlineMs += spanOf({ from: Math.max(outage.from, knownFrom), until: end }, gaps);
    longestMs = Math.max(longestMs, spanOf({ from: Math.max(outage.from, keptFrom), until: end }, gaps));
    count += 1;
  }
  // Days of another time zone, or a clock that was set back, may lie over the edge.
  offlineMs = Math.min(offlineMs, knownMs);
  return {
    ...{ device, offlineMs, unknownMs, longestMs, knownSince: track?.knownSince },
    onlineMs: knownMs - offlineMs,
    outages: count,
  };
}

/** How much of an outage is known to be one, ms. */
export function spanOf({ from, until }: Outage, gaps: Pick<Gaps, "within">): number {
  return Math.max(0, until - from) - gaps.within(from, until);
}
