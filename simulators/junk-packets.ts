import { connect as connectSocket } from "node:net";
import { pick } from "./random.ts";

/** MQTT bytes that break the protocol. */
export interface JunkPacket {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Malformed MQTT openings without end: each is meant for a connection of its own. */
export function* junkPackets(random: () => number): Generator<JunkPacket, never> {
  const names = Object.keys(makers);
  for (;;) {
    const name = pick(random, names);
    yield { name, bytes: (makers[name] as (random: () => number) => Buffer)(random) };
  }
}

/** One malformed opening of each sort. */
export function everyJunkPacket(random: () => number): readonly JunkPacket[] {
  return Object.entries(makers).map(([name, make]) => ({ name, bytes: make(random) }));
}

/** Writes bytes to a new socket and resolves when the other side closed it, or after `waitMs` of silence, when it is destroyed. */
export function throwPacket(
  target: { host: string; port: number },
  bytes: Buffer,
  waitMs: number,
): Promise<"closed" | "left-open" | "unreachable"> {
  return new Promise((resolve) => {
    const socket = connectSocket({ ...target, noDelay: true });
    let reached = false;
    socket.setTimeout(waitMs, () => {
      socket.destroy();
      resolve("left-open");
    });
    socket.on("connect", () => {
      reached = true;
      socket.write(bytes);
    });
    socket.on("data", () => {});
    // A reset is an answer too: `close` follows every error.
    socket.on("error", () => {});
    socket.on("close", () => resolve(reached ? "closed" : "unreachable"));
  });
}

const makers: Readonly<Record<string, (random: () => number) => Buffer>> = {
  "random-bytes": (random) => randomBytes(random, 1 + Math.floor(random() * 256)),
  "http-request": () => Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
  "endless-length": () => Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff]),
  "256-mib-announced": () => Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]),
  "publish-first": () => packet(0x30, Buffer.concat([text("a/b"), Buffer.from("x")])),
  "connect-proto-id": () => connect({ clientId: "__proto__" }),
  "connect-nul-id": () => connect({ clientId: "a\0b" }),
  "connect-bad-utf8-id": () => connect({ clientId: Buffer.from([0xc0, 0x80, 0xff]) }),
  "connect-empty-id-kept-session": () => connect({ clientId: "", flags: 0x00 }),
  "connect-reserved-flag": () => connect({ clientId: "x", flags: 0x03 }),
  "connect-will-qos-3": () => connect({ clientId: "x", flags: 0x1e, tail: [text("t"), text("p")] }),
  "connect-will-wildcard": () => connect({ clientId: "x", flags: 0x06, tail: [text("a/#"), text("p")] }),
  "connect-will-empty-topic": () => connect({ clientId: "x", flags: 0x06, tail: [text(""), text("p")] }),
  "connect-bad-protocol": () => connect({ clientId: "x", protocol: "MQTX" }),
  "connect-bad-version": (random) => connect({ clientId: "x", version: pick(random, [0, 1, 2, 6, 99, 255]) }),
  "connect-twice": () => Buffer.concat([connect({ clientId: "x" }), connect({ clientId: "x" })]),
  "connect-mutated": (random) => {
    const bytes = connect({ clientId: "mutant", flags: 0xc2, tail: [text("user"), text("password")] });
    for (let i = 0; i < 3; i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    return bytes;
  },
  "reserved-types": (random) => packet(pick(random, [0x00, 0xf0, 0x3e]), randomBytes(random, 8)),
  "subscribe-id-0": () =>
    Buffer.concat([
      connect({ clientId: "x" }),
      packet(0x82, Buffer.concat([Buffer.from([0, 0]), text("#"), Buffer.from([0])])),
    ]),
};

function connect(parts: {
  clientId: string | Buffer;
  flags?: number;
  protocol?: string;
  version?: number;
  tail?: readonly Buffer[];
}): Buffer {
  const { clientId, flags = 0x02, protocol = "MQTT", version = 4, tail = [] } = parts;
  return packet(
    0x10,
    Buffer.concat([text(protocol), Buffer.from([version, flags, 0, 60]), text(clientId), ...tail]),
  );
}

function text(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function packet(head: number, body: Buffer): Buffer {
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.concat([Buffer.from([head, ...length]), body]);
}

function randomBytes(random: () => number, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
}
