import { generate } from "mqtt-packet";
import { afterEach, describe, expect, it } from "vitest";
import {
  aBroker,
  aClient,
  aSocket,
  type ConnectOptions,
  cleanUp,
  connectPacket,
  publish,
  subscribe,
  type TestBroker,
  until,
} from "./support.ts";

afterEach(cleanUp);

/** The broker is alive and serves others. */
async function isWell({ port }: TestBroker): Promise<void> {
  const canary = await aClient(port, "xinfa/canary");
  canary.send(publish("linli/v1/xinfa/waste-bin/canary/telemetry"));
  await canary.next("puback");
}

describe("a CONNECT", () => {
  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "with the client id %s harms nobody",
    async (clientId) => {
      const broker = await aBroker();
      for (const version of [4, 5] as const) {
        const socket = await aSocket(broker.port, version);
        socket.send(connectPacket("account", { clientId, version }));
        await socket.closed();
        const stranger = await aSocket(broker.port, version);
        stranger.send(connectPacket("stranger", { clientId, version, password: "wrong" }));
        await stranger.closed();
      }
      expect(await broker.metric("broker_refused", "client-id")).toBe(4);
      await isWell(broker);
    },
  );

  it.each([
    ["client-id", { clientId: "a\u0000b" }],
    ["client-id", { clientId: "x".repeat(300) }],
    ["client-id-empty", { clientId: "", clean: false }],
    ["user-name", { username: "a\u0000b" }],
    ["user-name", { username: "" }],
    ["will-topic", { will: { topic: "", payload: "x", qos: 0, retain: false } }],
    ["will-topic", { will: { topic: "a/+", payload: "x", qos: 0, retain: false } }],
    ["will-topic", { will: { topic: "a/#", payload: "x", qos: 0, retain: false } }],
    ["will-topic", { will: { topic: "$SYS/x", payload: "x", qos: 0, retain: false } }],
    ["will-topic", { will: { topic: "a\u0000", payload: "x", qos: 0, retain: false } }],
  ])("is refused for its %s: %j", async (reason, options) => {
    const broker = await aBroker();
    const socket = await aSocket(broker.port);
    socket.send(raw(connectPacket("account", options as ConnectOptions), options));
    await socket.closed();
    expect(socket.got).toHaveLength(0);
    expect(await broker.metric("broker_refused", reason)).toBe(1);
  });

  it("with bytes that are not UTF-8 is refused", async () => {
    const broker = await aBroker();
    for (const field of ["client@", "user@@"]) {
      const bytes = generate(connectPacket("account", { clientId: "client@", username: "user@@" }));
      const at = bytes.indexOf(field) + field.length - 1;
      bytes[at] = 0xff;
      const socket = await aSocket(broker.port);
      socket.send(bytes);
      await socket.closed();
    }
    expect(await broker.metric("broker_refused", "client-id")).toBe(1);
    expect(await broker.metric("broker_refused", "user-name")).toBe(1);
  });

  it("with a will of QoS 3 is refused", async () => {
    const broker = await aBroker();
    const will = { topic: "a/b", payload: Buffer.from("x"), qos: 2, retain: false };
    const bytes = generate(connectPacket("account", { will }));
    bytes[9]! |= 0x18;
    const socket = await aSocket(broker.port);
    socket.send(bytes);
    await socket.closed();
    expect(await broker.metric("broker_refused", "will-qos")).toBe(1);
  });
});

describe("a packet", () => {
  it("with packet id 0 closes the connection", async () => {
    const broker = await aBroker();
    const packets = [
      publish("a/b", { messageId: 258 }),
      subscribe("a/b", { messageId: 258 }),
      { cmd: "unsubscribe", messageId: 258, unsubscriptions: ["a/b"] },
      { cmd: "puback", messageId: 258 },
      { cmd: "pubrel", messageId: 258 },
    ] as const;
    for (const packet of packets) {
      const bytes = generate(packet as never);
      const at = bytes.indexOf(Buffer.from([1, 2]));
      bytes[at] = 0;
      bytes[at + 1] = 0;
      const client = await aClient(broker.port, "account");
      client.send(bytes);
      await client.closed();
    }
    expect(await broker.metric("broker_refused", "message-id")).toBe(packets.length);
  });

  it.each(["a/#/b", "a+", "a\u0000b", "__proto__", "constructor", ""])(
    "that subscribes to or leaves %j closes the connection",
    async (filter) => {
      const broker = await aBroker();
      for (const bytes of [subscribePacket(filter), unsubscribePacket(filter)]) {
        const client = await aClient(broker.port, "account");
        client.send(bytes);
        await client.closed();
      }
      expect(await broker.metric("broker_refused", "filter-invalid")).toBe(2);
      await isWell(broker);
    },
  );

  it("with more filters than a client may hold closes the connection", async () => {
    const broker = await aBroker();
    const client = await aClient(broker.port, "account");
    client.send(subscribe(Array.from({ length: 300 }, (_, i) => `a/${i}`)));
    await client.closed();
    expect(await broker.metric("broker_refused", "subscriptions")).toBe(1);
  });

  it("that is malformed closes the connection and is counted", async () => {
    const broker = await aBroker();
    const client = await aClient(broker.port, "account");
    client.send(Buffer.from([0x36, 0x02, 0x00, 0x00]));
    await client.closed();
    expect(await broker.metric("broker_refused", "malformed")).toBe(1);
  });

  it("whose handling throws ends its own connection only", async () => {
    const broker = await aBroker({
      accept(message, answer) {
        if (String(message.payload) === "boom") throw new Error("a fault of ours");
        answer(undefined);
      },
    });
    const device = await aClient(broker.port, "xinfa/b1");
    device.send(publish("linli/v1/xinfa/waste-bin/b1/telemetry", { payload: "boom" }));
    await device.closed();
    expect(await broker.metric("broker_faults_total")).toBe(1);
    await isWell(broker);
  });
});

