import type { Commands, Open } from "./commands.ts";
import { createFramePath } from "./gb26875-frames.ts";
import type { Happenings } from "./happenings.ts";
import { type Arrival, createListener, type Listener } from "./ingest/gb26875/listener.ts";
import { createGb26875Meters } from "./ingest/gb26875/meters.ts";
import { type Places, readPlaces, type Transmitter } from "./ingest/gb26875/places.ts";
import type { Pipeline } from "./pipeline.ts";
import type { SharedParts } from "./shared-parts.ts";
import type { Registry } from "./state/contract.ts";
import type { DeviceName } from "./types.ts";

/** Fire alarm transmitters (GB/T 26875.3), joined to the registry, the path of a message, presence and commands. */
export interface FireLines {
  /** Opens the port of the settings; undefined when there is none. Throws `port-taken`. */
  listen(): Promise<number | undefined>;
  /** Sends a command to a transmitter that is connected now; false when it is not, or knows no such command. */
  send(command: Open): boolean;
  /** The path for what is ingested again, kept frames included. */
  readonly accept: Pipeline["accept"];
}

interface Parts {
  readonly registry: Pick<Registry, "device" | "deviceAt" | "devices" | "onDevice">;
  readonly pipeline: Pipeline;
  readonly happenings: Pick<Happenings, "connection">;
  readonly commands: Pick<Commands, "deviceReady" | "delivered" | "replied">;
}

/** A transmitter that is connected. */
interface Line {
  /** As it was when presence was told last. */
  transmitter: Transmitter;
  /** When the devices behind it were told to be alive, epoch ms. */
  aliveAt: number;
}

const minuteMs = 60_000;

/** Makes the lines. Without a port in the settings nothing happens but that kept frames can be ingested again. */
export function createFireLines(shared: SharedParts, parts: Parts): FireLines {
  const { config, clock, log, metrics, newId, closers } = shared;
  const { registry, pipeline, happenings, commands } = parts;
  const { gb26875: settings } = config;
  const { zone } = config.ingest;
  const meters = createGb26875Meters(metrics);
  /** By name of the transmitter, as far as it is connected. */
  const lines = new Map<DeviceName, Line>();
  const strangers = { since: 0, count: 0 };
  let known: Places | undefined;
  registry.onDevice(() => {
    known = undefined;
  });
  const frames = createFramePath({ pipeline, places, zone, now: clock.now, boot: newId(), log, meters });

  function places(): Places {
    if (known !== undefined) return known;
    known = readPlaces(registry.devices(), registry.deviceAt);
    if (known.conflicts.length > 0) {
      log.warn({ sources: known.conflicts }, "several devices claim one GB/T 26875.3 source address");
    }
    return known;
  }

  function take(arrival: Arrival, answer: () => void): void {
    const { transmitter } = arrival;
    const line = follow(transmitter);
    frames.take(arrival, answer);
    if (clock.now() - line.aliveAt < settings.liveEveryMs) return;
    line.aliveAt = clock.now();
    for (const device of transmitter.members)
      if (device !== transmitter.device) frames.alive(device, nothing);
  }

  function takeStranger(arrival: Omit<Arrival, "transmitter">): void {
    const now = clock.now();
    const isOver = now - strangers.since >= minuteMs || now < strangers.since;
    if (isOver) Object.assign(strangers, { since: now, count: 0 });
    if (++strangers.count > settings.strangersPerMinute) return;
    const { source } = arrival.frame;
    const { address } = arrival;
    const reason = places().find(source)
      ? `the source address ${source} may not come from ${address}; add that to the fact gb26875From of its device`
      : `the source address ${source} (from ${address}) is not registered; register its transmission device with the fact gb26875Source ${source}`;
    log.warn({ source, address }, "frame of an unregistered GB/T 26875.3 source address refused");
    frames.keepStranger(arrival, reason);
  }

  /** Tells the presence of all behind a transmitter; devices may have been registered or removed since it connected. */
  function follow(transmitter: Transmitter): Line {
    const name = transmitter.device.device;
    const line = lines.get(name) ?? { transmitter: nobody(transmitter), aliveAt: clock.now() };
    lines.set(name, line);
    if (line.transmitter === transmitter) return line;
    const before = namesOf(line.transmitter);
    const now = namesOf(transmitter);
    for (const device of now) if (!before.has(device)) tell(device, true);
    for (const device of before) if (!now.has(device)) tell(device, false);
    line.transmitter = transmitter;
    return line;
  }

  function tell(device: DeviceName, online: boolean): void {
    happenings.connection({ device, online, reason: online ? "connected" : "closed" });
  }

  function opened(transmitter: Transmitter, address: string): void {
    const { device } = transmitter.device;
    log.info({ device, address }, "fire alarm transmitter connected");
    follow(transmitter);
    commands.deviceReady(device);
  }

  function closed(name: DeviceName): void {
    const line = lines.get(name);
    lines.delete(name);
    log.info({ device: name }, "fire alarm transmitter disconnected");
    for (const device of line ? namesOf(line.transmitter) : []) tell(device, false);
  }

  function answered(device: DeviceName, token: string, isTaken: boolean): void {
    const [id = "", name = ""] = token.split(" ");
    const known = registry.device(device);
    const event = known?.definition.wire?.transmitter?.orders?.[name]?.taken;
    if (isTaken && known !== undefined && event !== undefined) frames.happened(known, event);
    commands.delivered(device, id);
    const refused = { id, ok: false, error: "the transmission device refused the order" };
    commands.replied(device, isTaken ? { id, ok: true } : refused);
  }

  function openListener(port: number): { listener: Listener; port: number } {
    const { takeBroken } = frames;
    const listener = createListener({
      ...{ settings, zone, clock, log, meters, take, takeBroken, takeStranger, opened, closed, answered },
      find: (source, address) => places().find(source, address),
    });
    closers.add("GB/T 26875.3", () => listener.stop());
    return { listener, port };
  }

  const open = settings.port === undefined ? undefined : openListener(settings.port);
  metrics.gauge(
    "gb26875_connections",
    "Connections of fire alarm transmitters",
    () => open?.listener.connectionCount() ?? 0,
  );
  metrics.gauge(
    "gb26875_conflicts",
    "Source addresses that several devices claim; the oldest has them",
    () => (open === undefined ? 0 : places().conflicts.length),
  );

  return {
    async listen() {
      return open && (await open.listener.listen(open.port)).port;
    },
    send({ id, device, name, args }) {
      if (!lines.has(device)) return false;
      const order = registry.device(device)?.definition.wire?.transmitter?.orders?.[name]?.order(args);
      if (order === undefined || open === undefined) return false;
      return open.listener.send(device, order, `${id} ${name}`);
    },
    accept: frames.accept,
  };
}

function nothing(): void {}

function namesOf({ members }: Transmitter): Set<DeviceName> {
  return new Set([...members].map(({ device }) => device));
}

function nobody(transmitter: Transmitter): Transmitter {
  return { ...transmitter, members: new Set() };
}
