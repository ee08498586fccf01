import { GatewayError } from "../errors.ts";
import type { Message, Principal, Refusal } from "../types.ts";
import { isDown, isInternal, judgePublish, mayWill } from "./access.ts";
import type { createAcks } from "./acks.ts";
import type { Incoming, Peer, Will } from "./aedes.ts";
import { type Connection, principalOf, type Verdict } from "./connection.ts";
import type { BrokerParts } from "./contract.ts";
import type { Flow } from "./flow.ts";
import type { Meters } from "./meters.ts";
import type { Rejects } from "./rejects.ts";
import type { createRoute } from "./route.ts";
import { faultOfTopic } from "./topics.ts";

/** Which QoS 2 messages of a client were received and not released yet. */
export interface Received {
  has(peer: Peer, messageId: number): boolean;
  count(peer: Peer): number;
  add(peer: Peer, messageId: number): void;
}

interface ArrivalParts extends Pick<BrokerParts, "settings" | "accept" | "shown"> {
  readonly meters: Meters;
  readonly acks: ReturnType<typeof createAcks>;
  readonly flow: Flow;
  readonly rejects: Rejects;
  readonly route: ReturnType<typeof createRoute>;
  readonly received: Received;
  /** Somebody subscribes to what devices send, so it must be routed. */
  readonly isWanted: () => boolean;
}

const receiveMaximumExceeded = 0x93;

/**
 * The path of a PUBLISH. Aedes writes PUBACK before it publishes, so everything happens in its hook: check, take or route,
 * and acknowledge only when the message is safe. Nothing here is asynchronous before `accept`, which keeps each device's order.
 */
export function createArrivals(parts: ArrivalParts) {
  const { settings, meters, acks, flow, received, shown = (_topic, payload) => payload } = parts;

  /** Aedes' `authorizePublish` for a PUBLISH packet. An error closes a 3.1.1 client and answers 0x87 to an MQTT 5 one. */
  function arrived(peer: Peer, packet: Incoming, done: (error: Error | null) => void) {
    const { connection } = peer;
    // Its credentials ended while this was on its way; it is only still being closed.
    if (connection.ending === "kicked") return done(kicked);
    const verdict = connection.verdicts.get(packet.topic) ?? judge(connection, packet.topic);
    if (verdict === "denied") {
      connection.ending ??= peer.version === 5 ? undefined : "refused";
      return done(new GatewayError("broker-refused", `publishing to "${packet.topic}" is not allowed`));
    }
    meters.received.add();
    packet._notAuthorized = true; // Aedes is to do nothing more: we acknowledge and route.
    if (packet.qos === 2 && !isNewQos2(connection, packet.messageId!)) return done(null);
    if (verdict === "route") return routed(connection, packet, done);
    if (packet.retain) {
      packet.retain = false;
      meters.retainStripped.add();
    }
    flow.taken(connection, packet.payload.length);
    parts.accept(messageOf(packet, principalOf(connection), false), (refusal) =>
      answered(connection, packet, refusal),
    );
    done(null);
  }

  function answered(connection: Connection, packet: Incoming, refusal: Refusal | undefined): void {
    flow.answered(connection, packet.payload.length);
    if (refusal !== undefined) {
      meters.rejections.add();
      parts.rejects.tell(packet.topic, connection.principal, refusal);
      connection.qos2Pending?.delete(packet.messageId!);
      if (packet.qos > 0) {
        acks.acknowledgeRefused(connection, {
          qos: packet.qos as 1 | 2,
          messageId: packet.messageId!,
          refusal,
        });
      }
      return;
    }
    if (parts.isWanted() && !isDown(packet.topic) && !isInternal(packet.topic)) {
      const payload = shown(packet.topic, packet.payload);
      parts.route(
        { ...packet, payload, clientId: connection.peer.id },
        () => acknowledge(connection, packet),
        nothing,
      );
    } else acknowledge(connection, packet);
  }

  function routed(connection: Connection, packet: Incoming, done: (error: Error | null) => void): void {
    flow.taken(connection, packet.payload.length);
    parts.route(
      { ...packet, clientId: connection.peer.id },
      () => {
        flow.answered(connection, packet.payload.length);
        acknowledge(connection, packet);
      },
      () => done(null),
    );
  }

  function acknowledge(connection: Connection, packet: Incoming): void {
    // What is noted of a kicked client would make the session again that was dropped.
    if (packet.qos === 0 || connection.ending === "kicked") return;
    if (packet.qos === 2) {
      connection.qos2Pending?.delete(packet.messageId!);
      received.add(connection.peer, packet.messageId!);
    }
    acks.acknowledge(connection, packet.qos, packet.messageId!);
  }

  /** False for one that was sent again [MQTT-4.3.3-10], or that goes beyond the window. */
  function isNewQos2(connection: Connection, messageId: number): boolean {
    connection.qos2Pending ??= new Set();
    if (connection.qos2Pending.has(messageId)) return false;
    if (received.has(connection.peer, messageId)) {
      acks.acknowledge(connection, 2, messageId);
      return false;
    }
    if (connection.qos2Pending.size + received.count(connection.peer) >= settings.qos2Window) {
      meters.refused.add("qos2-window");
      connection.ending ??= "refused";
      connection.peer.disconnect({ reasonCode: receiveMaximumExceeded });
      return false;
    }
    connection.qos2Pending.add(messageId);
    return true;
  }

  function judge(connection: Connection, topic: string): Verdict {
    const fault = faultOfTopic(topic, settings);
    if (fault !== undefined) {
      meters.refused.add(`topic-${fault}`);
      return "denied";
    }
    const verdict = judgePublish(principalOf(connection), topic);
    if (verdict === "denied") {
      meters.refused.add("topic-denied");
      return verdict;
    }
    if (connection.verdicts.size >= settings.verdictsPerClient) connection.verdicts.clear();
    connection.verdicts.set(topic, verdict);
    return verdict;
  }

  /** Publishes a will. `principal` is undefined when nobody knows any more whose it was: then only foreign topics are served. */
  function willed(will: Will, clientId: string, principal: Principal | undefined) {
    const fault = faultOfTopic(will.topic, settings);
    if (fault !== undefined || (principal !== undefined && !mayWill(principal, will.topic))) {
      meters.refused.add("will-denied");
      return;
    }
    const packet = { ...will, qos: Math.min(will.qos, 2) as 0 | 1 | 2, dup: false };
    const verdict = judgePublish(principal ?? anybody, will.topic);
    if (verdict === "route") return parts.route({ ...packet, clientId }, nothing, nothing);
    parts.accept(messageOf(packet, principal, true), (refusal) => {
      if (refusal !== undefined) return meters.rejections.add();
      if (!parts.isWanted() || isDown(packet.topic)) return;
      const payload = shown(packet.topic, packet.payload);
      parts.route({ ...packet, payload, retain: false, clientId }, nothing, nothing);
    });
  }

  return { arrived, willed };
}

const kicked = new GatewayError("broker-refused", "the credentials of the connection have ended");

const anybody: Principal = { type: "account", name: "", publish: ["#"], subscribe: [] };

function messageOf(
  packet: { topic: string; payload: Buffer; qos: 0 | 1 | 2; dup: boolean },
  principal: Principal | undefined,
  will: boolean,
): Message {
  return { topic: packet.topic, payload: packet.payload, qos: packet.qos, dup: packet.dup, principal, will };
}

function nothing(): void {}
