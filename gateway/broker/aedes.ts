import type { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { Aedes } from "aedes";
import aedesPersistence from "aedes-persistence";
import type { Connection } from "./connection.ts";

/*
 * The part of aedes 2.0.0-beta.1 that the broker relies on, with its inner names. The version is pinned exactly; every
 * member here is covered by a test of the trap it serves, so that an upgrade shows what moved.
 */

/** MQTT 5 properties of a packet. */
export type Properties = Record<string, unknown>;

/** A message inside aedes. */
export interface Packet {
  cmd: string;
  topic: string;
  payload: Buffer;
  qos: 0 | 1 | 2;
  retain: boolean;
  dup: boolean;
  brokerId: string;
  brokerCounter: number;
  messageId?: number | undefined;
  clientId?: string;
  properties?: Properties | undefined;
  /** Epoch ms. */
  messageExpiry?: number;
}

/** What a client sent, as the parser gives it. */
export interface Incoming {
  cmd: string;
  length: number;
  topic: string;
  payload: Buffer;
  qos: 0 | 1 | 2;
  retain: boolean;
  dup: boolean;
  messageId?: number;
  properties?: Properties;
  subscriptions?: Filter[];
  unsubscriptions?: string[];
  /** Set by us as well: aedes then neither acknowledges nor routes the PUBLISH. */
  _notAuthorized?: boolean;
}

/** One filter of a SUBSCRIBE; also how a session keeps it. */
export interface Filter {
  topic: string;
  qos: number;
  rh?: number | undefined;
  rap?: boolean | undefined;
  nl?: boolean | undefined;
  subscriptionIdentifier?: number | undefined;
  /** Set by the gate: sessions do not keep it. */
  denied?: boolean;
}

/** A will as CONNECT carried it. */
export interface Will {
  topic: string;
  payload: Buffer;
  qos: number;
  retain: boolean;
  properties?: Properties;
  brokerId?: string;
  clientId?: string;
  /** Set by us when it is kept: user name of who left it. */
  owner?: string;
}

/** A CONNECT packet. */
export interface Connect extends Incoming {
  protocolVersion: number;
  clientId: string;
  username?: string;
  password?: Buffer;
  clean: boolean;
  keepalive: number;
  will?: Will;
}

/** The packet parser of one client. */
export interface Parser extends EventEmitter {
  client: Peer;
  /** The packet whose header was read and whose body may still be missing. */
  packet: { cmd: string | null; length: number };
  /** Packets that wait for CONNACK. */
  _queue: Incoming[] | null;
  parse(chunk: Buffer): number;
}

/** One client of aedes. */
export interface Peer extends EventEmitter {
  id: string;
  clean: boolean;
  version: 3 | 4 | 5 | null;
  conn: Duplex;
  broker: Core;
  closed: boolean;
  connected: boolean;
  connecting: boolean;
  connackSent: boolean;
  will: Will | null;
  /** The will of CONNECT before it was admitted. */
  _will?: Will | null;
  subscriptions: Record<string, { qos: number }>;
  duplicates: Record<string, number>;
  sessionExpiryInterval: number;
  maximumPacketSize: number | undefined;
  _disconnected: boolean;
  _authorized: boolean;
  _parser: Parser;
  _parsingBatch: number;
  _nextId: number;
  _paused?: boolean;
  _keepaliveTimer: NodeJS.Timeout | null;
  _assignedClientId: string | undefined;
  _requestProblemInformation?: boolean;
  pause(): void;
  resume(): void;
  close(done?: () => void): void;
  disconnect(options: { reasonCode: number }, done?: () => void): void;
  waitForDrain(done: (error: Error | null) => void): void;
  rejectPacketTooLarge(size: number): void;
  /** Ours. */
  connection: Connection;
}

/** Delivers a message to one subscription. */
export type Deliver = (packet: Packet, done: () => void) => void;

/** What aedes publishes and subscribes through. */
export interface Emitter {
  on(filter: string, deliver: Deliver, done?: () => void): unknown;
  removeListener(filter: string, deliver: Deliver, done?: () => void): unknown;
  emit(packet: Packet, done: () => void): unknown;
  close(done: () => void): void;
  _matcher: { match(topic: string): Deliver[] };
}

/** The broker object of aedes. */
export interface Core extends EventEmitter {
  id: string;
  counter: number;
  closed: boolean;
  clients: Record<string, Peer>;
  connectedClients: number;
  maximumPacketSize: number;
  mq: Emitter;
  listen(): Promise<void>;
  /** Forgets that a client is connected. */
  deleteClient(clientId: string): void;
  /** The will that is to be published some time after its client has gone is not published. */
  clearDelayedWill(clientId: string): void;
  clearSessionExpiry(clientId: string): void;
  handle(stream: Duplex, request?: IncomingMessage): Peer;
  close(done: () => void): void;
}

/** The callbacks that aedes asks before it acts. */
export interface Hooks {
  preConnect(peer: Peer, packet: Connect, done: (error: Error | null, go: boolean) => void): void;
  authenticate(
    peer: Peer,
    username: string | undefined,
    password: Buffer | undefined,
    done: (error: Error | null, ok: boolean) => void,
  ): void;
  authorizePublish(peer: Peer | null, packet: Incoming, done: (error: Error | null) => void): void;
  authorizeSubscribe(
    peer: Peer,
    filter: Filter,
    done: (error: Error | null, filter: Filter | null) => void,
  ): void;
  authorizeForward(peer: Peer, packet: Packet): Packet | null;
}

/** Options of aedes that we set. */
export interface CoreOptions extends Hooks {
  persistence: unknown;
  concurrency: number;
  heartbeatInterval: number;
  connectTimeout: number;
  drainTimeout: number;
  queueLimit: number;
  maxClientsIdLength: number;
  keepaliveLimit: number;
  maxTopicLevels: number;
  maximumPacketSize: number;
  receiveMaximum: number;
  sessionExpiryIntervalLimit: number;
  pendingSessionsLimit: number;
}

/** Makes the aedes broker; `listen` must follow. */
export function createCore(options: CoreOptions): Core {
  return new Aedes(options as never) as unknown as Core;
}

/** Makes a message as aedes routes it: with the broker's id and the next counter. */
export const AedesPacket = (
  aedesPersistence as unknown as {
    Packet: new (source: object, core?: { id: string; counter: number }) => Packet;
  }
).Packet;
