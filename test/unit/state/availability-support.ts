import { openAvailability } from "../../../gateway/state/availability/open.ts";
import type { GatewayGap, KnownDevice, Presence } from "../../../gateway/types.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aDatabase, aFolder, someSettings } from "./support.ts";

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A device of the tests; only what the view reads of it. */
export function aDevice(id: string, createdAt: number): KnownDevice {
  return { device: `elm/bin/${id}`, id, createdAt } as KnownDevice;
}

interface Parts {
  start?: string;
  zone?: string;
  stallMs?: number;
  sleepMs?: Readonly<Record<string, number>>;
  devices?: readonly string[];
  maxWaitingOutages?: number;
  maxGaps?: number;
}

/** The view with a journal in memory and a gateway that stops and starts. Devices are `a` and `b` unless told. */
export function aGateway(parts: Parts = {}) {
  const { zone = "+08:00", stallMs = Number.POSITIVE_INFINITY, sleepMs = {} } = parts;
  const { maxWaitingOutages = 200_000, maxGaps = 50_000 } = parts;
  const directory = aFolder();
  const clock = createFakeClock(Date.parse(parts.start ?? "2026-01-14T16:00:00Z"));
  const devices = new Map(
    (parts.devices ?? ["a", "b"]).map((id) => [`elm/bin/${id}`, aDevice(id, clock.now())]),
  );
  const journal: (Presence | GatewayGap)[] = [];
  /** Records up to here are in the database, as the views' place says. */
  let place = 0;
  let database = aDatabase(directory);
  let view = open();
  view.awake(clock.now());
  view.flush();

  function open() {
    return openAvailability({
      ...{ database, clock, zone, stallMs },
      find: (name) => devices.get(name),
      sleepMs: (name) => sleepMs[name.slice("elm/bin/".length)] ?? 0,
      settings: { ...someSettings({ maxWaitingOutages }), maxGaps },
    });
  }

  function take(record: Presence | GatewayGap): void {
    journal.push(record);
    view.apply(record, journal.length);
  }

  function flush(): void {
    view.flush();
    place = Math.max(place, Math.min(journal.length, view.position()));
  }

  function tick(): void {
    const gap = view.awake(clock.now());
    if (gap !== undefined) take(gap);
  }

  return {
    clock,
    devices,
    journal,
    flush,
    tick,
    get view() {
      return view;
    },
    get database() {
      return database;
    },
    /** A device came or went. */
    turn(id: string, online: boolean, reason: Presence["reason"] = online ? "connected" : "will") {
      take({ device: `elm/bin/${id}`, online, at: clock.now(), reason });
    },
    /** Time passes in ticks of the gateway. */
    pass(ms: number) {
      clock.advance(ms);
      tick();
    },
    /** Ends properly, or as kill -9 does, and starts again after a while. */
    restart(how: "stop" | "kill", downMs: number) {
      if (how === "stop") {
        flush();
        view.close();
      }
      database.close();
      clock.advance(downMs);
      database = aDatabase(directory);
      view = open();
      for (let sequence = place + 1; sequence <= journal.length; sequence++) {
        const record = journal[sequence - 1]!;
        view.apply(record, sequence);
        if (sequence === journal.length) view.ran(record.at);
      }
      tick();
    },
    /** Figures of one device, without the device itself. */
    figures(id: string, from: string, to: string) {
      const known = devices.get(`elm/bin/${id}`)!;
      const { device: _, ...figures } = view.report({ devices: [known], from, to }).items[0]!;
      return figures;
    },
  };
}
