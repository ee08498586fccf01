import type { Presence } from "../../types.ts";

/** A time without a device, epoch ms. */
export interface Outage {
  readonly from: number;
  readonly until: number;
}

/** Where one device stands. */
export interface Track {
  /** Its number in the tables. */
  readonly id: number;
  /** From when it is known whether it is there, epoch ms. */
  readonly knownSince: number;
  isOnline: boolean;
  /** When it came or went last, epoch ms. */
  since: number;
  /** It hung up by itself, as devices do that sleep between messages. */
  maySleep: boolean;
  /** The last record that is in it. */
  sequence: number;
}

/** What a track is told. */
export type Turn = Pick<Presence, "online" | "at" | "reason">;

/** A device that is heard of for the first time. */
export function createTrack(id: number, { online, at, reason }: Turn, sequence: number): Track {
  const maySleep = !online && mayBeSleep(reason);
  return { id, knownSince: at, isOnline: online, since: at, maySleep, sequence };
}

/** Takes that a device came or went; the outage that ended with it. */
export function turn(track: Track, { online, at, reason }: Turn): Outage | undefined {
  if (track.isOnline === online) return undefined;
  const outage = online ? { from: track.since, until: at } : undefined;
  track.isOnline = online;
  // A clock that was set back must not make two outages of one time.
  track.since = Math.max(track.since, at);
  track.maySleep = !online && mayBeSleep(reason);
  return outage;
}

/** A will is no sleep, nor is silence on an open connection. */
function mayBeSleep(reason: Presence["reason"]): boolean {
  return reason === "closed" || reason === "status";
}
