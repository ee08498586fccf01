import type { Change, KnownDevice } from "../types.ts";
import { changeOf } from "./change.ts";
import type { DueQueue } from "./due-queue.ts";
import { deadlineOf } from "./interval.ts";
import type { Phase, Phases } from "./phases.ts";
import type { QuietSettings } from "./settings.ts";
import { maxDepth, type Uplink, type Uplinks } from "./uplinks.ts";
import { isFolded, isLost, type Watched } from "./watched.ts";

/** Which quiet alerts stand under that of a device above, from when on and until when. */
export interface Covers {
  /** The nearest device above that is down and explains the silence. */
  above(watched: Watched): Watched | undefined;
  /** Whether the alert waits for a device above to be found dead; then `againAt` says until when. */
  waits(watched: Watched, at: number): boolean;
  /** The device above that is down by how many of those below went, and is not known to be; it folds from now on. */
  fold(watched: Watched, at: number): Watched | undefined;
  /** A device is found down: whose alert waited for that, waits no longer. */
  wake(watched: Watched, at: number): void;
  /** Its alert stands under that place's, or under none. */
  put(watched: Watched, uplink: Uplink | undefined): void;
  /** It is back. */
  leave(watched: Watched, at: number): void;
  /** The device above is back: what hangs on it must follow within the grace of a start, or is told on its own. */
  lift(watched: Watched, at: number): void;
  /** The same for one device. */
  grace(watched: Watched, at: number): void;
  /** What becomes of it when its moment has come. */
  due(watched: Watched, now: number): readonly Change[];
}

interface CoversParts {
  readonly phases: Phases;
  readonly uplinks: Uplinks;
  readonly queue: DueQueue<Watched>;
  /** When a device is to be looked at. */
  readonly lookAt: (watched: Watched) => number;
  readonly newId: () => string;
  readonly settings: QuietSettings;
}

/**
 * Makes the covers. What hangs on a device that is down is quiet for its sake. As the lower ones are often noticed first, their
 * alerts wait a moment for the device above, which may also be found down by how many of them went.
 */
export function createCovers({ phases, uplinks, queue, lookAt, newId, settings }: CoversParts): Covers {
  /** Whether its alert is raised, or will be in a moment unless it comes back. */
  function isDown(watched: Watched): boolean {
    const phase = phaseOf(watched, phases);
    if (phase?.state === "raised") return true;
    if (watched.online !== false || quietRule(watched.known) === undefined) return false;
    return phase !== undefined || isLost(watched, settings);
  }

  function above(watched: Watched): Watched | undefined {
    const found = watched.hangsOn && uplinks.downAbove(watched, isDown);
    return found === undefined || standsUnder(found, watched) ? undefined : found;
  }

  function put(watched: Watched, uplink: Uplink | undefined): void {
    watched.waitsSince = 0;
    watched.hangsOn?.waiting.delete(watched);
    watched.under?.covers.delete(watched);
    watched.under = uplink;
    watched.releaseAt = Number.POSITIVE_INFINITY;
    if (uplink === undefined) return;
    uplink.covers.add(watched);
    if (uplink.folded > 0) uplink.folded = Math.max(uplink.folded, uplink.covers.size);
  }

  function grace(watched: Watched, at: number): void {
    const { known, gaps, share } = watched;
    watched.releaseAt = at + Math.max(settings.graceMs, deadlineOf(known, { gaps, share, settings }));
    queue.schedule(watched, lookAt(watched));
  }

  /** Most are back: the alert ends, and whoever is still quiet is on his own. */
  function unfold(uplink: Uplink, device: Watched, at: number): Change[] {
    uplink.folded = 0;
    for (const one of uplink.covers) grace(one, at);
    const phase = phaseOf(device, phases);
    if (phase === undefined) return [];
    phases.remove(phase);
    const step = phase.state === "raised" ? "cleared" : "dropped";
    return [changeOf(phase, { id: newId(), step, at })];
  }

  /** The grace is over. */
  function letGo(watched: Watched, at: number): Change[] {
    const uplink = above(watched)?.carries;
    put(watched, uplink);
    const phase = phaseOf(watched, phases);
    if (uplink !== undefined || phase?.state !== "raised") return [];
    return [changeOf(phase, { id: newId(), step: "reminded", at })];
  }

  return {
    above,
    put,
    grace,
    waits(watched, at) {
      const { hangsOn } = watched;
      if (hangsOn === undefined || settings.parentWaitMs === 0) return false;
      if (watched.waitsSince === 0) {
        const couldBe = [...uplinks.above(watched)].some(({ known }) => quietRule(known) !== undefined);
        if (!couldBe) return false;
        watched.waitsSince = at;
      }
      // While others fall beside it, the device above is suspected.
      const isSuspected = hangsOn.recent.size >= settings.foldLeast;
      const wait = isSuspected
        ? Math.max(settings.foldWindowMs, settings.parentWaitMs)
        : settings.parentWaitMs;
      const until = watched.waitsSince + wait;
      if (at >= until) return false;
      watched.againAt = until;
      hangsOn.waiting.add(watched);
      return true;
    },
    fold({ hangsOn }, at) {
      const device = hangsOn?.device;
      if (hangsOn === undefined || device === undefined || quietRule(device.known) === undefined)
        return undefined;
      // A person who has just resolved its alert is not to be asked again.
      if (!uplinks.isFolding(hangsOn, at) || isDown(device) || phaseOf(device, phases)) return undefined;
      hangsOn.folded = hangsOn.recent.size;
      return device;
    },
    wake(watched, at) {
      for (const one of [...uplinks.waitingBelow(watched)]) {
        one.againAt = at;
        queue.schedule(one, at);
      }
    },
    leave(watched, at) {
      const { under } = watched;
      put(watched, undefined);
      // Whether that was most of them is looked at in its turn.
      if (under?.device !== undefined && under.folded > 0) queue.schedule(under.device, at);
    },
    lift({ carries }, at) {
      if (carries !== undefined) for (const one of carries.covers) grace(one, at);
    },
    due(watched, now) {
      const { carries, releaseAt } = watched;
      const changes: Change[] = [];
      if (carries !== undefined && isFolded(watched) && carries.covers.size * 2 < carries.folded) {
        changes.push(...unfold(carries, watched, now));
      }
      if (releaseAt <= now) changes.push(...letGo(watched, releaseAt));
      return changes;
    },
  };
}

/** Whether a device stands under another one already: of two that explain each other one must be told. */
function standsUnder(watched: Watched, other: Watched): boolean {
  let one: Watched | undefined = watched;
  for (let depth = 0; one !== undefined && depth < maxDepth; depth++) {
    if (one === other) return true;
    one = one.under?.device;
  }
  return false;
}

/** The rule of a kind that is about silence. */
export function quietRule({ definition }: KnownDevice) {
  return definition.rules.find(({ quiet }) => quiet === true);
}

/** The phase of a device's quiet rule. */
export function phaseOf({ known }: Watched, phases: Phases): Phase | undefined {
  const rule = quietRule(known);
  return rule && phases.find(known.device, rule.id, false);
}
