import { createServer, type Server, type Socket } from "node:net";
import type { WireOrder } from "../../../devices/kit/gb26875.ts";
import type { Clock } from "../../clock.ts";
import { cannotListen } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { DeviceName } from "../../types.ts";
import type { Frame } from "./frame.ts";
import { createLink, type Link } from "./link.ts";
import type { Gb26875Meters } from "./meters.ts";
import type { Transmitter } from "./places.ts";
import type { Gb26875Settings } from "./settings.ts";

/** A frame with its sender. */
export interface Arrival {
  readonly frame: Frame;
  /** As it came. */
  readonly bytes: Buffer;
  readonly transmitter: Transmitter;
  /** Network address that it came from. */
  readonly address: string;
}

/** What the connections need of the rest of the gateway. */
export interface LineParts {
  readonly settings: Gb26875Settings;
  /** Zone of the times on the wire, `+08:00`. */
  readonly zone: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly meters: Gb26875Meters;
  /** Whose source address it is, when it may come from this network address. */
  readonly find: (source: string, address: string) => Transmitter | undefined;
  /** Takes a frame, in the order of arrival; `answer` must be called once all that it says is durable. */
  readonly take: (arrival: Arrival, answer: () => void) => void;
  /** Takes a frame whose sum is wrong; it is not acknowledged. */
  readonly takeBroken: (arrival: Arrival) => void;
  /** Takes a frame of a source address that is not registered; it is not acknowledged. */
  readonly takeStranger: (arrival: Omit<Arrival, "transmitter">) => void;
  /** The first connection of a transmission device is there. */
  readonly opened: (transmitter: Transmitter, address: string) => void;
  /** The last connection of a transmission device has ended. */
  readonly closed: (transmitter: DeviceName) => void;
  /** A transmission device acknowledged or refused the order that was sent with this token. */
  readonly answered: (transmitter: DeviceName, token: string, isTaken: boolean) => void;
}

/** The listener to which transmission devices connect. */
export interface Listener {
  /** Opens the port. Throws `port-taken`. */
  listen(port: number): Promise<{ port: number }>;
  /** Sends an order on the newest connection of a transmission device; false when there is none. */
  send(transmitter: DeviceName, order: WireOrder, token: string): boolean;
  connectionCount(): number;
  /** Takes no more connections, waits (bounded) until the frames that were taken are durable and acknowledged, closes. */
  stop(): Promise<void>;
}

const secondMs = 1000;
/** Finds a peer that vanished while the connection is not read, ms. */
const keepAliveMs = 60_000;

/** Makes the listener; nothing is open before `listen`. */
export function createListener(parts: LineParts): Listener {
  const { settings, clock, log, meters } = parts;
  const links = new Set<Link>();
  const byAddress = new Map<string, number>();
  /** Newest last. */
  const byTransmitter = new Map<DeviceName, Link[]>();
  let isStopping = false;
  let whenSettled: (() => void) | undefined;
  let server: Server | undefined;
  const stopSweep = clock.every(secondMs, () => {
    for (const link of [...links]) link.sweep(clock.now());
  });

  function attach(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? "");
    const count = byAddress.get(address) ?? 0;
    const reason = refusalOf(count);
    if (reason !== undefined) {
      meters.refused.add(reason);
      socket.on("error", () => {});
      socket.destroy();
      return;
    }
    byAddress.set(address, count + 1);
    socket.setKeepAlive(true, keepAliveMs);
    links.add(createLink({ ...parts, socket, address, joined, ended, settled: () => whenSettled?.() }));
  }

  function refusalOf(ofAddress: number): string | undefined {
    if (isStopping) return "stopping";
    if (links.size >= settings.connections) return "connections";
    return ofAddress >= settings.connectionsPerAddress ? "address-connections" : undefined;
  }

  function joined(transmitter: Transmitter, link: Link): void {
    const { device } = transmitter.device;
    const others = byTransmitter.get(device) ?? [];
    byTransmitter.set(device, [...others, link]);
    if (others.length === 0) {
      parts.opened(transmitter, link.address);
      return;
    }
    meters.shared.add();
    const addresses = [...others, link].map(({ address }) => address);
    log.warn({ device, addresses }, "several GB/T 26875.3 connections have one source address");
    if (others.length < settings.connectionsPerSource) return;
    others.toSorted((a, b) => a.heardAt() - b.heardAt())[0]!.cut("source-connections");
  }

  function ended(link: Link, transmitters: Iterable<DeviceName>): void {
    links.delete(link);
    whenSettled?.();
    const left = byAddress.get(link.address)! - 1;
    if (left === 0) byAddress.delete(link.address);
    else byAddress.set(link.address, left);
    for (const device of transmitters) {
      const others = byTransmitter.get(device)!.filter((other) => other !== link);
      if (others.length > 0) byTransmitter.set(device, others);
      else {
        byTransmitter.delete(device);
        if (!isStopping) parts.closed(device);
      }
    }
  }

  return {
    listen(port) {
      const { host } = settings;
      const opening = createServer({ noDelay: true }, attach);
      server = opening;
      return new Promise((resolve, reject) => {
        opening.once("error", (cause) =>
          reject(cannotListen({ what: "GB/T 26875.3", host, port, variable: "LINLI_GB26875_PORT", cause })),
        );
        opening.listen({ host, port }, () => {
          const address = opening.address();
          const taken = typeof address === "object" && address !== null ? address.port : port;
          log.info({ host, port: taken }, "GB/T 26875.3 listens");
          resolve({ port: taken });
        });
      });
    },
    send: (device, order, token) => byTransmitter.get(device)?.at(-1)?.send(device, order, token) ?? false,
    connectionCount: () => links.size,
    async stop() {
      isStopping = true;
      server?.close();
      for (const link of links) link.hush();
      await untilSettled();
      stopSweep();
      for (const link of [...links]) link.end();
    },
  };

  /** Until nothing waits to become durable, or for too long. */
  async function untilSettled(): Promise<void> {
    let stopWaiting = () => {};
    await new Promise<void>((resolve) => {
      whenSettled = () => {
        if ([...links].every((link) => link.pending() === 0)) resolve();
      };
      stopWaiting = clock.after(settings.stopTimeoutMs, resolve);
      whenSettled();
    });
    stopWaiting();
  }
}

/** An IPv4 address that comes over an IPv6 socket as people write it. */
function plainAddress(address: string): string {
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
