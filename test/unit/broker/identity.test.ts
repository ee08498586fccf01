import { afterEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../support/fake-clock.ts";
import {
  aBroker,
  aClient,
  anAccount,
  aSocket,
  type ConnectOptions,
  cleanUp,
  connectPacket,
  identify,
  publish,
  subscribe,
  until,
} from "./support.ts";

afterEach(cleanUp);

/** The code that a CONNECT is answered with. */
async function answerTo(port: number, name: string, options: ConnectOptions = {}): Promise<number> {
  const socket = await aSocket(port, options.version ?? 4);
  socket.send(connectPacket(name, options));
  const connack = await socket.next("connack");
  return Number(connack.reasonCode ?? connack.returnCode);
}

describe("who may connect", () => {
  it("refuses unknown credentials and tells so in the words of each version", async () => {
    const { port, metric } = await aBroker();
    expect(await answerTo(port, "xinfa/b1", { password: "wrong" })).toBe(4);
    expect(await answerTo(port, "xinfa/b1", { password: "wrong", version: 5 })).toBe(0x86);
    const anonymous = await aSocket(port);
    anonymous.send({ ...connectPacket("x"), username: undefined, password: undefined } as never);
    expect((await anonymous.next("connack")).returnCode).toBe(4);
    expect(await metric("broker_refused", "credentials")).toBe(3);
  });

  it("answers when credentials cannot be checked", async () => {
    const { port, metric } = await aBroker({
      identify() {
        throw new Error("database is gone");
      },
    });
    expect(await answerTo(port, "xinfa/b1")).toBe(3);
    expect(await metric("broker_refused", "identify-failed")).toBe(1);
  });

  it.each(["xinfa/b1", "xinfa-b1", "xinfa/b1:2", "xinfa-b1-boot7", ""])(
    "a device may call itself %j",
    async (clientId) => {
      const { port } = await aBroker();
      expect(await answerTo(port, "xinfa/b1", { clientId })).toBe(0);
    },
  );

  it.each(["xinfa/b2", "b1", "xinfa", "mqttjs_1"])("a device may not call itself %j", async (clientId) => {
    const { port } = await aBroker();
    expect(await answerTo(port, "xinfa/b1", { clientId })).toBe(2);
    expect(await answerTo(port, "xinfa/b1", { clientId, version: 5 })).toBe(0x85);
  });

  it("tells an MQTT 5 client the id that it was given", async () => {
    const { port, broker } = await aBroker();
    const client = await aSocket(port, 5);
    client.send(connectPacket("xinfa/b1", { version: 5, clientId: "" }));
    const { properties } = await client.next("connack");
    const { assignedClientIdentifier } = properties as { assignedClientIdentifier: string };
    expect(assignedClientIdentifier).toMatch(/^xinfa\/b1~/);
    await until(() => broker.connection("xinfa/b1")?.clientId === assignedClientIdentifier, "the connection");
  });
});

describe("a client id belongs to its credential", () => {
  it("an account cannot take over a device, and a device takes its own name back", async () => {
    const { port, broker, metric } = await aBroker();
    const device = await aClient(port, "xinfa/b1");
    expect(await answerTo(port, "bridge", { clientId: "xinfa/b1" })).toBe(2);
    expect(device.isClosed()).toBe(false);
    expect(await metric("broker_refused", "client-id-taken")).toBe(1);

    const squatter = await aClient(port, "bridge", { clientId: "xinfa/b2", clean: false });
    squatter.send(subscribe("news"));
    await squatter.next("suback");
    const owner = await aClient(port, "xinfa/b2", { clean: false });
    await squatter.closed();
    expect(owner.got[0]).toMatchObject({ sessionPresent: false });
    await until(() => broker.connection("xinfa/b2") !== undefined, "the device");
  });

  it("one account cannot take over another, nor resume its session", async () => {
    const { port } = await aBroker();
    const first = await aClient(port, "first", { clientId: "shared", clean: false });
    expect(await answerTo(port, "second", { clientId: "shared" })).toBe(2);
    first.send(subscribe("news/#"));
    await first.next("suback");
    first.end();
    expect(await answerTo(port, "second", { clientId: "shared", clean: false })).toBe(2);
    expect(await answerTo(port, "first", { clientId: "shared", clean: false })).toBe(0);
  });

  it("a device whose name begins another's cannot hold the other's name", async () => {
    const { port } = await aBroker();
    const near = await aClient(port, "xinfa/b", { clientId: "xinfa/b1" });
    await aClient(port, "xinfa/b1");
    await near.closed();
    expect(await answerTo(port, "xinfa/b", { clientId: "xinfa/b1" })).toBe(2);
  });

  it("take-overs are counted, and fifteen in a minute are banned for five", async () => {
    const clock = createFakeClock();
    const { port, metric, broker } = await aBroker({ clock, isExempt: ({ name }) => name === "xinfa/fire" });
    for (let i = 0; i < 16; i++) expect(await answerTo(port, "xinfa/b1")).toBe(0);
    expect(await metric("broker_takeovers_total")).toBe(15);
    expect(await answerTo(port, "xinfa/b1")).toBe(3);
    expect(await metric("broker_refused", "banned")).toBe(1);
    expect(broker.connection("xinfa/b1")).toBeDefined();
    clock.advance(300_001);
    expect(await answerTo(port, "xinfa/b1")).toBe(0);

    for (let i = 0; i < 20; i++) expect(await answerTo(port, "xinfa/fire")).toBe(0);
  });

  it("a ban does not last longer because the clock stepped back", async () => {
    const clock = createFakeClock();
    const { port } = await aBroker({ clock });
    for (let i = 0; i < 16; i++) expect(await answerTo(port, "xinfa/b1")).toBe(0);
    expect(await answerTo(port, "xinfa/b1")).toBe(3);
    clock.advance(-3_600_000);
    expect(await answerTo(port, "xinfa/b1")).toBe(0);
  });

  it("tells a taken-over MQTT 5 client, and does not call its principal gone", async () => {
    const { port, events } = await aBroker();
    const old = await aClient(port, "xinfa/b1", { version: 5 });
    const fresh = await aClient(port, "xinfa/b1", { version: 5 });
    expect((await old.next("disconnect")).reasonCode).toBe(0x8e);
    fresh.send({ cmd: "pingreq" });
    await fresh.next("pingresp");
    expect(events).toEqual(["connected xinfa/b1"]);
  });
});

describe("what a device may publish", () => {
  it.each([
    "linli/v1/xinfa/waste-bin/b2/telemetry",
    "linli/v1/xinfa/waste-bin/b1",
    "linli/v1/xinfa/waste-bin",
    "anything",
    "$SYS/broker/x/new/clients",
  ])("not %s", async (topic) => {
    const { port, taken, metric } = await aBroker();
    const device = await aClient(port, "xinfa/b1");
    device.send(publish(topic));
    await device.closed();
    const modern = await aClient(port, "xinfa/b1", { version: 5 });
    modern.send(publish(topic));
    expect((await modern.next("puback")).reasonCode).toBe(0x87);
    expect(taken).toHaveLength(0);
    expect(await metric("broker_refused", topic.startsWith("$") ? "topic-reserved" : "topic-denied")).toBe(2);
  });

  it("nobody disconnects another through $SYS, not even an account that may do everything", async () => {
    const { port } = await aBroker();
    const device = await aClient(port, "xinfa/b1");
    const account = await aClient(port, "viewer", { version: 5 });
    account.send(publish("$SYS/any/new/clients", { payload: "xinfa/b1" }));
    expect((await account.next("puback")).reasonCode).toBe(0x87);
    device.send({ cmd: "pingreq" });
    await device.next("pingresp");
  });

  it.each(["a/+", "a/#", "a\u0000b"])("and nobody %j", async (topic) => {
    const { port, taken } = await aBroker();
    const account = await aClient(port, "viewer");
    account.send(publish(topic));
    await account.closed();
    expect(taken).toHaveLength(0);
  });

  it("an account publishes only within its filters", async () => {
    const { port } = await aBroker({
      identify: (username, password) =>
        identify(username, password) && anAccount(username, ["zigbee2mqtt/#"], ["zigbee2mqtt/+"]),
    });
    const account = await aClient(port, "bridge", { version: 5 });
    account.send(publish("zigbee2mqtt/lamp"), publish("homeassistant/lamp", { messageId: 2 }));
    const answers = [await account.next("puback"), await account.next("puback")];
    expect(new Map(answers.map(({ messageId, reasonCode }) => [messageId, reasonCode]))).toEqual(
      new Map([
        [1, 0],
        [2, 0x87],
      ]),
    );
  });
});

describe("what may be subscribed to", () => {
  it("a device: its own command and reject, nothing wider", async () => {
    const { port, metric } = await aBroker();
    const device = await aClient(port, "xinfa/b1", { version: 5 });
    const root = "linli/v1/xinfa/waste-bin";
    device.send(
      subscribe([
        `${root}/b1/command`,
        `${root}/b1/reject`,
        `${root}/b1/+`,
        `${root}/b2/command`,
        "#",
        "$SYS/#",
      ]),
    );
    expect((await device.next("suback")).granted).toEqual([1, 1, 0x87, 0x87, 0x87, 0x87]);
    expect(await metric("broker_refused", "filter-denied")).toBe(3);
    expect(await metric("broker_refused", "filter-reserved")).toBe(1);
  });

  it("an account: what its filters cover", async () => {
    const { port } = await aBroker({
      identify: (username) => anAccount(username, [], ["site/+/state", "news/#"]),
    });
    const account = await aClient(port, "viewer");
    account.send(subscribe(["site/+/state", "site/1/state", "site/#", "news/a/#", "#"]));
    expect((await account.next("suback")).granted).toEqual([1, 1, 128, 1, 128]);
  });

  it("nobody shares a subscription", async () => {
    const { port } = await aBroker();
    const account = await aClient(port, "viewer");
    account.send(subscribe(["$share/group/news"]));
    expect((await account.next("suback")).granted).toEqual([128]);
    const modern = await aClient(port, "modern", { version: 5 });
    modern.send(subscribe(["$share/group/news"]));
    expect((await modern.next("suback")).granted).toEqual([0x9e]);
  });

  it("a filter that was refused leaves nothing behind in a kept session", async () => {
    const { port } = await aBroker({ identify: (username) => anAccount(username, ["#"], ["open/#"]) });
    const spy = await aClient(port, "spy", { clean: false });
    spy.send(subscribe(["open/x", "closed/x"]));
    expect((await spy.next("suback")).granted).toEqual([1, 128]);
    spy.end();
    await spy.closed();
    const publisher = await aClient(port, "publisher");
    publisher.send(publish("closed/x"), publish("open/x", { messageId: 2 }));
    await publisher.next("puback");
    await publisher.next("puback");
    const back = await aClient(port, "spy", { clean: false });
    expect((await back.next("publish")).topic).toBe("open/x");
    expect(back.got.filter(({ cmd }) => cmd === "publish")).toHaveLength(1);
  });
});
