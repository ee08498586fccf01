import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate, type Packet, parser } from "mqtt-packet";
import { pino } from "pino";
import type { z } from "zod";
import type { Broker, BrokerParts, Ending } from "../../../gateway/broker/contract.ts";
import { openBroker } from "../../../gateway/broker/open.ts";
import { brokerSettings } from "../../../gateway/broker/settings.ts";
import { type Clock, createSystemClock } from "../../../gateway/clock.ts";
import { createMetrics, type Metrics } from "../../../gateway/metrics.ts";
import type { Message, Principal, Refusal } from "../../../gateway/types.ts";

/** Any packet that came from the broker. */
export type Got = Packet & { [field: string]: unknown };

/** A broker on a free port with what it was told. */
export interface TestBroker {
  readonly broker: Broker;
  readonly port: number;
  readonly directory: string;
  readonly metrics: Metrics;
  /** Messages that were taken, in order. */
  readonly taken: Message[];
  readonly events: string[];
  /** Value of a counter by its label, or without. */
  metric(name: string, label?: string): Promise<number>;
  stop(): Promise<void>;
}

export interface BrokerOptions {
  settings?: z.input<typeof brokerSettings>;
  clock?: Clock;
  directory?: string;
  accept?: BrokerParts["accept"];
  identify?: BrokerParts["identify"];
  identifyDevice?: BrokerParts["identifyDevice"];
  isExempt?: BrokerParts["isExempt"];
  credentialEvent?: BrokerParts["credentialEvent"];
}

/** The device `site/id` of kind `waste-bin`; password `secret`. */
export function aDevice(name: string): Principal {
  const [site, id] = name.split("/");
  const device = `${site}/waste-bin/${id}`;
  return {
    type: "device",
    name,
    device,
    publish: [`linli/v1/${device}/#`],
    subscribe: [`linli/v1/${device}/command`, `linli/v1/${device}/reject`],
  };
}

export function anAccount(name: string, publish = ["#"], subscribe = ["#"]): Principal {
  return { type: "account", name, publish, subscribe };
}

/** Names with a slash are devices, others are accounts that may do everything; the password is `secret`. */
export function identify(username: string, password: Buffer): Principal | undefined {
  if (password.toString() !== "secret") return undefined;
  return username.includes("/") ? aDevice(username) : anAccount(username);
}

const cleanups: (() => Promise<void> | void)[] = [];

/** Undoes what the tests of a file opened; for `afterEach`. */
export async function cleanUp(): Promise<void> {
  for (const undo of cleanups.splice(0).reverse()) await undo();
}

