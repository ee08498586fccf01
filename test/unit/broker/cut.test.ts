import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { Broker } from "../../../gateway/broker/contract.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import {
  aBroker,
  aClient,
  anAccount,
  aSocket,
  cleanUp,
  connectPacket,
  crashImage,
  identify,
  payloadsOf,
  publish,
  subscribe,
  until,
} from "./support.ts";

afterEach(cleanUp);

const topic = "linli/v1/xinfa/waste-bin/b1/telemetry";
const offline = {
  topic: "linli/v1/xinfa/waste-bin/b1/status",
  payload: Buffer.from("offline"),
  qos: 1,
  retain: false,
};

/** With MQTT 5 a session outlives its connection only when it says so. */
const kept = { sessionExpiryInterval: 3600 };

/** Many messages in one write. */
function flood(count: number) {
  return Array.from({ length: count }, (_, i) =>
    publish(topic, { messageId: i + 1, payload: `{"seq":${i}}` }),
  );
}

describe("credentials that end while their connection publishes", () => {
  it.each([
    ["a device", "xinfa/b1", 4],
    ["a device with MQTT 5", "xinfa/b1", 5],
    ["an account", "bridge", 4],
    ["an account with MQTT 5", "bridge", 5],
  ] as const)(
    "%s: not even the rest of what came with the last message is taken",
    async (_, name, version) => {
      let broker: Broker | undefined;
      let left = 3;
      const started = await aBroker({
        accept(_message, answer) {
          answer(undefined);
          if (--left === 0) broker!.disconnect(name, { drops: "wills-and-sessions" });
        },
      });
      broker = started.broker;
      const thief = await aClient(started.port, name, { version, clean: false, will: offline });
      // It does not care for the end, and reads nothing.
      thief.socket.pause();
      thief.send(...flood(200));
      await until(() => left === 0, "the end of the credentials");
      thief.send(...flood(200));
      await turn();
      expect(broker.connectionCount()).toBe(0);
      thief.socket.resume();
      await thief.closed();
      expect(started.taken).toHaveLength(3);
    },
  );

  it.each([4, 5] as const)(
    "the same among the messages that came with an MQTT %s CONNECT, and nothing subscribes after it",
    async (version) => {
      let broker: Broker | undefined;
      let left = 3;
      const started = await aBroker({
        accept(_message, answer) {
          answer(undefined);
          if (--left === 0) broker!.disconnect("bridge", { drops: "wills-and-sessions" });
        },
      });
      broker = started.broker;
      const thief = await aSocket(started.port, version);
      thief.send(
        connectPacket("bridge", { version, clean: false, properties: kept }),
        ...flood(20),
        subscribe("#"),
      );
      await thief.closed();
      expect(started.taken).toHaveLength(3);
      expect(await started.metric("broker_sessions")).toBe(0);
    },
  );

  it("nothing that it sends with the message that ended it makes its session again", async () => {
    let broker: Broker | undefined;
    const started = await aBroker({
      accept(_message, answer) {
        broker!.disconnect("bridge", { drops: "wills-and-sessions" });
        answer(undefined);
      },
    });
    broker = started.broker;
    const thief = await aClient(started.port, "bridge", { version: 5, clean: false, properties: kept });
    thief.send(publish(topic, { qos: 2 }), subscribe("#"));
    await thief.closed();
    expect(await started.metric("broker_sessions")).toBe(0);
  });

  it("an MQTT 5 client that reads nothing is not waited for", async () => {
    const { broker, port, metric } = await aBroker({ settings: { drainTimeoutMs: 60_000 } });
    const frozen = await aClient(port, "xinfa/b1", { version: 5 });
    const command = "linli/v1/xinfa/waste-bin/b1/command";
    frozen.send(subscribe(command));
    await frozen.next("suback");
    frozen.socket.pause();
    while ((await metric("broker_dropped", "subscriber-buffer")) === 0) {
      broker.publish({ topic: command, payload: Buffer.alloc(60_000), qos: 0 });
      await turn();
    }
    expect(broker.connectionCount()).toBe(1);
    broker.disconnect("xinfa/b1");
    for (let i = 0; i < 5; i++) await turn();
    expect(broker.connectionCount()).toBe(0);
  });

  it("an MQTT 5 client is told why, and gets nothing else any more", async () => {
    const { broker, port } = await aBroker();
    const device = await aClient(port, "xinfa/b1", { version: 5 });
    const command = "linli/v1/xinfa/waste-bin/b1/command";
    device.send(subscribe(command));
    await device.next("suback");
    broker.disconnect("xinfa/b1");
    broker.publish({ topic: command, payload: "{}", qos: 1 });
    await device.closed();
    expect(device.got.map(({ cmd }) => cmd)).toEqual(["connack", "suback", "disconnect"]);
    expect(device.got.at(-1)).toMatchObject({ reasonCode: 0x98 });
  });

  it.each([4, 5] as const)(
    "in the middle of an MQTT %s handshake, what came with CONNECT is not taken",
    async (version) => {
      for (const wait of [queueMicrotask, process.nextTick, setImmediate]) {
        const { broker, port, taken, events, metric } = await aBroker({
          identify(username, password) {
            if (username === "xinfa/b1" && isFirst) {
              isFirst = false;
              wait(() => broker.disconnect(username, { drops: "wills-and-sessions" }));
            }
            return identify(username, password);
          },
        });
        let isFirst = true;
        const thief = await aSocket(port, version);
        thief.send(connectPacket("xinfa/b1", { version, clean: false, will: offline }), ...flood(20));
        await thief.closed();
        expect(taken).toEqual([]);
        expect(events.filter((event) => event.startsWith("connected"))).toEqual([]);
        // Nothing of it is left that the rightful device would have to take over.
        await aClient(port, "xinfa/b1", { version });
        await until(() => broker.connectionCount() === 1, "the device");
        expect(await metric("broker_takeovers_total")).toBe(0);
        expect(await metric("broker_sessions")).toBe(0);
      }
    },
  );

  it("only the connections of the password that ended are cut", async () => {
    const issues: Record<string, number> = { old: 1, new: 2 };
    const { broker, port } = await aBroker({
      identify: (username, password) => ({ ...anAccount(username), issue: issues[String(password)]! }),
    });
    const old = await aClient(port, "bridge", { clientId: "one", password: "old" });
    const fresh = await aClient(port, "bridge", { clientId: "two", password: "new" });
    await until(() => broker.connectionCount() === 2, "both");
    broker.disconnect("bridge", { issue: 1 });
    await old.closed();
    fresh.send({ cmd: "pingreq" });
    await fresh.next("pingresp");
    expect(broker.connectionCount()).toBe(1);
  });
});

