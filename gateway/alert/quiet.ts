import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Change, DeviceName, KnownDevice, Presence } from "../types.ts";
import { changeOf } from "./change.ts";
import type { Quiet } from "./contract.ts";
import { createDueQueue } from "./due-queue.ts";
import type { Phases } from "./phases.ts";
import type { QuietSettings } from "./settings.ts";
import { severityOf } from "./severity.ts";
import { createWatched, type Gone, goneAt, heardAt, type Watched } from "./watched.ts";

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
  // Whoever was heard before this moment gets the grace of a start.
  let floor = clock.now();
  let lastLook: number | undefined;
  metrics.gauge("devices_quiet", "Devices that went offline", () => count((one) => one.online === false));
  metrics.gauge("devices_never_heard", "Registered devices without a sign of life so far", () =>
    count((one) => one.base === 0),
  );

  function count(is: (watched: Watched) => boolean): number {
    let sum = 0;
    for (const watched of byName.values()) if (is(watched)) sum++;
    return sum;
  }

  function own(device: KnownDevice): Watched {
    const watched = byName.get(device.device) ?? createWatched(device, settings);
    if (watched.known !== device) watched.known = device;
    byName.set(device.device, watched);
    return watched;
  }

  /** Looks earlier than planned when there is reason to; looking later sorts itself out when the moment comes. */
  function plan(watched: Watched): void {
    const { at } = goneAt(watched, { floor, settings });
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
    const phase = phaseOf(watched);
    if (phase !== undefined) {
      phases.remove(phase);
      const step = phase.state === "raised" ? "cleared" : "dropped";
      happenings.push(changeOf(phase, { id: newId(), step, at: presence.at }));
    }
    plan(watched);
    return happenings;
  }

  function phaseOf({ known }: Watched) {
    const rule = known.definition.rules.find(({ quiet }) => quiet === true);
    return rule && phases.find(known.device, rule.id, false);
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
    return [presence];
  }

  function goQuiet(watched: Watched, { at, reason }: Gone, happenings: Happening[]): void {
    const { device, definition, facts, kind } = watched.known;
    if (watched.online !== false) happenings.push({ device, online: false, at, reason });
    watched.online = false;
    watched.isFine = false;
    watched.againAt = at + settings.recheckEveryMs;
    const rule = definition.rules.find(({ quiet }) => quiet === true);
    if (rule === undefined) return;
    const before = phases.find(device, rule.id, false);
    if (before?.state === "raised") return;
    if (before !== undefined && before.due > at) {
      watched.againAt = before.due;
      return;
    }
    const severity = severityOf(rule, facts, (error) =>
      log.error({ rule: `${kind}/${rule.id}`, device, reason: messageOf(error) }, "rule failed"),
    );
    const phase = phases.add({
      ...{ device, rule: rule.id, simulated: false, state: "raised", alert: newId() },
      ...{ severity, since: at, values: undefined },
      due: Number.POSITIVE_INFINITY,
    });
    happenings.push(changeOf(phase, { id: newId(), step: "raised", at, reason }));
  }

  /** The watch slept, or the clock stepped: nobody is to blame for the time in between. */
  function startOver(now: number): void {
    floor = now;
    for (const watched of byName.values()) {
      // Before `floor`, so that it has the grace.
      if (watched.base >= now) watched.base = now - 1;
      if (watched.lost !== undefined && watched.lost.at > now) watched.lost.at = now;
      if (watched.againAt > now + settings.recheckEveryMs) watched.againAt = now + settings.recheckEveryMs;
      queue.schedule(watched, goneAt(watched, { floor, settings }).at);
    }
  }

  return {
    watch(device, known) {
      const watched = own(device);
      if (known !== undefined) {
        watched.base = known.lastAt;
        watched.online = known.online;
      }
      plan(watched);
    },
    forget(device) {
      const watched = byName.get(device);
      if (watched !== undefined) queue.schedule(watched, Number.POSITIVE_INFINITY);
      byName.delete(device);
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
        let gone = goneAt(watched, { floor, settings });
        if (gone.at <= now) {
          goQuiet(watched, gone, happenings);
          called++;
          gone = goneAt(watched, { floor, settings });
        }
        queue.schedule(watched, gone.at);
      }
      return happenings.length === 0 ? nothing : happenings;
    },
  };
}

/** Shared, so that a message that changes nothing costs nothing. */
const nothing: readonly Happening[] = Object.freeze([]);
