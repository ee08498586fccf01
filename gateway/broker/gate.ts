import type { Duplex } from "node:stream";
import { GatewayError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Filter, Incoming, Parser, Peer } from "./aedes.ts";
import type { Connection } from "./connection.ts";
import type { Meters } from "./meters.ts";
import type { BrokerSettings } from "./settings.ts";
import { faultOfFilter } from "./topics.ts";
import { takeWholePublishes } from "./whole-publishes.ts";

type Handle = (this: Parser, packet: Incoming) => void;

interface GateParts {
  readonly settings: BrokerSettings;
  readonly meters: Meters;
  readonly log: Log;
  readonly isStopping: () => boolean;
  /** A packet came that costs work. */
  readonly came: (connection: Connection) => void;
  /** A client acknowledged a message; true when it was one of ours that aedes does not know. */
  readonly acknowledged: (peer: Peer, messageId: number) => boolean;
}

/** Stands between the parser and aedes: what aedes would do wrong with a packet never reaches it. */
export function createGate({ settings, meters, log, isStopping, came, acknowledged }: GateParts) {
  // Aedes' own handler; the same function for every client.
  let handle: Handle | undefined;

  /** Puts the gate before a client that aedes has just made. */
  function guard(peer: Peer): void {
    const parser = peer._parser;
    handle ??= parser.listeners("packet")[0] as Handle;
    parser.removeAllListeners("packet");
    parser.on("packet", onPacket);
    parser.parse = parseSafely;
    if (peer._nextId === 0) peer._nextId = 1;
    peer.conn.on("readable", checkBeginning);
  }

  function onPacket(this: Parser, packet: Incoming) {
    const peer = this.client;
    if (isStopping() && packet.cmd !== "puback" && packet.cmd !== "disconnect") return;
    if (packet.cmd === "connect") peer.conn.removeListener("readable", checkBeginning);
    else if (hasId(packet) && !(packet.messageId! > 0)) {
      // [MQTT-2.3.1-1]; the parser gives -1 for an id that is cut off.
      return refuse(peer, "message-id");
    }
    if (packet.cmd === "puback" && acknowledged(peer, packet.messageId!)) {
      peer._keepaliveTimer?.refresh();
      return;
    }
    if (!packet.cmd.startsWith("pub") || packet.cmd === "publish") came(peer.connection);
    if (packet.cmd === "subscribe" && !checkFilters(peer, packet.subscriptions!)) return;
    if (packet.cmd === "unsubscribe" && !packet.unsubscriptions!.every(isFilter)) {
      return refuse(peer, "filter-invalid");
    }
    const queue = this._queue;
    if (peer.connackSent && queue !== null && queue.length > 0) {
      // Aedes would handle this one before those that came with CONNECT and still wait.
      peer._parsingBatch++;
      if (queue.length >= settings.packetsBeforeConnack) return refuse(peer, "queue-limit");
      queue.push(packet);
      return;
    }
    handle!.call(this, packet);
  }

  function parseSafely(this: Parser, chunk: Buffer): number {
    const peer = this.client;
    // Aedes reads the socket again after each packet that is done at once, in the middle of this chunk.
    const held = peer.connackSent ? 1 : 0;
    peer._parsingBatch += held;
    try {
      const taken = takeWholePublishes(this, chunk, onPacket);
      if (taken === chunk.length) return 0;
      return Object.getPrototypeOf(this).parse.call(this, taken === 0 ? chunk : chunk.subarray(taken));
    } catch (error) {
      log.error({ error: messageOf(error), clientId: peer.id }, "a packet could not be handled");
      meters.faults.add();
      peer.emit("error", error);
      return 0;
    } finally {
      peer._parsingBatch -= held;
    }
  }

  /** Before CONNECT is whole: closes at the first bytes that announce too much or something else. */
  function checkBeginning(this: Duplex): void {
    const peer = (this as Duplex & { client: Peer }).client;
    if (peer.closed || peer.connecting || peer.connected) return;
    const { cmd, length } = peer._parser.packet;
    if (cmd === null || cmd === undefined) return;
    if (cmd !== "connect") refuse(peer, "not-connect");
    else if (length > settings.connectBytes) refuse(peer, "connect-too-large");
  }

  /** Marks the filters that are not allowed, before aedes stores any of the packet; false when the client was closed. */
  function checkFilters(peer: Peer, filters: Filter[]): boolean {
    if (filters.length === 0 || filters.length > settings.subscriptionsPerClient) {
      refuse(peer, filters.length === 0 ? "filter-missing" : "subscriptions");
      return false;
    }
    let room = settings.subscriptionsPerClient - Object.keys(peer.subscriptions).length;
    for (const filter of filters) {
      const fault = faultOfFilter(filter.topic, settings);
      if (fault !== undefined && fault !== "reserved") {
        // Aedes would throw, crash or match nothing; a client that sends this is broken [MQTT-4.7.3-1].
        refuse(peer, "filter-invalid");
        return false;
      }
      const isNew = peer.subscriptions[filter.topic] === undefined;
      if (fault === "reserved") deny(filter, "filter-reserved");
      else if (isNew && room-- <= 0) deny(filter, "subscriptions");
    }
    return true;
  }

  function deny(filter: Filter, reason: string): void {
    filter.denied = true;
    meters.refused.add(reason);
  }

  function refuse(peer: Peer, reason: string): void {
    meters.refused.add(reason);
    peer.connection.ending ??= "refused";
    peer.emit("error", new GatewayError("broker-refused", `packet refused: ${reason}`));
  }

  function isFilter(filter: string): boolean {
    const fault = faultOfFilter(filter, settings);
    return fault === undefined || fault === "reserved";
  }

  return { guard, refuse };
}

function hasId(packet: Incoming): boolean {
  switch (packet.cmd) {
    case "publish":
      return packet.qos > 0;
    case "pingreq":
    case "disconnect":
    case "auth":
      return false;
    default:
      return true;
  }
}
