import type { KnownDevice, Presence } from "../types.ts";
import type { Timed } from "./due-queue.ts";
import { createGaps, deadlineOf, type Gaps, intervalOf, noteGap, shareOf } from "./interval.ts";
import type { QuietSettings } from "./settings.ts";
import type { Uplink } from "./uplinks.ts";

/** When and why a device is gone. */
export interface Gone {
  at: number;
  readonly reason: Presence["reason"];
}

/** What the watch knows of one device. */
export interface Watched extends Timed {
  known: KnownDevice;
  /** Silence counts from here, epoch ms; 0 before the first sign of life. */
  base: number;
  /** A connection moved `base` since the last message; only the first one may, or a crash loop would look alive. */
  isExtended: boolean;
  online: boolean | undefined;
  /** Open connections that are known of. */
  connections: number;
  /** How and when it was lost; undefined while nothing speaks against it. */
  lost: Gone | undefined;
  /** Called gone already: when to look again, epoch ms; 0 otherwise. */
  againAt: number;
  /** Online, not lost and without an alert: a message changes nothing but `base`. */
  isFine: boolean;
  /** The place in the topology that it hangs on, and the one that hangs on it. */
  hangsOn: Uplink | undefined;
  carries: Uplink | undefined;
  /** Talks as far as is known: counted so by what it hangs on. */
  isAlive: boolean;
  /** When it went down, epoch ms; of no meaning while it is up. */
  downAt: number;
  /** Its alert waits since then for what it hangs on to be found dead, epoch ms; 0: it does not wait. */
  waitsSince: number;
  /** Its alert stands under that of this place. */
  under: Uplink | undefined;
  /** When it must have come back after what it hangs on did, epoch ms; Infinity otherwise. */
  releaseAt: number;
  readonly gaps: Gaps | undefined;
  /** Its own part of the jitter, from 0 to 1. */
  readonly share: number;
}

/** A device that nothing is known of. */
export function createWatched(known: KnownDevice, settings: QuietSettings): Watched {
  return {
    known,
    base: 0,
    isExtended: false,
    online: undefined,
    connections: 0,
    lost: undefined,
    againAt: 0,
    isFine: false,
    hangsOn: undefined,
    carries: undefined,
    isAlive: false,
    downAt: 0,
    waitsSince: 0,
    under: undefined,
    releaseAt: Number.POSITIVE_INFINITY,
    gaps: settings.interval === "learned" ? createGaps() : undefined,
    share: shareOf(known.device),
    due: Number.POSITIVE_INFINITY,
    slot: -1,
  };
}

/** Notes a message. */
export function heardAt(watched: Watched, at: number, settings: QuietSettings): void {
  watched.base = at;
  watched.isExtended = false;
  if (watched.gaps !== undefined) noteGap(watched.gaps, at, settings);
}

/** When and why it is to be called gone, as far as is known now. `floor` is the start of the gateway, or when it woke up. */
export function goneAt(
  watched: Watched,
  { floor, settings }: { floor: number; settings: QuietSettings },
): Gone {
  const { known, gaps, share, lost, base, againAt } = watched;
  // Never heard since it was registered: it may not even be installed.
  if (base === 0) return { at: Number.POSITIVE_INFINITY, reason: "silent" };
  const deadline = deadlineOf(known, { gaps, share, settings });
  const silentAt = base < floor ? floor + Math.max(deadline, settings.graceMs) : base + deadline;
  const lostAt = lost === undefined ? Number.POSITIVE_INFINITY : lostUntil(watched, lost, floor, settings);
  const gone: Gone =
    lostAt <= silentAt ? { at: lostAt, reason: lost!.reason } : { at: silentAt, reason: "silent" };
  return againAt > gone.at ? { ...gone, at: againAt } : gone;
}

function lostUntil(watched: Watched, { at }: Gone, floor: number, settings: QuietSettings): number {
  return isLost(watched, settings) ? Math.max(at, floor) + settings.lostHoldMs : Number.POSITIVE_INFINITY;
}

/** Whether a lost connection says that the device is gone. */
export function isLost({ known, gaps, lost }: Watched, settings: QuietSettings): boolean {
  // A device that sleeps for hours hangs up after each message; its will is something else.
  return (
    lost !== undefined && (lost.reason === "will" || intervalOf(known, gaps) <= settings.sleepyIntervalMs)
  );
}

/** Whether a device has an alert because of what hangs on it, and not because it is quiet itself. */
export function isFolded({ carries }: Watched): boolean {
  return carries !== undefined && carries.folded > 0;
}
