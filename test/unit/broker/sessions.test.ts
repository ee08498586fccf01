import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../support/fake-clock.ts";
import {
  aBroker,
  aClient,
  aSocket,
  cleanUp,
  connectPacket,
  crashImage,
  payloadsOf,
  publish,
  type RawClient,
  subscribe,
  type TestBroker,
  until,
} from "./support.ts";

afterEach(cleanUp);

const telemetry = "linli/v1/xinfa/waste-bin/b1/telemetry";

/** An account with a kept session that subscribes and leaves. */
async function aSubscriberThatLeft(
  { port }: TestBroker,
  filter: string,
  options: { qos?: number; version?: 4 | 5; properties?: Record<string, unknown> } = {},
): Promise<void> {
  const subscriber = await aClient(port, "keeper", { clean: false, ...options });
  subscriber.send(subscribe(filter, { qos: options.qos ?? 1 }));
  await subscriber.next("suback");
  subscriber.end();
  await until(async () => (await isAway(port)) && subscriber.isClosed(), "the subscriber to be gone");
}

/** A turn of the broker, so that it has seen what was sent before. */
async function isAway(port: number): Promise<boolean> {
  const probe = await aClient(port, "probe");
  probe.end();
  return true;
}

async function publishAll(client: RawClient, topic: string, payloads: readonly string[]): Promise<void> {
  for (const [index, payload] of payloads.entries()) {
    client.send(publish(topic, { payload, messageId: index + 1 }));
    await client.next("puback");
  }
}

