import { afterEach, describe, expect, it } from "vitest";
import type { Refusal } from "../../../gateway/types.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aBroker, aClient, aSocket, cleanUp, connectPacket, publish, subscribe, until } from "./support.ts";

const telemetry = "linli/v1/xinfa/waste-bin/b1/telemetry";

afterEach(cleanUp);

/** A fixed header that announces so many bytes. */
function header(type: number, length: number): Buffer {
  const bytes = [type];
  let rest = length;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return Buffer.from(bytes);
}

describe("packet sizes", () => {
  it("closes at the first bytes that announce a CONNECT over 8 KiB, or anything but a CONNECT", async () => {
    const { port, metric } = await aBroker();
    for (const bytes of [header(0x10, 268_435_455), header(0x10, 8193), header(0x30, 100), header(0xc0, 0)]) {
      const socket = await aSocket(port);
      socket.send(bytes);
      await socket.closed();
    }
    expect(await metric("broker_refused", "packet-too-large")).toBe(1);
    expect(await metric("broker_refused", "connect-too-large")).toBe(1);
    expect(await metric("broker_refused", "not-connect")).toBe(1);
  });

  it("refuses a whole CONNECT over 8 KiB", async () => {
    const { port, metric } = await aBroker();
    const socket = await aSocket(port);
    socket.send(connectPacket("xinfa/b1", { password: "x".repeat(9000) }));
    await socket.closed();
    expect(socket.got).toHaveLength(0);
    expect(await metric("broker_refused", "connect-too-large")).toBe(1);
  });

  it("takes 64 KiB and no more, and closes before the rest is sent", async () => {
    const { port, taken, metric } = await aBroker();
    const device = await aClient(port, "xinfa/b1");
    device.send(publish(telemetry, { payload: "x".repeat(65_536 - telemetry.length - 10) }));
    await device.next("puback");
    expect(taken).toHaveLength(1);
    device.send(Buffer.concat([header(0x32, 70_000), Buffer.alloc(100)]));
    await device.closed();
    expect(await metric("broker_refused", "packet-too-large")).toBe(1);
    const modern = await aClient(port, "xinfa/b1", { version: 5 });
    modern.send(Buffer.concat([header(0x32, 70_000), Buffer.alloc(100)]));
    expect((await modern.next("disconnect")).reasonCode).toBe(0x95);
  });

  it("lets listed accounts send 256 KiB, and tells MQTT 5 clients their own limit", async () => {
    const { port } = await aBroker({ settings: { largePacketAccounts: ["big"] } });
    const limitOf = async (name: string) => {
      const client = await aSocket(port, 5);
      client.send(connectPacket(name, { version: 5 }));
      const { properties } = await client.next("connack");
      return { client, limit: (properties as { maximumPacketSize: number }).maximumPacketSize };
    };
    const big = await limitOf("big");
    const small = await limitOf("small");
    expect([big.limit, small.limit]).toEqual([262_144, 65_536]);
    big.client.send(publish("a/b", { payload: Buffer.alloc(200_000) }));
    await big.client.next("puback");
    small.client.send(publish("a/b", { payload: Buffer.alloc(200_000) }));
    await small.client.closed();
  });
});

describe("time limits", () => {
  it("a socket without a CONNECT is closed", async () => {
    const { port, metric } = await aBroker({ settings: { connectTimeoutMs: 50 } });
    const silent = await aSocket(port);
    const slow = await aSocket(port);
    slow.send(header(0x10, 100));
    await silent.closed();
    await slow.closed();
    expect(await metric("broker_refused", "connect-timeout")).toBe(2);
  });

  it("a handshake that nobody answers is closed after three seconds", async () => {
    const clock = createFakeClock();
    // A disk that does not answer: a session cannot be restored, so CONNACK never comes.
    const { port, metric } = await aBroker({
      clock,
      identify: (username) => {
        queueMicrotask(() => clock.advance(3001));
        return { type: "account", name: username, publish: [], subscribe: [] };
      },
    });
    const socket = await aSocket(port);
    socket.send(connectPacket("account", { clean: false }));
    await socket.closed();
    expect(await metric("broker_refused", "handshake-timeout")).toBe(1);
  });

  it("a client without keep-alive is closed after 1.5 times the longest keep-alive", async () => {
    const { port, events } = await aBroker({ settings: { keepaliveMaxS: 1 } });
    const old = await aClient(port, "xinfa/b1", { keepalive: 0 });
    const modern = await aSocket(port, 5);
    modern.send(connectPacket("xinfa/b2", { version: 5, keepalive: 0 }));
    expect((await modern.next("connack")).properties).toMatchObject({ serverKeepAlive: 1 });
    await old.closed();
    await modern.closed();
    await until(() => events.includes("disconnected xinfa/b1 keepalive"), "the reason");
  });
});

