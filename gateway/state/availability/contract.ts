import type { DeviceName, GatewayGap, KnownDevice, Presence } from "../../types.ts";

/** How long one device could be reached in a time, ms. Online, offline and unknown together are the time since it was registered. */
export interface DeviceFigures {
  readonly device: KnownDevice;
  readonly onlineMs: number;
  readonly offlineMs: number;
  /** The gateway did not run, or had not heard of the device yet. */
  readonly unknownMs: number;
  /** Outages that began in the time, or went on when it began. */
  readonly outages: number;
  /** Of the longest of them, also what lies before the time; without what is unknown of it. */
  readonly longestMs: number;
  /** From when it is known whether the device was there, epoch ms; undefined for one that never came. */
  readonly knownSince: number | undefined;
}

/** The figures of devices in a time. */
export interface AvailabilityReport {
  /** What was counted, epoch ms: whole local days, and of the present one what has passed. */
  readonly from: number;
  readonly until: number;
  /** Before it nothing is kept, epoch ms; 0 while nothing was removed yet. */
  readonly keptFrom: number;
  /** How much of the time the gateway did not run, ms. */
  readonly gapMs: number;
  readonly items: readonly DeviceFigures[];
}

/**
 * When devices could be reached: made from the journal's `presence` and `gap` records, kept in SQLite. What simulated and replayed messages say is
 * no presence, and is not in it.
 */
export interface Availability {
  /** Throws `busy` when too much waits for a database that refuses; nothing of the record is taken then. */
  apply(record: Presence | GatewayGap, sequence: number): void;
  /** The gateway ran at this moment, epoch ms. */
  ran(at: number): void;
  /** To be called at the start and with every tick: the gap that has just ended, which the journal must be told; undefined when there is none. */
  awake(now: number): GatewayGap | undefined;
  /** What is known of a device at the start, when the records did not say it: those before the first of this view. */
  settle(device: DeviceName, isOnline: boolean, sequence: number): void;
  /** Forgets a device that was removed. */
  forget(device: DeviceName): void;
  /** Figures of the local days from `from` until before `to`, both such as `2026-01-15`. */
  report(query: {
    readonly devices: Iterable<KnownDevice>;
    readonly from: string;
    readonly to: string;
  }): AvailabilityReport;
  /** Removes what lies before the local day of a time, at most `limit` rows; how many there were. */
  expire(before: number, limit: number): number;
  /** Writes what waits, of a bounded number of devices. */
  flush(): void;
  /** Up to here the journal is not needed again; Infinity while nothing waits. */
  position(): number;
  /** Writes all that waits. */
  close(): void;
}
