import type { PeerCertificate, Principal } from "../types.ts";
import type { Peer } from "./aedes.ts";
import type { Ending } from "./contract.ts";

/** What a client may do with a topic: have it taken by the gateway, have it routed as it is, or nothing. */
export type Verdict = "accept" | "route" | "denied";

/** What the broker keeps of one open socket besides what aedes keeps. */
export interface Connection {
  readonly peer: Peer;
  readonly address: string;
  readonly openedAt: number;
  /** What the client showed in its TLS handshake; undefined without TLS, or when it showed none. */
  readonly certificate: PeerCertificate | undefined;
  /** Undefined until CONNECT was accepted. */
  principal: Principal | undefined;
  /** The client id was made by the broker. */
  assignedId: boolean;
  /** It was counted as connected. */
  ready: boolean;
  ending: Ending | undefined;
  /** Ends the wait for CONNACK. */
  stopHandshake: (() => void) | undefined;
  /** Permissions that were already worked out, by topic. */
  verdicts: Map<string, Verdict>;
  /** Messages that were taken and are not answered yet. */
  pending: number;
  /** Why it is not read: 0 it is, 1 its messages wait for the disk, 2 it sent too many this second, 3 both. */
  paused: number;
  /** Packets in the second `window`. */
  packets: number;
  window: number;
  /** QoS 2 packet ids that are being taken and not acknowledged yet. */
  qos2Pending: Set<number> | undefined;
  /** QoS 2 packet ids that were acknowledged and not released, for a session that ends with the connection. */
  received: Set<number> | undefined;
  /** Acknowledgements to be written at the end of this turn: `header << 16 | packet id`. */
  acks: number[];
  /** Tokens of messages sent down that the client has not acknowledged, by packet id. */
  tokens: Map<number, string> | undefined;
}

/** Makes the record of a socket that was just accepted. */
export function createConnection(
  peer: Peer,
  { address, openedAt, certificate }: Pick<Connection, "address" | "openedAt" | "certificate">,
): Connection {
  return {
    peer,
    address,
    openedAt,
    certificate,
    principal: undefined,
    assignedId: false,
    ready: false,
    ending: undefined,
    stopHandshake: undefined,
    verdicts: new Map(),
    pending: 0,
    paused: 0,
    packets: 0,
    window: 0,
    qos2Pending: undefined,
    received: undefined,
    acks: [],
    tokens: undefined,
  };
}

/** The principal of an authenticated connection. */
export function principalOf(connection: Connection): Principal {
  return connection.principal!;
}