describe("numbers", () => {
  it("of connections: in all and from one address", async () => {
    const { port, metric } = await aBroker({ settings: { connections: 3, connectionsPerAddress: 2 } });
    const first = await aClient(port, "a");
    await aClient(port, "b");
    const third = await aSocket(port);
    await third.closed();
    expect(await metric("broker_refused", "address-connections")).toBe(1);
    first.end();
    await until(async () => (await metric("broker_sockets")) === 1, "room");
    await aClient(port, "c");
    const all = await aBroker({ settings: { connections: 1 } });
    await aClient(all.port, "a");
    await (await aSocket(all.port)).closed();
    expect(await all.metric("broker_refused", "connections")).toBe(1);
  });

  it("of packets behind CONNECT", async () => {
    const { port, metric, taken } = await aBroker({ settings: { packetsBeforeConnack: 60 } });
    const burst = (count: number) =>
      Array.from({ length: count }, (_, i) => publish(telemetry, { messageId: i + 1 }));
    const good = await aSocket(port);
    good.send(connectPacket("xinfa/b1"), ...burst(60));
    await good.next("connack");
    await until(() => taken.length === 60, "60 messages");
    const bad = await aSocket(port);
    bad.send(connectPacket("xinfa/b1"), ...burst(62));
    await bad.closed();
    expect(await metric("broker_refused", "queue-limit")).toBe(1);
  });

  it("of subscriptions", async () => {
    const { port, metric } = await aBroker({ settings: { subscriptionsPerClient: 3 } });
    const account = await aClient(port, "viewer");
    account.send(subscribe(["a", "b"]), subscribe(["c", "d", "a"], { messageId: 11 }));
    expect((await account.next("suback")).granted).toEqual([1, 1]);
    expect((await account.next("suback")).granted).toEqual([1, 128, 1]);
    expect(await metric("broker_refused", "subscriptions")).toBe(1);
  });

  it("of open QoS 2 packets", async () => {
    const { port, metric } = await aBroker({ settings: { qos2Window: 5 } });
    const device = await aClient(port, "xinfa/b1", { version: 5 });
    for (let i = 1; i <= 6; i++) device.send(publish(telemetry, { qos: 2, messageId: i }));
    expect((await device.next("disconnect")).reasonCode).toBe(0x93);
    await device.closed();
    expect(await metric("broker_refused", "qos2-window")).toBe(1);
  });

  it("of messages that wait for the disk: the client is not read until half of them are done", async () => {
    const answers: ((refusal: Refusal | undefined) => void)[] = [];
    const { port, taken, metric } = await aBroker({
      settings: { pendingMessages: 10, keepaliveMaxS: 1 },
      accept: (_message, answer) => void answers.push(answer),
    });
    const device = await aClient(port, "xinfa/b1", { keepalive: 1 });
    for (let round = 0; round < 20; round++) {
      device.send(publish(telemetry, { messageId: round + 1 }));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => taken.length >= 10, "ten messages");
    await new Promise((resolve) => device.socket.write(Buffer.alloc(0), resolve));
    const before = taken.length;
    expect(before).toBeLessThan(20);
    expect(await metric("broker_paused", "disk")).toBe(1);
    for (const answer of answers.splice(0)) answer(undefined);
    await until(() => taken.length === 20, "the rest");
    for (const answer of answers.splice(0)) answer(undefined);
    await until(
      () => device.got.filter(({ cmd }) => cmd === "puback").length === 20,
      "every acknowledgement",
    );
  });
});

