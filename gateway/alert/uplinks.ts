import type { Affected, KnownDevice } from "../types.ts";
import { intervalOf } from "./interval.ts";
import type { QuietSettings } from "./settings.ts";
import { isFolded, type Watched } from "./watched.ts";

/** A place in the topology on which devices hang; what stands there may not be watched, or be unknown. */
export interface Uplink {
  readonly site: string;
  readonly id: string;
  /** What stands there. */
  device: Watched | undefined;
  /** What hangs on it directly. */
  readonly below: Set<Watched>;
  /** How many of those talk. */
  alive: number;
  /** Those that went quiet lately and still are, by when, the first first. */
  readonly recent: Map<Watched, number>;
  /** Those whose alert waits. */
  readonly waiting: Set<Watched>;
  /** Devices at any depth whose alerts stand under the one of the device there. */
  readonly covers: Set<Watched>;
  /** The most devices that its alert stood for, when that was raised because of them; 0 otherwise. */
  folded: number;
}

/** Longest way that is followed up; the registry allows no longer one. */
export const maxDepth = 16;
/** Names of cut-off devices that a message has. */
const someNames = 3;

/** Who hangs on whom, and how many of them went quiet. Costs one comparison for a device that hangs on nothing. */
export interface Uplinks {
  /** Puts a device where its registration says. Returns the place that it left, if any. */
  place(watched: Watched): Uplink | undefined;
  /** Takes a device out. */
  remove(watched: Watched): void;
  /** It talks. */
  rose(watched: Watched): void;
  /** It went quiet; again and again is the same. */
  fell(watched: Watched, at: number): void;
  /** Whether so many went quiet together that it must be the device they hang on. */
  isFolding(uplink: Uplink, at: number): boolean;
  /** The nearest device above that is down and explains the silence; `isDown` says which are. */
  downAbove(watched: Watched, isDown: (device: Watched) => boolean): Watched | undefined;
  /** Every device above, nearest first. */
  above(watched: Watched): Iterable<Watched>;
  /** Those at any depth below whose alert waits. */
  waitingBelow(watched: Watched): Iterable<Watched>;
  /** What is cut off with a device. */
  affected(watched: Watched, now: number): Affected | undefined;
}

/** Makes an empty topology. It is bounded by the devices. */
export function createUplinks(
  settings: Pick<QuietSettings, "foldShare" | "foldLeast" | "foldWindowMs">,
): Uplinks {
  const places = new Map<string, Uplink>();
  const devices = new Map<string, Watched>();

  function at(site: string, id: string): Uplink {
    const name = `${site}/${id}`;
    const found = places.get(name);
    if (found !== undefined) return found;
    const device = devices.get(name);
    const made: Uplink = {
      ...{ site, id, device, alive: 0, folded: 0 },
      ...{ below: new Set(), recent: new Map(), waiting: new Set(), covers: new Set() },
    };
    if (device !== undefined) device.carries = made;
    places.set(name, made);
    return made;
  }

  function tidy(uplink: Uplink): void {
    const { site, id, device, below } = uplink;
    if (below.size > 0) return;
    if (device !== undefined) device.carries = undefined;
    places.delete(`${site}/${id}`);
  }

  function leave(watched: Watched): void {
    const { hangsOn } = watched;
    if (hangsOn === undefined) return;
    hangsOn.below.delete(watched);
    hangsOn.recent.delete(watched);
    hangsOn.waiting.delete(watched);
    if (watched.isAlive) hangsOn.alive--;
    watched.hangsOn = undefined;
    tidy(hangsOn);
  }

  function* above(watched: Watched): Iterable<Watched> {
    let uplink = watched.hangsOn;
    for (let depth = 0; uplink?.device !== undefined && depth < maxDepth; depth++) {
      yield uplink.device;
      uplink = uplink.device.hangsOn;
    }
  }

  function* below(watched: Watched, depth = 0): Iterable<Watched> {
    if (watched.carries === undefined || depth >= maxDepth) return;
    for (const one of watched.carries.below) {
      yield one;
      yield* below(one, depth + 1);
    }
  }

  function* waitingBelow(watched: Watched, depth = 0): Iterable<Watched> {
    if (watched.carries === undefined || depth >= maxDepth) return;
    yield* watched.carries.waiting;
    for (const one of watched.carries.below) yield* waitingBelow(one, depth + 1);
  }

  return {
    place(watched) {
      const { site, id, parent } = watched.known;
      const name = `${site}/${id}`;
      devices.set(name, watched);
      // What hangs on it may have been there before it.
      watched.carries = places.get(name);
      if (watched.carries !== undefined) watched.carries.device = watched;
      const before = watched.hangsOn;
      if (before?.id === parent) return undefined;
      leave(watched);
      if (parent === undefined) return before;
      const uplink = at(site, parent);
      uplink.below.add(watched);
      if (watched.isAlive) uplink.alive++;
      watched.hangsOn = uplink;
      return before;
    },
    remove(watched) {
      leave(watched);
      devices.delete(`${watched.known.site}/${watched.known.id}`);
      if (watched.carries !== undefined) watched.carries.device = undefined;
    },
    rose(watched) {
      const { hangsOn } = watched;
      hangsOn?.recent.delete(watched);
      if (watched.isAlive) return;
      watched.isAlive = true;
      if (hangsOn !== undefined) hangsOn.alive++;
    },
    fell(watched, when) {
      if (!watched.isAlive) return;
      watched.isAlive = false;
      const { hangsOn } = watched;
      if (hangsOn === undefined) return;
      hangsOn.alive--;
      hangsOn.recent.set(watched, when);
    },
    isFolding({ recent, alive }, now) {
      for (const [watched, when] of recent) {
        if (when > now - settings.foldWindowMs) break;
        recent.delete(watched);
      }
      const { size } = recent;
      return size >= settings.foldLeast && size >= settings.foldShare * (size + alive);
    },
    downAbove(watched, isDown) {
      let newest = watched.base;
      let isWayAlive = false;
      for (const device of above(watched)) {
        // What talks although something above it is down does not need it.
        const isElsewhere = isFolded(device) ? isWayAlive : newest > device.downAt;
        if (isDown(device) && !isElsewhere) return device;
        newest = Math.max(newest, device.base);
        isWayAlive ||= device.isAlive;
      }
      return undefined;
    },
    above,
    waitingBelow,
    affected(watched, now) {
      const names: string[] = [];
      let count = 0;
      for (const one of below(watched)) {
        if (!isCutOff(one, watched, now)) continue;
        count++;
        if (names.length < someNames) names.push(nameOf(one.known));
      }
      return count === 0 ? undefined : { count, names };
    },
  };
}

/** Quiet itself, or not heard since the connection above was lost, or overdue. One that was never heard may not be installed. */
function isCutOff({ known, gaps, base, isAlive }: Watched, { lost, downAt }: Watched, now: number): boolean {
  if (base === 0) return false;
  if (!isAlive) return true;
  return lost === undefined ? now - base > intervalOf(known, gaps) : base <= downAt;
}

function nameOf({ name, id }: KnownDevice): string {
  return name === "" ? id : name;
}
