import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Change, DeviceName, KnownDevice, Presence } from "../types.ts";
import { changeOf } from "./change.ts";
import type { Alert, Quiet } from "./contract.ts";
import { createDueQueue } from "./due-queue.ts";
import { deadlineOf } from "./interval.ts";
import type { Phase, Phases } from "./phases.ts";
import type { QuietSettings } from "./settings.ts";
import { severityOf } from "./severity.ts";
import { createUplinks, isFolded, type Uplink } from "./uplinks.ts";
import { createWatched, type Gone, goneAt, heardAt, isLost, type Watched } from "./watched.ts";

/** What the watch needs. */
export interface QuietParts {
  /** Shared with the judge, so that one rule of one device has one alert. */
  readonly phases: Phases;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
  readonly metrics: Metrics;
  readonly log: Pick<Log, "error">;
  readonly settings: QuietSettings;
}

type Happening = Change | Presence;

/**
 * Makes the watch. A message costs one look-up; a device is looked at again only when its deadline may have passed. The
 * hold after a lost connection is not journalled: after a restart the grace of the start takes its place.
 *
 * What hangs on a device that is down is quiet for its sake: its alert stands under that device's. As the lower ones are often
 * noticed first, their alerts wait a moment for the device above, which may also be found down by how many of them went.
 */