describe("a subscriber with a kept session", () => {
  it.each(["plain/topic", telemetry])("loses nothing of %s over a restart", async (topic) => {
    const first = await aBroker();
    await aSubscriberThatLeft(first, topic);
    const publisher = await aClient(first.port, topic === telemetry ? "xinfa/b1" : "publisher");
    await publishAll(publisher, topic, ["1", "2", "3"]);
    await first.stop();

    const second = await aBroker({ directory: first.directory });
    const back = await aClient(second.port, "keeper", { clean: false });
    expect(back.got[0]).toMatchObject({ cmd: "connack", sessionPresent: true });
    expect(await payloadsOf(back, 3)).toEqual(["1", "2", "3"]);
  });

  it.each(["plain/topic", telemetry])(
    "loses nothing of %s that was acknowledged before a crash",
    async (topic) => {
      const first = await aBroker();
      await aSubscriberThatLeft(first, topic);
      const publisher = await aClient(first.port, topic === telemetry ? "xinfa/b1" : "publisher");
      await publishAll(publisher, topic, ["1", "2", "3"]);

      const second = await aBroker({ directory: crashImage(first.directory) });
      const back = await aClient(second.port, "keeper", { clean: false });
      expect(await payloadsOf(back, 3)).toEqual(["1", "2", "3"]);
    },
  );

  it("that is connected and has not acknowledged gets the message again after a crash, marked as sent before", async () => {
    const first = await aBroker();
    const reader = await aClient(first.port, "keeper", { clean: false });
    reader.send(subscribe("plain/#"));
    await reader.next("suback");
    const publisher = await aClient(first.port, "publisher");
    await publishAll(publisher, "plain/a", ["1", "2"]);
    expect((await reader.next("publish")).dup).toBe(false);
    const { messageId } = await reader.next("publish");
    reader.send({ cmd: "puback", messageId: messageId as number });
    // The acknowledgement is written within the lazy interval.
    await until(() => {
      const image = crashImage(first.directory);
      return readQueued(image) === 1;
    }, "the acknowledgement on disk");

    const second = await aBroker({ directory: crashImage(first.directory) });
    const back = await aClient(second.port, "keeper", { clean: false });
    const again = await back.next("publish");
    expect([String(again.payload), again.dup]).toEqual(["1", true]);
    back.send({ cmd: "puback", messageId: again.messageId as number }, { cmd: "pingreq" });
    await back.next("pingresp");
    back.end();
    const third = await aClient(second.port, "keeper", { clean: false });
    third.send({ cmd: "pingreq" });
    await third.next("pingresp");
    expect(third.got.some(({ cmd }) => cmd === "publish")).toBe(false);
  });

  it("gets the message once when two of its filters match, at the lower QoS of both sides", async () => {
    const broker = await aBroker();
    await aSubscriberThatLeft(broker, "a/+", { qos: 1 });
    const keeper = await aClient(broker.port, "keeper", { clean: false });
    keeper.send(subscribe("a/#", { qos: 1 }));
    await keeper.next("suback");
    keeper.end();
    await isAway(broker.port);
    const publisher = await aClient(broker.port, "publisher");
    publisher.send(publish("a/b", { qos: 2, messageId: 1 }));
    await publisher.next("pubrec");
    const back = await aClient(broker.port, "keeper", { clean: false });
    expect((await back.next("publish")).qos).toBe(1);
    back.send({ cmd: "pingreq" });
    await back.next("pingresp");
    expect(back.got.filter(({ cmd }) => cmd === "publish")).toHaveLength(1);
  });

  it("gets what is published while it comes back once, neither lost nor doubled", async () => {
    const { port } = await aBroker();
    const keeper = await aClient(port, "keeper", { clean: false });
    keeper.send(subscribe("news"));
    await keeper.next("suback");
    keeper.end();
    const publisher = await aClient(port, "publisher");
    const send = (from: number, to: number) => {
      for (let i = from; i < to; i++)
        publisher.send(publish("news", { payload: String(i), messageId: i + 1 }));
    };
    const acknowledged = (count: number) =>
      until(
        () => publisher.got.filter(({ cmd }) => cmd === "puback").length === count,
        `${count} acknowledgements`,
      );
    send(0, 300);
    await acknowledged(300);
    const back = await aSocket(port);
    back.send(connectPacket("keeper", { clean: false }));
    for (let i = 300; i < 400; i += 10) {
      send(i, i + 10);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await acknowledged(400);
    await until(() => back.got.filter(({ cmd }) => cmd === "publish").length >= 400, "every message");
    back.send({ cmd: "pingreq" });
    await back.next("pingresp");
    const payloads = back.got.filter(({ cmd }) => cmd === "publish").map(({ payload }) => String(payload));
    expect(payloads.length).toBe(400);
    expect(new Set(payloads).size).toBe(400);
    const ids = back.got.filter(({ cmd }) => cmd === "publish").map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(400);
  });

  it("of MQTT 5 that asked for no messages of its own gets none out of its session either", async () => {
    const broker = await aBroker();
    const options = { version: 5, clean: false, properties: { sessionExpiryInterval: 60 } } as const;
    const own = await aClient(broker.port, "keeper", options);
    own.send(subscribe("news", { nl: true }));
    await own.next("suback");
    own.send(publish("news"));
    await own.next("puback");
    own.end();
    await isAway(broker.port);
    const back = await aClient(broker.port, "keeper", options);
    back.send({ cmd: "pingreq" });
    await back.next("pingresp");
    expect(back.got.some(({ cmd }) => cmd === "publish")).toBe(false);
  });

  it("finishes a QoS 2 exchange over a restart", async () => {
    const first = await aBroker();
    await aSubscriberThatLeft(first, "a/b", { qos: 2 });
    const publisher = await aClient(first.port, "publisher", { clean: false });
    publisher.send(publish("a/b", { qos: 2, messageId: 9, payload: "once" }));
    await publisher.next("pubrec");
    const reader = await aClient(first.port, "keeper", { clean: false });
    const { messageId } = await reader.next("publish");
    reader.send({ cmd: "pubrec", messageId: messageId as number });
    await reader.next("pubrel");
    await first.stop();

    const second = await aBroker({ directory: first.directory });
    const back = await aClient(second.port, "keeper", { clean: false });
    expect((await back.next("pubrel")).messageId).toBe(messageId);
    // The publisher did not see PUBREC and sends again: it must not arrive twice.
    const again = await aClient(second.port, "publisher", { clean: false });
    again.send(publish("a/b", { qos: 2, messageId: 9, payload: "once", dup: true }));
    await again.next("pubrec");
    again.send({ cmd: "pubrel", messageId: 9 });
    await again.next("pubcomp");
    back.send({ cmd: "pingreq" });
    await back.next("pingresp");
    expect(back.got.some(({ cmd }) => cmd === "publish")).toBe(false);
  });
});

describe("the bounds of a session", () => {
  it("keep the newest messages, and every drop is counted", async () => {
    const broker = await aBroker({ settings: { sessions: { messagesPerSession: 3 } } });
    await aSubscriberThatLeft(broker, "a/b");
    const publisher = await aClient(broker.port, "publisher");
    await publishAll(publisher, "a/b", ["1", "2", "3", "4", "5"]);
    expect(await broker.metric("broker_dropped", "session-messages")).toBe(2);
    const back = await aClient(broker.port, "keeper", { clean: false });
    expect(await payloadsOf(back, 3)).toEqual(["3", "4", "5"]);
  });

  it("hold for bytes of one session and of all", async () => {
    const broker = await aBroker({ settings: { sessions: { bytesPerSession: 10_000, bytesTotal: 9000 } } });
    await aSubscriberThatLeft(broker, "a/b");
    const publisher = await aClient(broker.port, "publisher");
    await publishAll(
      publisher,
      "a/b",
      ["1", "2", "3"].map((text) => text.repeat(4000)),
    );
    expect(await broker.metric("broker_dropped", "session-bytes")).toBe(1);
    await aBroker();
    await publishAll(publisher, "a/b", ["4".repeat(4000)]);
    await publishAll(publisher, "a/b", ["5".repeat(900), "6"]);
    expect(await broker.metric("broker_dropped", "session-bytes-total")).toBeGreaterThan(0);
  });

  it("hold for the number of sessions: one more ends with its connection", async () => {
    const broker = await aBroker({ settings: { sessions: { sessions: 1 } } });
    await aSubscriberThatLeft(broker, "a/b");
    const late = await aClient(broker.port, "late", { clean: false });
    late.send(subscribe("a/b"));
    await late.next("suback");
    late.end();
    await isAway(broker.port);
    expect(await broker.metric("broker_dropped", "sessions")).toBe(1);
    expect(await broker.metric("broker_sessions")).toBe(1);
    const again = await aClient(broker.port, "late", { clean: false });
    expect(again.got[0]).toMatchObject({ sessionPresent: false });
  });

  it("end a session 24 hours after its client left, also over a restart", async () => {
    const clock = createFakeClock();
    const first = await aBroker({ clock });
    await aSubscriberThatLeft(first, "a/b");
    clock.advance(20 * 3_600_000);
    await first.stop();
    const second = await aBroker({ clock, directory: first.directory });
    const publisher = await aClient(second.port, "publisher");
    await publishAll(publisher, "a/b", ["1"]);
    clock.advance(5 * 3_600_000);
    expect(await second.metric("broker_dropped", "session-age")).toBe(1);
    const back = await aClient(second.port, "keeper", { clean: false });
    expect(back.got[0]).toMatchObject({ sessionPresent: false });
  });

  it("end an MQTT 5 session when its own interval is over, also over a restart", async () => {
    const clock = createFakeClock();
    const first = await aBroker({ clock });
    await aSubscriberThatLeft(first, "a/b", { version: 5, properties: { sessionExpiryInterval: 600 } });
    await first.stop();
    const second = await aBroker({ clock, directory: first.directory });
    clock.advance(700_000);
    const back = await aClient(second.port, "keeper", {
      version: 5,
      clean: false,
      properties: { sessionExpiryInterval: 600 },
    });
    expect(back.got[0]).toMatchObject({ sessionPresent: false });
  });

  it("drop a message of MQTT 5 whose expiry has passed", async () => {
    const clock = createFakeClock(Date.now() - 60_000);
    const broker = await aBroker({ clock });
    await aSubscriberThatLeft(broker, "a/b");
    const publisher = await aClient(broker.port, "publisher", { version: 5 });
    publisher.send(publish("a/b", { properties: { messageExpiryInterval: 5 }, payload: "late" }));
    publisher.send(publish("a/b", { messageId: 2, payload: "fresh" }));
    await publisher.next("puback");
    await publisher.next("puback");
    const back = await aClient(broker.port, "keeper", { clean: false });
    expect(await payloadsOf(back, 1)).toEqual(["fresh"]);
  });
});

it("while sessions cannot be written, plain messages wait and those of devices, which the journal holds, do not", async () => {
  const broker = await aBroker({ settings: { sessions: { retryMs: 20 } } });
  await aSubscriberThatLeft(broker, "#");
  await until(() => readSessions(broker.directory) === 1, "the session on disk");
  const lock = new DatabaseSync(join(broker.directory, "sessions.db"));
  lock.exec("BEGIN IMMEDIATE");
  const publisher = await aClient(broker.port, "publisher");
  publisher.send(publish("plain", { messageId: 5, payload: "plain" }));
  const device = await aClient(broker.port, "xinfa/b1");
  await until(async () => {
    device.send(publish(telemetry, { payload: "device" }), { cmd: "pingreq" });
    await device.next("pingresp");
    return device.got.some(({ cmd }) => cmd === "puback");
  }, "the device's acknowledgement");
  expect(publisher.got.some(({ cmd }) => cmd === "puback")).toBe(false);
  lock.exec("ROLLBACK");
  lock.close();
  expect((await publisher.next("puback")).messageId).toBe(5);
  const back = await aClient(broker.port, "keeper", { clean: false });
  expect(await payloadsOf(back, 2)).toEqual(["plain", "device"]);
});

function readQueued(directory: string): number {
  return countOf("queued", directory);
}

function readSessions(directory: string): number {
  return countOf("session WHERE away_since IS NOT NULL", directory);
}

function countOf(rows: string, directory: string): number {
  const database = new DatabaseSync(join(directory, "sessions.db"));
  const { count } = database.prepare(`SELECT count(*) AS count FROM ${rows}`).get() as { count: number };
  database.close();
  return count;
}