it("a client that was not read for a while is read again, also when it sent much at once", async () => {
  const answers: ((refusal: Refusal | undefined) => void)[] = [];
  const { port, taken } = await aBroker({
    settings: { pendingMessages: 10 },
    accept: (_message, answer) => void answers.push(answer),
  });
  const device = await aClient(port, "xinfa/b1");
  device.send(...Array.from({ length: 40 }, (_, i) => publish(telemetry, { messageId: i + 1 })));
  await until(() => taken.length === 40, "40 messages");
  for (const answer of answers.splice(0)) answer(undefined);
  device.send(publish(telemetry, { messageId: 41 }));
  await until(() => taken.length === 41, "one more");
});

describe("a rate", () => {
  it("of packets: a client that sends too many is not read until the second is over", async () => {
    const clock = createFakeClock();
    const { port, taken, metric } = await aBroker({ clock, settings: { packetsPerSecond: 10 } });
    const device = await aClient(port, "xinfa/b1");
    const other = await aClient(port, "xinfa/b2");
    for (let i = 1; i <= 15; i++) {
      device.send(publish(telemetry, { messageId: i }));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(async () => (await metric("broker_paused", "rate")) === 1, "the pause");
    other.send({ cmd: "pingreq" });
    await other.next("pingresp");
    const before = taken.length;
    expect(before).toBeLessThan(15);
    clock.advance(1000);
    await until(() => taken.length === 15, "the rest");
  });
});

describe("a subscriber that does not read", () => {
  it("stops no message of the others, however many wait for it", async () => {
    const { port } = await aBroker({
      settings: { drainTimeoutMs: 60_000, subscriberBufferBytes: 100_000_000 },
    });
    const frozen = await aClient(port, "frozen");
    const reader = await aClient(port, "reader");
    for (const client of [frozen, reader]) {
      client.send(subscribe("#"));
      await client.next("suback");
    }
    frozen.socket.pause();
    const publishers = await Promise.all(Array.from({ length: 150 }, (_, i) => aClient(port, `account${i}`)));
    for (const publisher of publishers) publisher.send(publish("a/b", { payload: Buffer.alloc(60_000) }));
    for (const publisher of publishers) publisher.send(publish("a/b", { messageId: 2 }));
    const device = await aClient(port, "xinfa/b1");
    device.send(publish(telemetry, { payload: "last" }));
    await until(() => reader.got.some(({ payload }) => String(payload) === "last"), "the last message");
    frozen.end();
  });

  it("is cut, and delays neither the publisher nor other subscribers", async () => {
    const { port, metric, events } = await aBroker({
      settings: { drainTimeoutMs: 300, subscriberBufferBytes: 100_000_000 },
    });
    const frozen = await aClient(port, "frozen");
    const reader = await aClient(port, "reader");
    const device = await aClient(port, "xinfa/b1");
    for (const client of [frozen, reader]) {
      client.send(subscribe("linli/#"));
      await client.next("suback");
    }
    frozen.socket.pause();
    const payload = Buffer.alloc(60_000);
    for (let i = 0; i < 200; i++) {
      device.send(publish(telemetry, { payload, messageId: i + 1 }));
      await device.next("puback");
    }
    await until(() => reader.got.filter(({ cmd }) => cmd === "publish").length === 200, "every message");
    await until(() => events.includes("disconnected frozen slow"), "the cut");
    expect(await metric("broker_slow_cut_total")).toBe(1);
  });

  it("is cut at once when its buffer is full; QoS 0 messages are dropped", async () => {
    const { port, metric } = await aBroker({
      settings: { drainTimeoutMs: 60_000, subscriberBufferBytes: 200_000 },
    });
    const frozen = await aClient(port, "frozen");
    const sleepy = await aClient(port, "sleepy");
    const device = await aClient(port, "xinfa/b1");
    frozen.send(subscribe("linli/#"));
    await frozen.next("suback");
    sleepy.send(subscribe("linli/#", { qos: 0 }));
    await sleepy.next("suback");
    frozen.socket.pause();
    sleepy.socket.pause();
    const payload = Buffer.alloc(60_000);
    for (let i = 0; i < 300; i++) {
      device.send(publish(telemetry, { payload, messageId: i + 1 }));
      await device.next("puback");
    }
    await until(async () => (await metric("broker_slow_cut_total")) === 1, "the cut");
    expect(await metric("broker_dropped", "subscriber-buffer")).toBeGreaterThan(1);
    expect(sleepy.isClosed()).toBe(false);
  });
});
