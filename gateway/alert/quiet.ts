import type { Severity } from "../../devices/kit/kind.ts";
import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Change, DeviceName, KnownDevice, Presence } from "../types.ts";
import { changeOf } from "./change.ts";
import type { Alert, Quiet } from "./contract.ts";
import { createCovers, phaseOf, quietRule } from "./covers.ts";
import { createDueQueue } from "./due-queue.ts";
import type { Phases } from "./phases.ts";
import type { QuietSettings } from "./settings.ts";
import { severityOf } from "./severity.ts";
import { createUplinks } from "./uplinks.ts";
import { createWatched, type Gone, goneAt, heardAt, isFolded, type Watched } from "./watched.ts";

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
 */
export function createQuiet({ phases, clock, newId, metrics, log, settings }: QuietParts): Quiet {
  const byName = new Map<DeviceName, Watched>();
  const queue = createDueQueue<Watched>((a, b) => a.known.device < b.known.device);
  const uplinks = createUplinks(settings);
  const covers = createCovers({ phases, uplinks, queue, lookAt, newId, settings });
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
  const folds = metrics.count(
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
      if (watched.under !== undefined) covers.grace(watched, clock.now());
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
    const { at } = presence;
    const happenings: Happening[] = [];
    if (watched.online !== true) happenings.push(presence);
    watched.online = true;
    watched.lost = undefined;
    watched.againAt = 0;
    watched.isFine = true;
    uplinks.rose(watched);
    covers.leave(watched, at);
    // That it talks says nothing about an alert that it has for the sake of others.
    if (!isFolded(watched)) {
      const phase = phaseOf(watched, phases);
      if (phase !== undefined) {
        phases.remove(phase);
        const step = phase.state === "raised" ? "cleared" : "dropped";
        happenings.push(changeOf(phase, { id: newId(), step, at }));
      }
      covers.lift(watched, at);
    }
    plan(watched);
    return happenings;
  }

  function connected(watched: Watched, presence: Presence): readonly Happening[] {
    watched.connections++;
    watched.lost = undefined;
    if (!watched.isExtended) watched.base = Math.max(watched.base, presence.at);
    watched.isExtended = true;
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
    return [presence];
  }

  function goQuiet(watched: Watched, { at, reason }: Gone, happenings: Happening[]): void {
    const { device } = watched.known;
    const isNews = watched.isAlive;
    if (watched.online !== false) {
      happenings.push({ device, online: false, at, reason });
      watched.downAt = at;
    }
    watched.online = false;
    watched.isFine = false;
    watched.againAt = at + settings.recheckEveryMs;
    uplinks.fell(watched, at);
    // It is quiet itself now; whatever raised its alert, this is what must end.
    if (watched.carries !== undefined) watched.carries.folded = 0;
    const rule = quietRule(watched.known);
    if (rule === undefined) return;
    const before = phases.find(device, rule.id, false);
    if (before?.state === "raised") {
      if (watched.under !== undefined && covers.above(watched) === undefined) watched.releaseAt = at;
      return;
    }
    if (before !== undefined && before.due > at) {
      watched.againAt = before.due;
      return;
    }
    if (isNews) {
      const uplink = covers.fold(watched, at);
      if (uplink !== undefined) {
        folds.add();
        raise(uplink, { at, reason: "children" }, covers.above(uplink), happenings);
      }
    }
    const isUrgent = rule.fire === true || severityAt(watched) === "critical";
    const uplink = covers.above(watched);
    if (!isUrgent && uplink === undefined && covers.waits(watched, at)) return;
    raise(watched, { at, reason }, uplink, happenings);
  }

  function raise(
    watched: Watched,
    { at, reason }: { readonly at: number; readonly reason: string },
    uplink: Watched | undefined,
    happenings: Happening[],
  ): void {
    const { device } = watched.known;
    const rule = quietRule(watched.known)!;
    const severity = severityAt(watched);
    const phase = phases.add({
      ...{ device, rule: rule.id, simulated: false, state: "raised", alert: newId() },
      ...{ severity, since: at, values: undefined },
      due: Number.POSITIVE_INFINITY,
    });
    // Nothing explains away what is critical.
    const under = rule.fire === true || severity === "critical" ? undefined : uplink;
    covers.put(watched, under?.carries);
    const affects = under === undefined ? uplinks.affected(watched, at) : undefined;
    const more = { ...(under && { under: under.known.device }), ...(affects && { affects }) };
    happenings.push(changeOf(phase, { id: newId(), step: "raised", at, reason, ...more }));
    covers.wake(watched, at);
  }

  function severityAt({ known }: Watched): Severity {
    const rule = quietRule(known)!;
    return severityOf(rule, known.facts, (error) =>
      log.error(
        { rule: `${known.kind}/${rule.id}`, device: known.device, reason: messageOf(error) },
        "rule failed",
      ),
    );
  }

  /** The watch slept, or the clock stepped: nobody is to blame for the time in between. */
  function startOver(now: number): void {
    floor = now;
    for (const watched of byName.values()) {
      // Before `floor`, so that it has the grace.
      if (watched.base >= now) watched.base = now - 1;
      if (watched.lost !== undefined && watched.lost.at > now) watched.lost.at = now;
      if (watched.againAt > now + settings.recheckEveryMs) watched.againAt = now + settings.recheckEveryMs;
      if (watched.downAt > now) watched.downAt = now;
      if (watched.releaseAt !== Number.POSITIVE_INFINITY) covers.grace(watched, now);
      queue.schedule(watched, lookAt(watched));
    }
  }

  function look(watched: Watched, now: number, happenings: Happening[]): void {
    happenings.push(...covers.due(watched, now));
    const gone = goneAt(watched, { floor, settings });
    if (gone.at <= now) goQuiet(watched, gone, happenings);
    queue.schedule(watched, lookAt(watched));
  }

  function restoreOne({ device, rule, under, reason, raisedAt }: Alert): void {
    const watched = byName.get(device);
    if (watched === undefined || quietRule(watched.known)?.id !== rule) return;
    watched.downAt = raisedAt;
    const { carries } = watched;
    if (reason === "children" && watched.online !== false && carries !== undefined) {
      carries.folded = Math.max(carries.covers.size, 1);
    }
    if (under === undefined) return;
    const uplink = byName.get(under)?.carries;
    covers.put(watched, uplink);
    // Nothing is there any more that could explain it.
    if (uplink === undefined) covers.grace(watched, clock.now());
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
      const now = clock.now();
      queue.schedule(watched, Number.POSITIVE_INFINITY);
      byName.delete(device);
      covers.leave(watched, now);
      if (watched.carries !== undefined) watched.carries.folded = 0;
      uplinks.remove(watched);
      covers.lift(watched, now);
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
}

/** Shared, so that a message that changes nothing costs nothing. */
const nothing: readonly Happening[] = Object.freeze([]);
