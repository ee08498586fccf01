import { generate, type Packet } from "mqtt-packet";
import type { Identity } from "../../../bench/support/packets.ts";

/** 3 is MQTT 3.1, 4 is 3.1.1, 5 is 5.0. */
export type Version = 3 | 4 | 5;

/** Sound packets of one client in one version of MQTT. */
export interface Corpus {
  readonly version: Version;
  readonly connect: Buffer;
  /** Everything that a client may send after it; many of them belong to nothing that was begun. */
  readonly packets: readonly Buffer[];
  /** Where the payload of each begins; its end where there is none. */
  readonly payloadAt: readonly number[];
}

/** Makes the packets of a device that publishes on `topic`. */
export function makeCorpus(
  version: Version,
  { clientId, username = "", password = "" }: Identity,
  topic: string,
): Corpus {
  const bytes = (packet: Packet) => generate(packet, { protocolVersion: version });
  const isNew = version === 5;
  const payload = JSON.stringify({ ts: Date.now(), fill: 0.42, temperature: 18.5, battery: 87 });
  const publish = { cmd: "publish", topic, payload, qos: 1, dup: false, retain: false } as const;
  const properties = {
    ...{ payloadFormatIndicator: true, messageExpiryInterval: 60, contentType: "application/json" },
    ...{
      responseTopic: `${topic}/answer`,
      correlationData: Buffer.from("1234"),
      userProperties: { a: ["b", "c"] },
    },
  };
  const connect: Packet = {
    ...{ cmd: "connect", clientId, username, password: Buffer.from(password), keepalive: 60, clean: true },
    ...(version === 3
      ? { protocolId: "MQIsdp", protocolVersion: 3 }
      : { protocolId: "MQTT", protocolVersion: version }),
    ...(isNew && { properties: { sessionExpiryInterval: 60, receiveMaximum: 100, topicAliasMaximum: 10 } }),
  };
  const reasons = isNew
    ? { reasonCode: 0, properties: { reasonString: "why", userProperties: { a: "b" } } }
    : {};
  const made: Packet[] = [
    { ...publish, messageId: 1 },
    { ...publish, messageId: 2, dup: true, retain: true },
    { ...publish, qos: 0 },
    { ...publish, qos: 2, messageId: 3 },
    { cmd: "pubrel", messageId: 3, ...reasons },
    { cmd: "puback", messageId: 9, ...reasons },
    { cmd: "pubrec", messageId: 9, ...reasons },
    { cmd: "pubcomp", messageId: 9, ...reasons },
    {
      ...{ cmd: "subscribe", messageId: 4 },
      subscriptions: [{ topic: `${topic.slice(0, topic.lastIndexOf("/"))}/command`, qos: 1 }],
      ...(isNew && { properties: { subscriptionIdentifier: 7 } }),
    },
    { cmd: "unsubscribe", messageId: 5, unsubscriptions: [topic] },
    { cmd: "pingreq" },
    ...(isNew
      ? [
          { ...publish, messageId: 6, properties },
          { ...publish, messageId: 7, properties: { topicAlias: 1 } },
        ]
      : []),
  ];
  const packets = made.map(bytes);
  return {
    ...{ version, packets, connect: bytes(connect) },
    payloadAt: packets.map((packet) => {
      const at = packet.indexOf(payload);
      return at === -1 ? packet.length : at;
    }),
  };
}
