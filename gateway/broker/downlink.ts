import { AedesPacket, type Core, type Packet, type Peer } from "./aedes.ts";
import { principalOf } from "./connection.ts";
import type { BrokerParts, Downlink } from "./contract.ts";
import type { Meters } from "./meters.ts";

/** The gateway's own messages to devices. */
export interface Downlinks {
  publish(message: Downlink): number;
  /** The client acknowledged this packet id; true when it was a message of ours. */
  acknowledged(peer: Peer, messageId: number): boolean;
  /** Called before a message is written to a client: gives one of ours its packet id and remembers its token. */
  outgoing(peer: Peer, packet: Packet): void;
  isOurs(packet: Packet): boolean;
}

interface DownlinkParts extends Pick<BrokerParts, "settings" | "clock"> {
  readonly delivered: BrokerParts["delivered"] | undefined;
  readonly core: Core;
  readonly meters: Meters;
}

/**
 * Makes the way down. These messages go round the sessions: no queue ever holds a command, so none can be delivered late; the
 * gateway sends it again when the device is back and it has not expired.
 */
export function createDownlinks({ core, settings, meters, clock, delivered }: DownlinkParts): Downlinks {
  // Their own broker id and counter: aedes' check for duplicates must not compare them with routed messages.
  const origin = { id: "gateway", counter: 0 };
  let token: string | undefined;

  return {
    publish(message) {
      const left = message.expiresAt === undefined ? undefined : message.expiresAt - clock.now();
      if (left !== undefined && left <= 0) {
        meters.dropped.add("command-expired");
        return 0;
      }
      const payload = typeof message.payload === "string" ? Buffer.from(message.payload) : message.payload;
      const packet = new AedesPacket({ topic: message.topic, payload, qos: message.qos }, origin);
      if (left !== undefined) packet.properties = { messageExpiryInterval: Math.ceil(left / 1000) };
      const { mq } = core;
      const receivers = mq._matcher.match(message.topic).length;
      token = message.token;
      if (receivers > 0) mq.emit(packet, () => {});
      token = undefined;
      return receivers;
    },
    acknowledged(peer, messageId) {
      const { connection } = peer;
      const acknowledgedToken = connection.tokens?.get(messageId);
      if (acknowledgedToken === undefined) return false;
      connection.tokens!.delete(messageId);
      if (acknowledgedToken !== "") delivered?.(principalOf(connection), acknowledgedToken);
      return true;
    },
    outgoing(peer, packet) {
      if (packet.qos === 0) return;
      const { connection } = peer;
      connection.tokens ??= new Map();
      if (connection.tokens.size >= settings.downlinkWindow) {
        connection.tokens.delete(connection.tokens.keys().next().value!);
        meters.dropped.add("downlink-window");
      }
      const messageId = freeId(peer, connection.tokens);
      packet.messageId = messageId;
      connection.tokens.set(messageId, token ?? "");
    },
    isOurs: (packet) => packet.brokerId === origin.id,
  };
}

function freeId(peer: Peer, taken: ReadonlyMap<number, string>): number {
  let id = peer._nextId;
  while (taken.has(id)) id = next(id);
  peer._nextId = next(id);
  return id;
}

function next(id: number): number {
  return id >= 65_535 ? 1 : id + 1;
}
