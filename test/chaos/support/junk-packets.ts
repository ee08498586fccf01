import {
  encodeConnect,
  encodePublish,
  encodeSubscribe,
  type Identity,
  pingRequest,
} from "../../../bench/support/packets.ts";

/** Bytes that a broken or hostile client writes after it has connected; some do not even connect. */
export function junkPackets({
  identity,
  topic,
  random,
}: {
  identity: Identity;
  topic: string;
  random: () => number;
}): Buffer {
  const maker = makers[Math.floor(random() * makers.length)]!;
  return maker({ identity, topic, random });
}

type Maker = (parts: { identity: Identity; topic: string; random: () => number }) => Buffer;

const makers: readonly Maker[] = [
  // No MQTT at all.
  ({ random }) => noise(1 + random() * 300, random),
  () => Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
  // A CONNECT with flipped bits, or only a piece of it.
  ({ identity, random }) => mutate(encodeConnect(identity), random),
  ({ identity, random }) => encodeConnect(identity).subarray(0, Math.floor(random() * 30)),
  // Names that are keys of every object, or no text.
  ({ random }) => encodeConnect({ clientId: pick(evilNames, random) }),
  ({ identity, random }) => encodeConnect({ ...identity, clientId: pick(evilNames, random) }),
  ({ identity, random }) => encodeConnect({ ...identity, username: pick(evilNames, random) }),
  // A packet that announces more than it may, or more than can be counted.
  ({ identity }) => Buffer.concat([encodeConnect(identity), Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f])]),
  ({ identity }) =>
    Buffer.concat([encodeConnect(identity), Buffer.from([0x32, 0xff, 0xff, 0xff, 0xff, 0xff])]),
  () => Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]),
  // Sound packets with flipped bits after a sound CONNECT.
  ({ identity, topic, random }) => afterConnect(identity, mutate(publish(topic), random)),
  ({ identity, topic, random }) => afterConnect(identity, mutate(encodeSubscribe(`${topic}/#`, 7), random)),
  ({ identity, random }) => afterConnect(identity, noise(1 + random() * 100, random)),
  // Sound packets that are not allowed.
  ({ identity, random }) => afterConnect(identity, publish(pick(evilTopics, random))),
  ({ identity, random }) => afterConnect(identity, encodeSubscribe(pick(evilTopics, random), 7)),
  ({ identity, topic }) => afterConnect(identity, publish(topic, 0)),
  ({ identity }) => afterConnect(identity, encodeConnect(identity)),
  ({ identity }) => afterConnect(identity, Buffer.concat(Array.from({ length: 500 }, () => pingRequest))),
  // Acknowledgements of nothing, and QoS 2 without an end.
  ({ identity, random }) =>
    afterConnect(identity, Buffer.from([pick([0x40, 0x50, 0x62, 0x70], random), 2, 0, 9])),
  ({ identity, topic }) =>
    afterConnect(identity, Buffer.concat(Array.from({ length: 400 }, (_, i) => qos2(topic, i + 1)))),
  ({ identity, random }) => withWill(identity, random),
];

const evilNames = [
  "__proto__",
  "constructor",
  "toString",
  "",
  "\u0000",
  "a/b/#",
  "+",
  "\ufffd",
  "x".repeat(5_000),
];
const evilTopics = [
  "$SYS/broker/kill",
  "#",
  "+/+",
  "__proto__",
  "linli/v1/#",
  "a//b",
  "$share/g/#",
  "\u0000",
  "/".repeat(200),
];

const pick = <T>(items: readonly T[], random: () => number): T => items[Math.floor(random() * items.length)]!;

const noise = (length: number, random: () => number) =>
  Buffer.from(Array.from({ length: Math.floor(length) }, () => Math.floor(random() * 256)));

const publish = (topic: string, packetId = 5) => encodePublish({ topic, payload: "{}", packetId }).bytes;

const afterConnect = (identity: Identity, rest: Buffer) => Buffer.concat([encodeConnect(identity), rest]);

function mutate(bytes: Buffer, random: () => number): Buffer {
  const changed = Buffer.from(bytes);
  for (let i = 0; i < 1 + random() * 4; i++) {
    changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256);
  }
  return changed;
}

function qos2(topic: string, packetId: number): Buffer {
  const bytes = Buffer.from(publish(topic, packetId));
  bytes[0] = 0x34;
  return bytes;
}

/** CONNECT with a will that is not allowed: a wrong QoS, an empty or wildcard topic, another's topic. */
function withWill({ clientId, username = "", password = "" }: Identity, random: () => number): Buffer {
  const text = (value: string) => {
    const body = Buffer.from(value);
    return Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body]);
  };
  const flags = 0xc0 | 0x06 | pick([0x00, 0x08, 0x10, 0x18], random);
  const body = Buffer.concat([
    text("MQTT"),
    Buffer.from([4, flags, 0, 60]),
    ...[clientId, pick(["", ...evilTopics], random), "{}", username, password].map(text),
  ]);
  const length = body.length < 128 ? [body.length] : [(body.length & 127) | 128, body.length >> 7];
  return Buffer.concat([Buffer.from([0x10, ...length]), body]);
}