export function aFolder(): string {
  const directory = mkdtempSync(join(tmpdir(), "linli-broker-"));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export async function aBroker(options: BrokerOptions = {}): Promise<TestBroker> {
  const directory = options.directory ?? aFolder();
  const metrics = createMetrics();
  const taken: Message[] = [];
  const events: string[] = [];
  const broker = await openBroker({
    settings: brokerSettings.parse({ port: 0, ...options.settings }),
    log: pino({ level: process.env.LOG ?? "silent" }),
    metrics,
    clock: options.clock ?? createSystemClock(),
    directory,
    identify: options.identify ?? identify,
    ...(options.identifyDevice && { identifyDevice: options.identifyDevice }),
    ...(options.isExempt && { isExempt: options.isExempt }),
    ...(options.credentialEvent && { credentialEvent: options.credentialEvent }),
    accept(message, answer) {
      taken.push({ ...message, payload: Buffer.from(message.payload) });
      if (options.accept) options.accept(message, answer);
      else answer(undefined);
    },
    connected: (principal) => void events.push(`connected ${principal.name}`),
    disconnected: (principal, ending: Ending) => void events.push(`disconnected ${principal.name} ${ending}`),
    subscribed: (principal, filter) => void events.push(`subscribed ${principal.name} ${filter}`),
    delivered: (principal, token) => void events.push(`delivered ${principal.name} ${token}`),
  });
  const { port } = await broker.listen();
  cleanups.push(() => broker.stop());
  return {
    broker,
    port,
    directory,
    metrics,
    taken,
    events,
    stop: () => broker.stop(),
    async metric(name, label) {
      const text = await metrics.text();
      const line = text
        .split("\n")
        .find(
          (entry) =>
            entry.startsWith(`linli_${name}`) && (label === undefined || entry.includes(`"${label}"`)),
        );
      return line === undefined || line.startsWith("#") ? 0 : Number(line.split(" ").at(-1));
    },
  };
}

/** A client on a raw socket: sends what it likes. */
export interface RawClient {
  readonly socket: Socket;
  readonly got: Got[];
  readonly isClosed: () => boolean;
  /** Sends packets in one write. */
  send(...packets: (Packet | Buffer)[]): void;
  /** The next packet of this command that was not taken yet. */
  next(cmd: string): Promise<Got>;
  closed(): Promise<void>;
  end(): void;
}

export async function aSocket(port: number, version: 3 | 4 | 5 = 4): Promise<RawClient> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const reader = parser({ protocolVersion: version });
  const got: Got[] = [];
  const fresh: Got[] = [];
  let closed = false;
  let wake = () => {};
  reader.on("packet", (packet) => {
    got.push(packet as Got);
    fresh.push(packet as Got);
    wake();
  });
  socket.on("data", (chunk: Buffer) => reader.parse(chunk));
  socket.on("error", () => {});
  socket.on("close", () => {
    closed = true;
    wake();
  });
  cleanups.push(() => void socket.destroy());
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", () => resolve());
    socket.once("error", reject);
  });

  return {
    socket,
    got,
    isClosed: () => closed,
    send(...packets) {
      const bytes = packets.map((packet) =>
        Buffer.isBuffer(packet) ? packet : generate(packet, { protocolVersion: version }),
      );
      socket.write(Buffer.concat(bytes));
    },
    async next(cmd) {
      for (;;) {
        const index = fresh.findIndex((packet) => packet.cmd === cmd);
        if (index >= 0) return fresh.splice(index, 1)[0]!;
        if (closed) throw new Error(`the connection closed before a ${cmd} came`);
        await new Promise<void>((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error(`no ${cmd} came`)), 8000);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    closed: () => until(() => closed, "the connection to close"),
    end: () => socket.destroy(),
  };
}

export interface ConnectOptions {
  version?: 3 | 4 | 5;
  clientId?: string;
  username?: string;
  password?: string;
  clean?: boolean;
  keepalive?: number;
  properties?: Record<string, unknown>;
  will?: Record<string, unknown>;
}

export function connectPacket(name: string, options: ConnectOptions = {}): Packet {
  const version = options.version ?? 4;
  return {
    cmd: "connect",
    protocolId: version === 3 ? "MQIsdp" : "MQTT",
    protocolVersion: version,
    clean: options.clean ?? true,
    clientId: options.clientId ?? name,
    keepalive: options.keepalive ?? 60,
    username: options.username ?? name,
    password: Buffer.from(options.password ?? "secret"),
    ...(options.properties && { properties: options.properties }),
    ...(options.will && { will: options.will }),
  } as Packet;
}

/** A connected client. */
export async function aClient(port: number, name: string, options: ConnectOptions = {}): Promise<RawClient> {
  const client = await aSocket(port, options.version ?? 4);
  client.send(connectPacket(name, options));
  const connack = await client.next("connack");
  if ((connack.returnCode ?? connack.reasonCode) !== 0) {
    throw new Error(`refused: ${String(connack.returnCode ?? connack.reasonCode)}`);
  }
  return client;
}

export function publish(topic: string, options: Record<string, unknown> = {}): Packet {
  return {
    cmd: "publish",
    topic,
    payload: "{}",
    qos: 1,
    dup: false,
    retain: false,
    messageId: 1,
    ...options,
  } as Packet;
}

export function subscribe(filters: string | string[], options: Record<string, unknown> = {}): Packet {
  const list = typeof filters === "string" ? [filters] : filters;
  const { qos = 1, messageId = 10, properties, ...rest } = options;
  return {
    cmd: "subscribe",
    messageId,
    ...(properties === undefined ? {} : { properties }),
    subscriptions: list.map((topic) => ({ topic, qos, nl: false, rap: false, rh: 0, ...rest })),
  } as Packet;
}

export const aRefusal: Refusal = {
  code: "field-invalid",
  path: "fill",
  value: "7",
  message: "fill must be a number from 0 to 1",
};

/** Waits until something holds. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 8000,
): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The payloads of the next messages. */
export async function payloadsOf(client: RawClient, count: number): Promise<string[]> {
  const payloads: string[] = [];
  for (let i = 0; i < count; i++) payloads.push(String((await client.next("publish")).payload));
  return payloads;
}

/** The folder as a power cut would leave it: what was written, without a goodbye. */
export function crashImage(directory: string): string {
  const copy = aFolder();
  for (const file of ["sessions.db", "sessions.db-wal"])
    copyFileSync(join(directory, file), join(copy, file));
  return copy;
}
