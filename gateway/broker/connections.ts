import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Log } from "../log.ts";
import type { PeerCertificate, Principal } from "../types.ts";
import type { Core, Filter, Peer } from "./aedes.ts";
import { type Connection, createConnection, principalOf } from "./connection.ts";
import type { BrokerParts, ConnectionInfo, Cut, Ending } from "./contract.ts";
import type { Meters } from "./meters.ts";

interface ConnectionsParts
  extends Pick<
    BrokerParts,
    "settings" | "clock" | "connected" | "disconnected" | "subscribed" | "credentialEvent"
  > {
  readonly core: Core;
  readonly meters: Meters;
  readonly log: Log;
  readonly isStopping: () => boolean;
  readonly guard: (peer: Peer) => void;
  /** The client was admitted. */
  readonly opened: (peer: Peer) => void;
  /** An admitted client has gone. */
  readonly left: (peer: Peer) => void;
  /** The socket has closed. */
  readonly closed: (connection: Connection) => void;
}

/** A socket that a door hands over. */
export interface Arrival {
  readonly address: string;
  /** Of a WebSocket. */
  readonly request?: IncomingMessage;
  readonly certificate?: PeerCertificate | undefined;
}

const normalEnd = 0x98; // MQTT 5: administrative action.

/** Who is connected: counts sockets, knows the principals, tells when the first comes and the last goes. */
export function createConnections(parts: ConnectionsParts) {
  const { core, settings, meters, clock } = parts;
  const byAddress = new Map<string, number>();
  const byPrincipal = new Map<string, Set<Connection>>();
  /** Principals that were told to be connected. */
  const told = new Set<string>();
  const open = new Set<Connection>();
  let reserved = 0;
  let ready = 0;

  core.on("client", (peer: Peer) => {
    // Aedes goes on with a handshake whose socket has closed meanwhile, and would keep the client for ever.
    if (peer.closed) core.deleteClient(peer.id);
    else parts.opened(peer);
  });
  core.on("clientReady", onReady);
  core.on("clientDisconnect", onDisconnect);
  core.on("subscribe", (filters: Filter[], peer: Peer) => {
    for (const { topic, qos } of filters) if (qos <= 2) tellSubscribed(peer.connection, topic);
  });
  core.on("keepaliveTimeout", (peer: Peer) => {
    peer.connection.ending ??= "keepalive";
  });

  /** Hands a socket to aedes, unless there are too many. */
  function attach(stream: Duplex, { address, request, certificate }: Arrival): void {
    if (!hasRoom(address)) {
      stream.on("error", () => {});
      stream.destroy();
      return;
    }
    add(address);
    const peer = core.handle(stream, request);
    const connection = createConnection(peer, { address, openedAt: clock.now(), certificate });
    peer.connection = connection;
    open.add(connection);
    parts.guard(peer);
    stream.once("close", () => {
      open.delete(connection);
      subtract(address);
      connection.stopHandshake?.();
      parts.closed(connection);
    });
  }

  /** Counts a socket that is not handed over yet; undefined when there are too many, else what ends the count. */
  function reserve(address: string): (() => void) | undefined {
    if (!hasRoom(address)) return undefined;
    add(address);
    reserved++;
    return () => {
      subtract(address);
      reserved--;
    };
  }

  function add(address: string): void {
    byAddress.set(address, (byAddress.get(address) ?? 0) + 1);
  }

  function subtract(address: string): void {
    const left = byAddress.get(address)! - 1;
    if (left === 0) byAddress.delete(address);
    else byAddress.set(address, left);
  }

  /** Counts the refusal when there is none. */
  function hasRoom(address: string): boolean {
    const reason = refusal(address);
    if (reason !== undefined) meters.refused.add(reason);
    return reason === undefined;
  }

  function refusal(address: string): string | undefined {
    if (parts.isStopping()) return "stopping";
    if (open.size + reserved >= settings.connections) return "connections";
    return (byAddress.get(address) ?? 0) >= settings.connectionsPerAddress
      ? "address-connections"
      : undefined;
  }

  function onReady(peer: Peer): void {
    const { connection } = peer;
    connection.stopHandshake?.();
    connection.stopHandshake = undefined;
    if (peer.closed) return;
    const principal = principalOf(connection);
    connection.ready = true;
    ready++;
    const others = byPrincipal.get(principal.name);
    if (others === undefined) byPrincipal.set(principal.name, new Set([connection]));
    else others.add(connection);
    if (!told.has(principal.name)) {
      told.add(principal.name);
      parts.log.debug({ principal: principal.name, address: connection.address }, "connected");
      parts.connected?.(principal);
    }
    for (const filter in peer.subscriptions) tellSubscribed(connection, filter);
  }

  function onDisconnect(peer: Peer): void {
    parts.left(peer);
    const { connection } = peer;
    if (!connection.ready) return;
    connection.ready = false;
    ready--;
    const ending = endingOf(connection);
    meters.endings.add(ending);
    const principal = principalOf(connection);
    const connections = byPrincipal.get(principal.name)!;
    connections.delete(connection);
    if (connections.size > 0) return;
    byPrincipal.delete(principal.name);
    // One that was taken over is coming back this moment; it has gone only if it does not.
    if (ending === "taken-over") clock.after(settings.handshakeTimeoutMs, () => tellGone(principal, ending));
    else tellGone(principal, ending);
  }

  function tellGone(principal: Principal, ending: Ending): void {
    if (byPrincipal.has(principal.name) || !told.delete(principal.name)) return;
    parts.log.debug({ principal: principal.name, ending }, "disconnected");
    parts.disconnected?.(principal, ending);
  }

  function endingOf({ peer, ending }: Connection): Ending {
    if (ending !== undefined) return ending;
    if (parts.isStopping()) return "stopping";
    return peer._disconnected ? "graceful" : "closed";
  }

  function tellSubscribed(connection: Connection, filter: string): void {
    if (connection.ready && filter.endsWith("/command")) parts.subscribed?.(principalOf(connection), filter);
  }

  return {
    attach,
    reserve,
    count: () => ready,
    sockets: () => open.size,
    of(name: string): ConnectionInfo | undefined {
      const connection = [...(byPrincipal.get(name) ?? [])].at(-1);
      return connection && describe(connection, principalOf(connection));
    },
    /** Ends connections of a principal, also those whose handshake is not finished. */
    disconnect(name: string, { issue, drops = "nothing" }: Cut): void {
      const theirs = [...open].filter(
        ({ principal }) => principal?.name === name && (issue === undefined || principal.issue === issue),
      );
      for (const { peer } of theirs) {
        peer.connection.ending = "kicked";
        if (drops !== "nothing") {
          peer.will = null;
          peer._will = null;
        }
        peer.disconnect({ reasonCode: normalEnd });
      }
      const [first] = theirs;
      if (first === undefined) return;
      parts.credentialEvent?.({
        ...{ what: "ended", principal: principalOf(first), connections: theirs.length },
      });
    },
    /** Ends the connections whose certificate holds no more. */
    cutCertificates(isRevoked: (serial: string) => boolean): void {
      for (const connection of [...open]) {
        if (connection.certificate === undefined || !isRevoked(connection.certificate.serial)) continue;
        meters.refused.add("certificate-revoked");
        connection.ending = "kicked";
        connection.peer.disconnect({ reasonCode: normalEnd });
      }
    },
    /** Closes what is still open, greeted or not. */
    destroyAll(): void {
      for (const { peer } of [...open]) peer.conn.destroy();
    },
  };
}

function describe({ peer, address, openedAt }: Connection, principal: Principal): ConnectionInfo {
  return {
    principal: principal.name,
    clientId: peer.id,
    address,
    version: peer.version ?? 0,
    openedAt,
    subscriptions: Object.keys(peer.subscriptions),
  };
}
