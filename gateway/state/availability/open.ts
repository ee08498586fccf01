import type { Clock } from "../../clock.ts";
import { GatewayError } from "../../errors.ts";
import type { DeviceName, GatewayGap, KnownDevice } from "../../types.ts";
import { momentOf, zoneOffset } from "../../zone.ts";
import type { Database } from "../contract.ts";
import type { StateSettings } from "../settings.ts";
import type { Availability } from "./contract.ts";
import { figuresOf, spanOf } from "./figures.ts";
import { createGaps } from "./gaps.ts";
import { type Found, openTables } from "./tables.ts";
import { createTrack, type Outage, type Turn, turn } from "./track.ts";
import { addTallies, createWaiting } from "./waiting.ts";

/** What `openAvailability` needs. */
export interface AvailabilityParts {
  readonly database: Database;
  /** Registered devices, also those that wait for the file of their kind. */
  readonly find: (device: DeviceName) => Pick<KnownDevice, "createdAt"> | undefined;
  /** How long a device may be away that hung up by itself, ms; 0 for one that keeps its connection. */
  readonly sleepMs: (device: DeviceName) => number;
  /** Offset of local days, `+08:00`. */
  readonly zone: string;
  /** When ticks are further apart, the gateway stood still in between, ms. */
  readonly stallMs: number;
  readonly clock: Pick<Clock, "now">;
  readonly settings: Pick<StateSettings, "maxWaitingOutages" | "maxGaps">;
}

/**
 * Opens the view. A record counts at once in memory and is written a moment later, many devices in one transaction; each device
 * carries the place of its last record, so that what comes again from the journal counts once.
 */