describe("a storm of broken packets", () => {
  it("leaves a canary answered every time", async () => {
    const broker = await aBroker();
    const random = seeded(20260115);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    const canary = await aClient(broker.port, "xinfa/canary");
    const samples = [4, 5].flatMap((version) =>
      [
        connectPacket("account", {
          version: version as 4 | 5,
          will: { topic: "a/b", payload: Buffer.from("x"), qos: 1, retain: true },
        }),
        publish("a/b/c", { qos: 1, messageId: 3 }),
        publish("a/b/c", { qos: 2, messageId: 4, retain: true }),
        subscribe(["a/+", "b/#", "c"]),
        { cmd: "unsubscribe", messageId: 9, unsubscriptions: ["a/+"] },
        { cmd: "pubrel", messageId: 4 },
        { cmd: "pubrec", messageId: 4 },
        { cmd: "puback", messageId: 4 },
        { cmd: "pingreq" },
        { cmd: "disconnect" },
      ].map((packet) => generate(packet as never, { protocolVersion: version })),
    );
    const mutate = (sample: Buffer): Buffer => {
      const bytes = Buffer.from(sample);
      for (let n = 1 + Math.floor(random() * 4); n > 0; n--) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      }
      return random() < 0.2 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes;
    };

    for (let round = 0; round < 60; round++) {
      const clients = await Promise.all(
        Array.from({ length: 8 }, async (_, i) => {
          const version = pick([4, 5] as const);
          const client = await aSocket(broker.port, version);
          // Half of them are let in first, so that the mutants reach every handler.
          if (i % 2 === 0) client.send(connectPacket(`account${i}`, { version, clean: random() < 0.5 }));
          for (let n = 0; n < 10; n++) client.send(mutate(pick(samples)));
          return client;
        }),
      );
      canary.send(publish("linli/v1/xinfa/waste-bin/canary/telemetry"));
      await canary.next("puback");
      for (const client of clients) client.end();
    }
    expect(await broker.metric("broker_faults_total")).toBe(0);
    await until(() => broker.broker.connectionCount() === 1, "the others to be gone");
  });

  it("a thousand sockets that announce 256 MiB are closed and cost little", async () => {
    const broker = await aBroker();
    const before = process.memoryUsage().rss;
    const announce = Buffer.concat([Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(2000)]);
    for (let round = 0; round < 10; round++) {
      const sockets = await Promise.all(
        Array.from({ length: 100 }, async () => {
          const socket = await aSocket(broker.port);
          socket.send(announce);
          return socket;
        }),
      );
      await Promise.all(sockets.map((socket) => socket.closed()));
    }
    expect(await broker.metric("broker_refused", "packet-too-large")).toBe(1000);
    expect(process.memoryUsage().rss - before).toBeLessThan(80 * 1024 * 1024);
  });
});

/** A CONNECT as its options say, although `generate` would refuse it. */
function raw(
  packet: ReturnType<typeof connectPacket>,
  options: { will?: { topic: string }; username?: string; clientId?: string; clean?: boolean },
): Buffer {
  const text = (value: string) =>
    Buffer.concat([Buffer.from([value.length >> 8, value.length & 0xff]), Buffer.from(value)]);
  const { clientId, username, clean } = packet as unknown as {
    clientId: string;
    username: string;
    clean: boolean;
  };
  const body = Buffer.concat([
    text("MQTT"),
    Buffer.from([4, 0xc0 | (clean ? 2 : 0) | (options.will ? 4 : 0), 0, 60]),
    text(clientId),
    ...(options.will ? [text(options.will.topic), text("x")] : []),
    text(username),
    text("secret"),
  ]);
  const length = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7];
  return Buffer.concat([Buffer.from([0x10, ...length]), body]);
}

function subscribePacket(filter: string): Buffer {
  return Buffer.concat([
    Buffer.from([0x82, filter.length + 5, 0, 1, 0, filter.length]),
    Buffer.from(filter),
    Buffer.from([1]),
  ]);
}

function unsubscribePacket(filter: string): Buffer {
  return Buffer.concat([Buffer.from([0xa2, filter.length + 4, 0, 1, 0, filter.length]), Buffer.from(filter)]);
}

/** The same numbers for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
