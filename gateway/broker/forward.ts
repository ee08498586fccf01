import type { Packet, Peer } from "./aedes.ts";
import type { Downlinks } from "./downlink.ts";
import type { Meters } from "./meters.ts";
import type { BrokerSettings } from "./settings.ts";
import { matches } from "./topics.ts";

interface ForwardParts {
  readonly settings: Pick<BrokerSettings, "subscriberBufferBytes">;
  readonly meters: Meters;
  readonly downlinks: Downlinks;
  /** The message was already written to this connection out of its session's queue. */
  readonly wasSent: (peer: Peer, packet: Packet) => boolean;
}

/** Aedes' `authorizeForward`: the last look at a message before it is written to one subscriber. */
export function createForward({ settings, meters, downlinks, wasSent }: ForwardParts) {
  return function forward(peer: Peer, packet: Packet): Packet | null {
    if (peer.connection.ending === "kicked") return null;
    if (packet.qos > 0) packet.qos = grantedQos(peer, packet);
    if (peer.maximumPacketSize !== undefined && sizeOf(packet) > peer.maximumPacketSize) {
      meters.dropped.add("subscriber-packet-size"); // [MQTT-3.1.2-24]
      return null;
    }
    if (peer.conn.writableLength > settings.subscriberBufferBytes) {
      meters.dropped.add("subscriber-buffer");
      // What is kept for it stays kept; memory is not.
      if (packet.qos > 0) cutSlow(peer, meters);
      return null;
    }
    if (downlinks.isOurs(packet)) downlinks.outgoing(peer, packet);
    else if (!peer.clean && packet.qos > 0 && wasSent(peer, packet)) return null;
    meters.sent.add();
    return packet;
  };
}

/** Ends the connection of a client that does not read. */
function cutSlow(peer: Peer, meters: Meters): void {
  if (peer.closed || peer.connection.ending === "slow") return;
  peer.connection.ending = "slow";
  meters.slow.add();
  peer.conn.destroy();
}

/** Aedes caps only for a filter that equals the topic; a wildcard has its granted QoS too [MQTT-3.8.4-6]. */
function grantedQos(peer: Peer, packet: Packet): 0 | 1 | 2 {
  let granted = -1;
  for (const filter in peer.subscriptions) {
    const { qos } = peer.subscriptions[filter]!;
    if (qos <= 2 && qos > granted && matches(filter, packet.topic)) granted = qos;
  }
  return granted === -1 || granted > packet.qos ? packet.qos : (granted as 0 | 1 | 2);
}

function sizeOf(packet: Packet): number {
  return 16 + Buffer.byteLength(packet.topic) + packet.payload.length;
}