export function openAvailability(parts: AvailabilityParts): Availability {
  const { database, find, sleepMs, zone, stallMs, clock, settings } = parts;
  const tables = openTables(database);
  const tracks = tables.tracks();
  const gaps = createGaps(tables.gaps());
  let keptFrom = tables.mark("kept") ?? 0;
  let nextId = tables.mark("next") ?? 1;
  /** The last moment at which the gateway is known to have run. */
  let seen = tables.mark("seen");
  let seenWritten = seen;
  let isAwake = false;
  // What the database does not have yet.
  const dirty = new Set<DeviceName>();
  const waiting = createWaiting();
  let newGaps: GatewayGap[] = [];
  let taken = 0;
  let position = Number.POSITIVE_INFINITY;

  for (const [device, { knownSince }] of tracks) {
    const known = find(device);
    // It was removed, perhaps registered anew, and a crash came before that was written.
    if (known === undefined || knownSince < known.createdAt) forget(device);
  }

  function dayOf(at: number): number {
    return Math.floor((at + zoneOffset(zone)) / dayMs);
  }

  function startOf(day: number): number {
    return day * dayMs - zoneOffset(zone);
  }

  function forget(device: DeviceName): void {
    if (!tracks.delete(device)) return;
    waiting.remove(device);
    dirty.add(device);
  }

  function ran(at: number): void {
    seen = Math.max(seen ?? 0, at);
  }

  function hear(device: DeviceName, told: Turn, sequence: number): void {
    const known = find(device);
    // One that had the name before is somebody else.
    if (known === undefined || told.at < known.createdAt) return;
    dirty.add(device);
    const track = tracks.get(device);
    if (track === undefined) {
      tracks.set(device, createTrack(nextId++, told, sequence));
      return;
    }
    const { maySleep } = track;
    const outage = turn(track, told);
    track.sequence = sequence;
    if (outage !== undefined && !isSleep(device, maySleep, outage)) note(device, outage);
  }

  function isSleep(device: DeviceName, maySleep: boolean, { from, until }: Outage): boolean {
    return maySleep && until - from <= sleepMs(device);
  }

  function note(device: DeviceName, outage: Outage): void {
    const { from, until } = outage;
    if (until <= from) return;
    const day = dayOf(from);
    if (until > startOf(day + 1)) {
      waiting.addOutage(device, outage);
      return;
    }
    const offlineMs = spanOf(outage, gaps);
    waiting.addDay(device, day, { offlineMs, outages: 1, longestMs: offlineMs });
  }

  function write(): void {
    const batch = Array.from(dirty).slice(0, devicesAtOnce);
    const devices = batch.map((device) => ({
      ...{ device, track: tracks.get(device), waiting: waiting.of(device) },
    }));
    tables.write({ devices, gaps: newGaps, marks: { next: nextId, ...(seen !== undefined && { seen }) } });
    for (const device of batch) {
      waiting.remove(device);
      dirty.delete(device);
    }
    newGaps = [];
    seenWritten = seen;
    if (dirty.size === 0) position = Number.POSITIVE_INFINITY;
  }

  /** What the tables have of a device, and what waits for them. */
  function outagesOf(
    device: DeviceName,
    found: Found,
    time: Time,
  ): { days: DayTallyOrNone; outages: Outage[] } {
    const id = tracks.get(device)?.id ?? 0;
    const more = waiting.of(device);
    let days = found.days.get(id);
    for (const [day, tally] of more?.days ?? []) {
      if (day >= time.fromDay && day < time.toDay) days = addTallies(days, tally);
    }
    const touching = more?.outages.filter(({ from, until }) => until > time.from && from < time.until) ?? [];
    return { days, outages: [...(found.outages.get(id) ?? []), ...touching] };
  }

  function goneSince(device: DeviceName, now: number): number | undefined {
    const track = tracks.get(device);
    if (track === undefined || track.isOnline) return undefined;
    return isSleep(device, track.maySleep, { from: track.since, until: now }) ? undefined : track.since;
  }

  return {
    apply(record, sequence) {
      if (waiting.count() >= settings.maxWaitingOutages) {
        throw new GatewayError(
          "busy",
          `${waiting.count()} outages of devices wait for the database; record ${sequence} stays in the journal until it takes them`,
          { retryable: true },
        );
      }
      if (position === Number.POSITIVE_INFINITY) position = taken;
      if ("device" in record) {
        if (sequence > (tracks.get(record.device)?.sequence ?? 0)) hear(record.device, record, sequence);
      } else {
        const gap = gaps.add(record);
        if (gap !== undefined) newGaps.push(gap);
      }
      if (!isAwake) ran(record.at);
      taken = Math.max(taken, sequence);
      if (dirty.size === 0 && newGaps.length === 0) position = Number.POSITIVE_INFINITY;
    },
    ran,
    awake(now) {
      const from = seen;
      const leastMs = isAwake ? stallMs : 0;
      isAwake = true;
      seen = now;
      return from !== undefined && now - from > leastMs ? { from, at: now } : undefined;
    },
    settle(device, isOnline, sequence) {
      const track = tracks.get(device);
      if (track?.isOnline === isOnline) return;
      const told: Turn = { online: isOnline, at: clock.now(), reason: "message" };
      hear(device, told, Math.max(sequence, track?.sequence ?? 0));
    },
    forget,
    report({ devices, from: fromDate, to: toDate }) {
      const from = momentOf(fromDate, "00:00", zone);
      const to = momentOf(toDate, "00:00", zone);
      const now = clock.now();
      const until = Math.max(from, Math.min(to, now));
      const fromDay = Math.max(dayOf(from), dayOf(keptFrom));
      const time: Time = { from, until, fromDay, toDay: dayOf(to) };
      const found = tables.find(time);
      const asked = { from, until, keptFrom, gaps };
      const items = [...devices].map((device) => {
        const name = device.device;
        const outages = outagesOf(name, found, time);
        return figuresOf(
          { device, track: tracks.get(name), ...outages, goneSince: goneSince(name, now) },
          asked,
        );
      });
      return { from, until, keptFrom, gapMs: gaps.within(Math.max(from, keptFrom), until), items };
    },
    expire(before, limit) {
      const day = dayOf(Math.max(before, gaps.beginOfLast(settings.maxGaps)));
      const at = startOf(day);
      const removed = tables.expire({ day, at, limit, marks: at > keptFrom ? { kept: at } : {} });
      keptFrom = Math.max(keptFrom, at);
      gaps.dropBefore(at);
      return removed;
    },
    flush() {
      // Somebody else's transaction must not carry our rows: it may be rolled back.
      if (database.db.isTransaction) return;
      const isNews = dirty.size > 0 || newGaps.length > 0;
      if (isNews || Math.abs((seen ?? 0) - (seenWritten ?? 0)) >= seenEveryMs) write();
    },
    position: () => position,
    close() {
      do write();
      while (dirty.size > 0);
    },
  };
}

const dayMs = 86_400_000;
/** How often it is written that the gateway runs when nothing else is, ms: so much of a run counts as unknown after a crash at most. */
const seenEveryMs = 10_000;
/** Devices that are written in one transaction: about 10 ms. */
const devicesAtOnce = 2_000;

/** A time that is asked for: local days, and the moments at which they begin and end. */
interface Time {
  readonly fromDay: number;
  readonly toDay: number;
  readonly from: number;
  readonly until: number;
}

type DayTallyOrNone = ReturnType<Found["days"]["get"]>;