describe("what credentials leave when they end", () => {
  it.each(["wills", "wills-and-sessions", "nothing"] as const)("drops %s: so is the will", async (drops) => {
    const { broker, port, taken, events } = await aBroker();
    const device = await aClient(port, "xinfa/b1", { will: offline });
    await until(() => broker.connectionCount() === 1, "the device");
    broker.disconnect("xinfa/b1", { drops });
    await device.closed();
    await until(() => events.includes("disconnected xinfa/b1 kicked"), "its end");
    expect(taken.map(({ will }) => will)).toEqual(drops === "nothing" ? [true] : []);
  });

  it("a will that waits for its delay is dropped, and that of another is not", async () => {
    const { broker, port } = await aBroker();
    const watcher = await aClient(port, "watcher");
    watcher.send(subscribe("state/#"));
    await watcher.next("suback");
    for (const name of ["thief", "honest"]) {
      const client = await aClient(port, name, {
        version: 5,
        properties: { sessionExpiryInterval: 60 },
        will: {
          ...{ topic: `state/${name}`, payload: name, qos: 1, retain: false },
          properties: { willDelayInterval: 1 },
        },
      });
      client.end();
    }
    await until(() => broker.connectionCount() === 1, "both to be gone");
    broker.disconnect("thief", { drops: "wills" });
    expect(await payloadsOf(watcher, 1)).toEqual(["honest"]);
  });

  it("a will that was kept over a crash is dropped, and that of another is not", async () => {
    const first = await aBroker();
    for (const name of ["xinfa/b1", "xinfa/b2"]) {
      await aClient(first.port, name, {
        will: { ...offline, topic: `linli/v1/xinfa/waste-bin/${name.split("/")[1]}/status` },
      });
    }
    await until(() => first.broker.connectionCount() === 2, "both");
    let directory = "";
    const clock = createFakeClock();
    await until(async () => {
      directory = crashImage(first.directory);
      return (await willsIn(directory)) === 2;
    }, "the wills on disk");
    const { broker, taken } = await aBroker({ directory, clock });
    broker.disconnect("xinfa/b1", { drops: "wills" });
    clock.advance(60_001);
    expect(taken.map(({ topic }) => topic)).toEqual(["linli/v1/xinfa/waste-bin/b2/status"]);
  });

  it.each([
    ["wills-and-sessions", false],
    ["wills", true],
  ] as const)("drops %s: its session and what waits in it is kept: %s", async (drops, isKept) => {
    const { broker, port, metric } = await aBroker();
    const options = { clientId: "kept", clean: false };
    const reader = await aClient(port, "reader", options);
    reader.send(subscribe("news"));
    await reader.next("suback");
    reader.end();
    const writer = await aClient(port, "writer");
    await until(() => broker.connectionCount() === 1, "the reader to be gone");
    writer.send(publish("news", { payload: "for the reader" }));
    await writer.next("puback");
    broker.disconnect("reader", { drops });
    expect(await metric("broker_dropped", "session-revoked")).toBe(isKept ? 0 : 1);
    const back = await aClient(port, "reader", options);
    expect(back.got[0]).toMatchObject({ sessionPresent: isKept });
    if (isKept) expect(await payloadsOf(back, 1)).toEqual(["for the reader"]);
  });
});

async function willsIn(directory: string): Promise<number> {
  const { DatabaseSync } = await import("node:sqlite");
  const db = new DatabaseSync(`${directory}/sessions.db`);
  try {
    return Number(db.prepare("SELECT count(*) AS n FROM will").get()?.n);
  } finally {
    db.close();
  }
}
