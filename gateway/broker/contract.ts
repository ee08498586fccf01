import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Message, PeerCertificate, Principal, Refusal } from "../types.ts";
import type { BrokerSettings } from "./settings.ts";

/** Why a principal's last connection ended. */
export type Ending =
  /** The client said goodbye (DISCONNECT). */
  | "graceful"
  /** The socket ended without a word. */
  | "closed"
  /** Nothing was heard for 1.5 × its keep-alive. */
  | "keepalive"
  /** It did not take what was written to it. */
  | "slow"
  /** It broke the protocol or a limit. */
  | "refused"
  /** `disconnect` was called. */
  | "kicked"
  /** Another connection came with the same client id. */
  | "taken-over"
  /** The gateway stops; says nothing about the device. */
  | "stopping";

/** Something about credentials that people want to read later. */
export type CredentialEvent =
  /** A CONNECT was refused for what it said of itself. */
  | {
      readonly what: "refused";
      /** As the client gave them. */
      readonly username: string | undefined;
      readonly clientId: string;
      readonly address: string;
      readonly reason: string;
    }
  /** Two connections fought over a client id, which is now refused for a while. */
  | {
      readonly what: "banned";
      readonly principal: Principal;
      readonly clientId: string;
      readonly address: string;
    }
  /** Connections were ended because their credentials do not hold any more. */
  | { readonly what: "ended"; readonly principal: Principal; readonly connections: number };

/** What the broker needs of the rest of the gateway. */
export interface BrokerParts {
  readonly settings: BrokerSettings;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Folder in which sessions, wills and retained messages are kept (`sessions.db`). */
  readonly directory: string;
  /** Whose credentials they are; undefined is a refusal. */
  readonly identify: (username: string, password: Buffer) => Principal | undefined;
  /** The device that a verified certificate names; undefined when there is none. */
  readonly identifyDevice?: (name: string) => Principal | undefined;
  /**
   * Takes a message on a topic below `linli/`. Called synchronously in the order of arrival; `answer` must be called once
   * it is durable, with the reason when it was refused (kept as a rejection). The message is acknowledged either way.
   */
  readonly accept: (message: Message, answer: (refusal: Refusal | undefined) => void) => void;
  /** What subscribers are shown of a message on a topic below `linli/`; called only when there are any. The payload itself when undefined. */
  readonly shown?: (topic: string, payload: Buffer) => Buffer;
  /** The first connection of a principal is open. */
  readonly connected?: (principal: Principal) => void;
  /** The last connection of a principal has ended. */
  readonly disconnected?: (principal: Principal, ending: Ending) => void;
  /** A client holds a subscription to a `command` topic now (new, or restored with its session): waiting commands can be sent. */
  readonly subscribed?: (principal: Principal, filter: string) => void;
  /** A subscriber acknowledged (PUBACK) a message that was published with this token. */
  readonly delivered?: (principal: Principal, token: string) => void;
  /** Told of every credential event; may be called as often as strangers connect. */
  readonly credentialEvent?: (event: CredentialEvent) => void;
  /** True for principals that flapping never bans, for example fire devices. */
  readonly isExempt?: (principal: Principal) => boolean;
}

/** A message of the gateway to devices, or to who listens to alerts. Never queued: it reaches who is subscribed now, or nobody. */
export interface Downlink {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly qos: 0 | 1;
  /** Kept for who subscribes later, until an empty one takes its place. */
  readonly retain?: boolean;
  /** Epoch ms; a later attempt sends nothing, and MQTT 5 clients are told the remaining time. */
  readonly expiresAt?: number;
  /** Comes back in `delivered` when a subscriber acknowledges; needs QoS 1. */
  readonly token?: string;
}

/** A principal's connection, for people to look at. */
export interface ConnectionInfo {
  readonly principal: string;
  readonly clientId: string;
  readonly address: string;
  /** 3 is MQTT 3.1, 4 is 3.1.1, 5 is 5.0. */
  readonly version: number;
  readonly openedAt: number;
  readonly subscriptions: readonly string[];
}

/** Which connections of a principal end, and what goes with them. */
export interface Cut {
  /** Only those with this `Principal.issue`. */
  readonly issue?: number;
  /** Wills that are dropped in place of published; with sessions also all that is kept for the principal. */
  readonly drops?: "nothing" | "wills" | "wills-and-sessions";
}

/** The MQTT broker. */
export interface Broker {
  /** Opens the plain TCP listener. Throws `port-taken`. */
  listen(): Promise<{ port: number }>;
  /** Takes a socket of another door, for example one of TLS. */
  attach(socket: Duplex, arrival: { address: string; certificate?: PeerCertificate | undefined }): void;
  /** Counts a socket that is still in its handshake; undefined when there are too many, else what ends the count. */
  reserve(address: string): (() => void) | undefined;
  /** Ends every connection whose certificate holds no more. */
  cutCertificates(isRevoked: (serial: string) => boolean): void;
  /** The WebSocket door: takes over an HTTP upgrade (the caller has checked the path). */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sends to the subscribers that are connected now; how many there were. Commands go out within the call's turn of the event loop. */
  publish(message: Downlink): number;
  /** The principal's latest connection. */
  connection(principal: string): ConnectionInfo | undefined;
  /** Connections that are authenticated. */
  connectionCount(): number;
  /**
   * Ends connections of the principal whose credentials ended. Nothing that they sent and that was not taken yet is taken.
   */
  disconnect(principal: string, which?: Cut): void;
  /** Stops taking messages, waits (bounded) until those taken are durable and acknowledged, keeps sessions, closes. */
  stop(): Promise<void>;
}