export function createQuiet({ phases, clock, newId, metrics, log, settings }: QuietParts): Quiet {
  const byName = new Map<DeviceName, Watched>();
  const queue = createDueQueue<Watched>((a, b) => a.known.device < b.known.device);
  const uplinks = createUplinks(settings);
  // Whoever was heard before this moment gets the grace of a start.
  let floor = clock.now();
  let lastLook: number | undefined;
  metrics.gauge("devices_quiet", "Devices that went offline", () => count((one) => one.online === false));
  metrics.gauge("devices_never_heard", "Registered devices without a sign of life so far", () =>
    count((one) => one.base === 0),
  );
  metrics.gauge("devices_under_uplink", "Quiet devices whose alert stands under that of a device above", () =>
    count((one) => one.under !== undefined),
  );
  const folded = metrics.count(
    "uplinks_folded",
    "Times that most of what hangs on a device went quiet and became one alert of that device",
  );

  function count(is: (watched: Watched) => boolean): number {
    let sum = 0;
    for (const watched of byName.values()) if (is(watched)) sum++;
    return sum;
  }

  function own(device: KnownDevice): Watched {
    const before = byName.get(device.device);
    const watched = before ?? createWatched(device, settings);
    if (watched.known !== device) watched.known = device;
    if (before === undefined || watched.hangsOn?.id !== device.parent) {
      byName.set(device.device, watched);
      uplinks.place(watched);
      // Where it hangs now may explain nothing of it.
      if (watched.under !== undefined) grace(watched, clock.now());
    }
    return watched;
  }

  /** When it is to be looked at. */
  function lookAt(watched: Watched): number {
    return Math.min(goneAt(watched, { floor, settings }).at, watched.releaseAt);
  }

  /** Looks earlier than planned when there is reason to; looking later sorts itself out when the moment comes. */
  function plan(watched: Watched): void {
    const at = lookAt(watched);
    if (watched.slot < 0 || at < watched.due) queue.schedule(watched, at);
  }

  /** A sign of life: online, and what was raised is over. */
  function back(watched: Watched, presence: Presence): readonly Happening[] {
    const happenings: Happening[] = [];
    if (watched.online !== true) happenings.push(presence);
    watched.online = true;
    watched.lost = undefined;
    watched.againAt = 0;
    watched.isFine = true;
    uplinks.rose(watched);
    stopWaiting(watched);
    leaveCover(watched, presence.at);
    const phase = phaseOf(watched);
    // That it talks says nothing about an alert that it has for the sake of others.
    if (phase !== undefined && !isFolded(watched)) {
      phases.remove(phase);
      const step = phase.state === "raised" ? "cleared" : "dropped";
      happenings.push(changeOf(phase, { id: newId(), step, at: presence.at }));
    }
    if (!isFolded(watched)) uncover(watched, presence.at);
    plan(watched);
    return happenings;
  }

  function phaseOf({ known }: Watched): Phase | undefined {
    const rule = ruleOf(known);
    return rule && phases.find(known.device, rule.id, false);
  }

  function connected(watched: Watched, presence: Presence): readonly Happening[] {
    watched.connections++;
    watched.lost = undefined;
    if (!watched.isExtended) watched.base = Math.max(watched.base, presence.at);
    watched.isExtended = true;
    // It was away for less than its hold: what hangs on it must come back as well.
    if (watched.againAt === 0 && !isFolded(watched)) uncover(watched, presence.at);
    plan(watched);
    if (watched.online === true) return nothing;
    // The alert stays until it talks: a device that connects and says nothing is not well.
    watched.online = true;
    return [presence];
  }

  function disconnected(watched: Watched, presence: Presence): readonly Happening[] {
    const { reason, at } = presence;
    if (reason === "closed") watched.connections = Math.max(watched.connections - 1, 0);
    // Someone took the connection over: the old one's end says nothing about the device.
    if (watched.connections > (reason === "will" ? 1 : 0) && reason !== "status") return nothing;
    const isTelling = reason === "will" || watched.lost === undefined;
    watched.lost = { at: watched.lost?.at ?? at, reason: isTelling ? reason : watched.lost!.reason };
    watched.isFine = false;
    plan(watched);
    if (watched.online === false) return nothing;
    watched.online = false;
    watched.downAt = at;
    if (isDown(watched)) wake(watched, at);
    return [presence];
  }

  function goQuiet(watched: Watched, { at, reason }: Gone, happenings: Happening[]): void {
    const { device, facts, kind } = watched.known;
    if (watched.online !== false) {
      happenings.push({ device, online: false, at, reason });
      watched.downAt = at;
    }
    watched.online = false;
    watched.isFine = false;
    watched.againAt = at + settings.recheckEveryMs;
    const isNews = watched.isAlive;
    uplinks.fell(watched, at);
    // It is quiet itself now; whatever raised its alert, this is what must end.
    if (watched.carries !== undefined) watched.carries.folded = 0;
    const rule = ruleOf(watched.known);
    if (rule === undefined) return;
    const before = phases.find(device, rule.id, false);
    if (before?.state === "raised") {
      if (watched.under !== undefined && above(watched) === undefined) watched.releaseAt = at;
      return;
    }
    if (before !== undefined && before.due > at) {
      watched.againAt = before.due;
      return;
    }
    const severity = severityOf(rule, facts, (error) =>
      log.error({ rule: `${kind}/${rule.id}`, device, reason: messageOf(error) }, "rule failed"),
    );
    // Nothing explains away what is critical.
    const mayWait = severity !== "critical" && rule.fire !== true;
    if (isNews) fold(watched, at, happenings);
    const uplink = mayWait ? above(watched) : undefined;
    if (mayWait && uplink === undefined && waits(watched, at)) return;
    raise(watched, { at, reason, severity, rule: rule.id, uplink }, happenings);
  }

  function raise(
    watched: Watched,
    {
      at,
      reason,
      severity,
      rule,
      uplink,
    }: Pick<Change, "at" | "reason" | "severity" | "rule"> & { uplink: Watched | undefined },
    happenings: Happening[],
  ): void {
    stopWaiting(watched);
    const phase = phases.add({
      ...{ device: watched.known.device, rule, simulated: false, state: "raised", alert: newId() },
      ...{ severity, since: at, values: undefined },
      due: Number.POSITIVE_INFINITY,
    });
    cover(watched, uplink?.carries);
    const affects = uplink === undefined ? uplinks.affected(watched, at) : undefined;
    const more = { ...(uplink && { under: uplink.known.device }), ...(affects && { affects }) };
    happenings.push(changeOf(phase, { id: newId(), step: "raised", at, ...(reason && { reason }), ...more }));
    wake(watched, at);
  }

  /** Its alert is raised, or will be in a moment unless it comes back. */
  function isDown(watched: Watched): boolean {
    const phase = phaseOf(watched);
    if (phase?.state === "raised") return true;
    if (watched.online !== false || ruleOf(watched.known) === undefined) return false;
    return phase !== undefined || isLost(watched, settings);
  }

  function above(watched: Watched): Watched | undefined {
    return watched.hangsOn && uplinks.downAbove(watched, isDown);
  }

  /** Whether its alert waits for a device above it to be found dead. */
  function waits(watched: Watched, at: number): boolean {
    const { hangsOn } = watched;
    if (hangsOn === undefined || settings.parentWaitMs === 0) return false;
    if (watched.waitsSince === 0) {
      if (![...uplinks.above(watched)].some(({ known }) => ruleOf(known) !== undefined)) return false;
      watched.waitsSince = at;
    }
    // While others fall beside it, the device above is suspected.
    const isSuspected = hangsOn.recent.size >= settings.foldLeast;
    const wait = isSuspected ? Math.max(settings.foldWindowMs, settings.parentWaitMs) : settings.parentWaitMs;
    const until = watched.waitsSince + wait;
    if (at >= until) return false;
    watched.againAt = until;
    hangsOn.waiting.add(watched);
    return true;
  }

  function stopWaiting(watched: Watched): void {
    watched.waitsSince = 0;
    watched.hangsOn?.waiting.delete(watched);
  }

  /** A device is found down: whose alert waited for that, waits no longer. */
  function wake(watched: Watched, at: number): void {
    for (const one of [...uplinks.waitingBelow(watched)]) {
      one.againAt = at;
      queue.schedule(one, at);
    }
  }

  /** Most of what hangs on a device went quiet together: whatever it says itself, that is one alert, and it is the device's. */
  function fold({ hangsOn }: Watched, at: number, happenings: Happening[]): void {
    const device = hangsOn?.device;
    const rule = device && ruleOf(device.known);
    if (hangsOn === undefined || device === undefined || rule === undefined) return;
    // A person who has just resolved its alert is not to be asked again.
    if (!uplinks.isFolding(hangsOn, at) || isDown(device) || phaseOf(device) !== undefined) return;
    folded.add();
    hangsOn.folded = hangsOn.recent.size;
    const { kind, device: name, facts } = device.known;
    const severity = severityOf(rule, facts, (error) =>
      log.error({ rule: `${kind}/${rule.id}`, device: name, reason: messageOf(error) }, "rule failed"),
    );
    const uplink = severity === "critical" || rule.fire === true ? undefined : above(device);
    raise(device, { at, reason: "children", severity, rule: rule.id, uplink }, happenings);
  }

  /** Most are back: the alert ends, and whoever is still quiet is on his own. */
  function unfold(uplink: Uplink, at: number, happenings: Happening[]): void {
    const { device, covers } = uplink;
    uplink.folded = 0;
    const phase = device && phaseOf(device);
    if (device === undefined) return;
    if (phase !== undefined) {
      phases.remove(phase);
      const step = phase.state === "raised" ? "cleared" : "dropped";
      happenings.push(changeOf(phase, { id: newId(), step, at }));
    }
    for (const one of covers) grace(one, at);
  }

  function cover(watched: Watched, uplink: Uplink | undefined): void {
    watched.under?.covers.delete(watched);
    watched.under = uplink;
    watched.releaseAt = Number.POSITIVE_INFINITY;
    if (uplink === undefined) return;
    uplink.covers.add(watched);
    if (uplink.folded > 0) uplink.folded = Math.max(uplink.folded, uplink.covers.size);
  }

  function leaveCover(watched: Watched, at: number): void {
    const { under } = watched;
    cover(watched, undefined);
    if (under === undefined) return;
    // Whether that was most of them is looked at in its turn.
    if (under.folded > 0 && under.device !== undefined) queue.schedule(under.device, at);
  }

  /** A device is back: what hangs on it must follow within the grace of a start, or is told on its own. */
  function uncover({ carries }: Watched, at: number): void {
    if (carries !== undefined) for (const one of carries.covers) grace(one, at);
  }

  function grace(watched: Watched, at: number): void {
    const { known, gaps, share } = watched;
    watched.releaseAt = at + Math.max(settings.graceMs, deadlineOf(known, { gaps, share, settings }));
    queue.schedule(watched, lookAt(watched));
  }

  /** The grace is over. */
  function letGo(watched: Watched, at: number, happenings: Happening[]): void {
    const uplink = above(watched)?.carries;
    cover(watched, uplink);
    const phase = phaseOf(watched);
    if (uplink !== undefined || phase?.state !== "raised") return;
    happenings.push(changeOf(phase, { id: newId(), step: "reminded", at }));
  }

  /** The watch slept, or the clock stepped: nobody is to blame for the time in between. */
  function startOver(now: number): void {
    floor = now;
    for (const watched of byName.values()) {
      // Before `floor`, so that it has the grace.
      if (watched.base >= now) watched.base = now - 1;
      if (watched.lost !== undefined && watched.lost.at > now) watched.lost.at = now;
      if (watched.againAt > now + settings.recheckEveryMs) watched.againAt = now + settings.recheckEveryMs;
      if (watched.releaseAt !== Number.POSITIVE_INFINITY) watched.releaseAt = now + settings.graceMs;
      watched.downAt = Math.min(watched.downAt, now);
      queue.schedule(watched, lookAt(watched));
    }
  }

  function look(watched: Watched, now: number, happenings: Happening[]): void {
    const { carries } = watched;
    if (carries !== undefined && carries.folded > 0 && carries.covers.size * 2 < carries.folded) {
      unfold(carries, now, happenings);
    }
    if (watched.releaseAt <= now) letGo(watched, watched.releaseAt, happenings);
    const gone = goneAt(watched, { floor, settings });
    if (gone.at <= now) goQuiet(watched, gone, happenings);
    queue.schedule(watched, lookAt(watched));
  }

  return {
    watch(device, known) {
      const watched = own(device);
      if (known !== undefined) {
        watched.base = known.lastAt;
        watched.online = known.online;
        watched.downAt = clock.now();
        if (known.online !== false && known.lastAt > 0) uplinks.rose(watched);
      }
      plan(watched);
    },
    forget(device) {
      const watched = byName.get(device);
      if (watched === undefined) return;
      queue.schedule(watched, Number.POSITIVE_INFINITY);
      byName.delete(device);
      leaveCover(watched, clock.now());
      uplinks.remove(watched);
      if (watched.carries !== undefined) watched.carries.folded = 0;
      uncover(watched, clock.now());
    },
    heard(device, at) {
      const watched = byName.get(device.device) ?? own(device);
      watched.known = device;
      heardAt(watched, at, settings);
      if (watched.isFine) return nothing;
      return back(watched, { device: device.device, online: true, at, reason: "message" });
    },
    presence(device, presence) {
      const watched = own(device);
      if (!presence.online) return disconnected(watched, presence);
      if (presence.reason === "connected") return connected(watched, presence);
      heardAt(watched, presence.at, settings);
      return watched.isFine ? nothing : back(watched, presence);
    },
    due(now) {
      // The start ends with the first look: reading a long journal may have taken minutes.
      if (lastLook === undefined) floor = now;
      const slept = now - (lastLook ?? now);
      if (slept > settings.stallMs || slept < -settings.stallMs) startOver(now);
      lastLook = now;
      const happenings: Happening[] = [];
      for (let called = 0; called < settings.batch; ) {
        const watched = queue.take(now);
        if (watched === undefined) break;
        const before = happenings.length;
        look(watched, now, happenings);
        if (happenings.length > before) called++;
      }
      return happenings.length === 0 ? nothing : happenings;
    },
    restore(raised) {
      for (const alert of raised) restoreOne(alert);
    },
    affected(device) {
      const watched = byName.get(device);
      return watched && uplinks.affected(watched, clock.now());
    },
  };

  function restoreOne({ device, rule, under, reason, raisedAt }: Alert): void {
    const watched = byName.get(device);
    if (watched === undefined || ruleOf(watched.known)?.id !== rule) return;
    watched.downAt = raisedAt;
    if (reason === "children" && watched.online !== false && watched.carries !== undefined) {
      watched.carries.folded = Math.max(watched.carries.covers.size, 1);
    }
    if (under === undefined) return;
    const uplink = byName.get(under)?.carries;
    cover(watched, uplink);
    // Nothing is there any more that could explain it.
    if (uplink === undefined) grace(watched, clock.now());
  }
}

function ruleOf({ definition }: KnownDevice) {
  return definition.rules.find(({ quiet }) => quiet === true);
}

/** Shared, so that a message that changes nothing costs nothing. */
const nothing: readonly Happening[] = Object.freeze([]);
