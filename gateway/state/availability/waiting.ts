import type { DeviceName } from "../../types.ts";
import type { Outage } from "./track.ts";

/** The outages of one device on one local day. */
export interface DayTally {
  readonly offlineMs: number;
  readonly outages: number;
  readonly longestMs: number;
}

/** Outages of one device that are not in the tables yet. */
export interface Waiting {
  /** By local day. */
  readonly days: Map<number, DayTally>;
  /** Those over midnight. */
  readonly outages: Outage[];
}

/** The outages that wait to be written. */
export interface WaitingOutages {
  of(device: DeviceName): Waiting | undefined;
  /** How many rows they will be. */
  count(): number;
  addDay(device: DeviceName, day: number, tally: DayTally): void;
  addOutage(device: DeviceName, outage: Outage): void;
  remove(device: DeviceName): void;
}

/** Nothing waits. */
export function createWaiting(): WaitingOutages {
  const byDevice = new Map<DeviceName, Waiting>();
  let count = 0;

  function own(device: DeviceName): Waiting {
    const waiting = byDevice.get(device) ?? { days: new Map<number, DayTally>(), outages: [] };
    byDevice.set(device, waiting);
    return waiting;
  }

  return {
    of: (device) => byDevice.get(device),
    count: () => count,
    addDay(device, day, tally) {
      const { days } = own(device);
      if (!days.has(day)) count += 1;
      days.set(day, addTallies(days.get(day), tally));
    },
    addOutage(device, outage) {
      own(device).outages.push(outage);
      count += 1;
    },
    remove(device) {
      const waiting = byDevice.get(device);
      if (waiting === undefined) return;
      count -= waiting.days.size + waiting.outages.length;
      byDevice.delete(device);
    },
  };
}

/** Adds two tallies of the same device. */
export function addTallies(a: DayTally | undefined, b: DayTally): DayTally {
  if (a === undefined) return b;
  return {
    offlineMs: a.offlineMs + b.offlineMs,
    outages: a.outages + b.outages,
    longestMs: Math.max(a.longestMs, b.longestMs),
  };
}
