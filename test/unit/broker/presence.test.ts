import { afterEach, describe, expect, it } from "vitest";
import type { Refusal } from "../../../gateway/types.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aBroker, aClient, aSocket, cleanUp, connectPacket, publish, subscribe, until } from "./support.ts";

afterEach(cleanUp);

const status = "linli/v1/xinfa/waste-bin/b1/status";
const offline = { topic: status, payload: Buffer.from('{"online":false}'), qos: 1, retain: false };

describe("presence", () => {
  it("tells the first connection of a principal and the end of its last, with the reason", async () => {
    const { broker, port, events, metric } = await aBroker();
    const first = await aClient(port, "xinfa/b1", { clientId: "xinfa/b1:1" });
    const second = await aClient(port, "xinfa/b1", { clientId: "xinfa/b1:2" });
    await until(() => broker.connectionCount() === 2, "both");
    expect(broker.connection("xinfa/b1")).toMatchObject({
      clientId: "xinfa/b1:2",
      version: 4,
      address: "127.0.0.1",
    });
    first.send({ cmd: "disconnect" });
    await first.closed();
    await until(() => broker.connectionCount() === 1, "one");
    second.end();
    await until(() => broker.connectionCount() === 0, "none");
    expect(events).toEqual(["connected xinfa/b1", "disconnected xinfa/b1 closed"]);
    expect(await metric("broker_connections_ended", "graceful")).toBe(1);
    expect(broker.connection("xinfa/b1")).toBeUndefined();
  });

  it("says graceful after DISCONNECT, kicked after disconnect(), refused after a breach", async () => {
    const { broker, port, events } = await aBroker();
    const polite = await aClient(port, "xinfa/b1");
    polite.send({ cmd: "disconnect" });
    await polite.closed();
    const rotated = await aClient(port, "xinfa/b2");
    await until(() => events.includes("connected xinfa/b2"), "the device");
    broker.disconnect("xinfa/b2");
    await rotated.closed();
    const rude = await aClient(port, "xinfa/b3");
    rude.send(publish("not/mine"));
    await rude.closed();
    await until(() => events.length === 6, "six events");
    expect(events.filter((event) => event.startsWith("disconnected"))).toEqual([
      "disconnected xinfa/b1 graceful",
      "disconnected xinfa/b2 kicked",
      "disconnected xinfa/b3 refused",
    ]);
  });

  it("calls a principal gone whose successor never finished its handshake", async () => {
    const clock = createFakeClock();
    const { broker, port, events } = await aBroker({ clock });
    const old = await aClient(port, "xinfa/b1");
    const next = await aSocket(port);
    next.send(connectPacket("xinfa/b1"));
    await old.closed();
    next.end();
    await until(() => broker.connectionCount() === 0, "both to be gone");
    clock.advance(3001);
    expect(events.at(-1)).toMatch(/^disconnected xinfa\/b1/);
  });
});

it("a connection is ended by disconnect() even in the middle of its handshake", async () => {
  const { broker, port } = await aBroker();
  const device = await aClient(port, "xinfa/b1");
  broker.disconnect("xinfa/b1");
  await device.closed();
  expect(broker.connectionCount()).toBe(0);
});

describe("a will", () => {
  it("of a device goes the way of its messages, marked as a will, when the socket just ends", async () => {
    const { port, taken } = await aBroker();
    const device = await aClient(port, "xinfa/b1", { will: offline });
    device.end();
    await until(() => taken.length === 1, "the will");
    expect(taken[0]).toMatchObject({ topic: status, will: true, principal: { name: "xinfa/b1" } });
    const polite = await aClient(port, "xinfa/b1", { will: offline });
    polite.send({ cmd: "disconnect" });
    await polite.closed();
    await aClient(port, "xinfa/b1");
    expect(taken).toHaveLength(1);
  });

  it.each(["linli/v1/xinfa/waste-bin/b1/event", "linli/v1/xinfa/waste-bin/b2/status", "elsewhere"])(
    "of a device on %s is refused with the connection",
    async (topic) => {
      const { port, metric } = await aBroker();
      const socket = await aSocket(port);
      socket.send(connectPacket("xinfa/b1", { will: { ...offline, topic } }));
      expect((await socket.next("connack")).returnCode).toBe(5);
      expect(await metric("broker_refused", "will-denied")).toBe(1);
    },
  );

  it("of an account reaches subscribers and is retained, without its delay among the properties", async () => {
    const { port } = await aBroker();
    const reader = await aClient(port, "reader", { version: 5 });
    reader.send(subscribe("a/b"));
    await reader.next("suback");
    const account = await aClient(port, "bridge", {
      version: 5,
      properties: { sessionExpiryInterval: 60 },
      will: {
        topic: "a/b",
        payload: Buffer.from("gone"),
        qos: 1,
        retain: true,
        properties: { willDelayInterval: 1, contentType: "text" },
      },
    });
    account.end();
    const will = await reader.next("publish");
    expect(String(will.payload)).toBe("gone");
    expect(will.properties).toEqual({ contentType: "text" });
    reader.send({ cmd: "pingreq" });
    await reader.next("pingresp");
    expect(reader.got.filter(({ cmd }) => cmd === "publish")).toHaveLength(1);
  });

  it("outlives a crash: it is published when its client does not come back in time", async () => {
    const first = await aBroker();
    await aClient(first.port, "xinfa/b1", { will: offline });
    await aClient(first.port, "xinfa/b2", {
      will: { ...offline, topic: "linli/v1/xinfa/waste-bin/b2/status" },
    });
    await first.stop();
    expect(first.taken).toHaveLength(0);

    const clock = createFakeClock();
    const second = await aBroker({ directory: first.directory, clock });
    await aClient(second.port, "xinfa/b2");
    clock.advance(59_999);
    expect(second.taken).toHaveLength(0);
    clock.advance(1);
    expect(second.taken.map(({ topic, will }) => [topic, will])).toEqual([[status, true]]);
  });
});

describe("a stop", () => {
  it("waits until what was taken is durable and acknowledged, and takes nothing more", async () => {
    const answers: ((refusal: Refusal | undefined) => void)[] = [];
    const { broker, port, taken, events } = await aBroker({
      accept: (_message, answer) => void answers.push(answer),
    });
    const device = await aClient(port, "xinfa/b1", { version: 5 });
    device.send(publish("linli/v1/xinfa/waste-bin/b1/telemetry"));
    await until(() => taken.length === 1, "the message");
    const stopped = broker.stop();
    device.send(publish("linli/v1/xinfa/waste-bin/b1/telemetry", { messageId: 2 }));
    await expect(aSocket(port).then((socket) => socket.closed())).rejects.toThrow();
    // Time enough for a stop that does not wait.
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toHaveLength(1);
    answers[0]!(undefined);
    await stopped;
    expect((await device.next("puback")).messageId).toBe(1);
    expect((await device.next("disconnect")).reasonCode).toBe(0x8b);
    expect(device.got.filter(({ cmd }) => cmd === "puback")).toHaveLength(1);
    expect(events.at(-1)).toBe("disconnected xinfa/b1 stopping");
  });

  it("does not wait for ever", async () => {
    const { broker, port, taken } = await aBroker({
      accept: () => {},
      settings: { stopTimeoutMs: 20, connectTimeoutMs: 60_000 },
    });
    const device = await aClient(port, "xinfa/b1");
    const unfinished = await aSocket(port);
    device.send(publish("linli/v1/xinfa/waste-bin/b1/telemetry"));
    await until(() => taken.length === 1, "the message");
    await broker.stop();
    await device.closed();
    await unfinished.closed();
  });
});
