import { afterEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aBroker, aClient, cleanUp, publish, subscribe, until } from "./support.ts";

afterEach(cleanUp);

const topic = "linli/v1/xinfa/waste-bin/b1/command";

describe("a command", () => {
  it.each([4, 5] as const)(
    "reaches a device of MQTT %i, and its acknowledgement comes back with the token",
    async (version) => {
      const { broker, port, events } = await aBroker();
      const device = await aClient(port, "xinfa/b1", { version, clean: version === 4 });
      expect(broker.publish({ topic, payload: "open", qos: 1, token: "c0" })).toBe(0);
      device.send(subscribe(topic));
      await device.next("suback");
      await until(() => events.includes(`subscribed xinfa/b1 ${topic}`), "the subscription");

      expect(
        broker.publish({ topic, payload: "open", qos: 1, token: "c1", expiresAt: Date.now() + 60_000 }),
      ).toBe(1);
      const command = await device.next("publish");
      expect(command).toMatchObject({ topic, qos: 1, retain: false });
      if (version === 5) {
        expect((command.properties as { messageExpiryInterval: number }).messageExpiryInterval).toBe(60);
      }
      expect(events.some((event) => event.startsWith("delivered"))).toBe(false);
      device.send({ cmd: "puback", messageId: command.messageId as number });
      await until(() => events.includes("delivered xinfa/b1 c1"), "the acknowledgement");
    },
  );

  it("is never queued: a kept session that comes back gets none, neither before nor after its expiry", async () => {
    const { broker, port, directory, stop } = await aBroker();
    const device = await aClient(port, "xinfa/b1", { clean: false });
    device.send(subscribe(topic));
    await device.next("suback");
    // Written, but never acknowledged.
    expect(broker.publish({ topic, payload: "open", qos: 1, token: "c1", expiresAt: Date.now() + 50 })).toBe(
      1,
    );
    await device.next("publish");
    device.end();
    await until(() => broker.connectionCount() === 0, "the device to be gone");
    expect(broker.publish({ topic, payload: "open", qos: 1, token: "c2", expiresAt: Date.now() + 50 })).toBe(
      0,
    );

    const comesBack = async (to: number) => {
      const back = await aClient(to, "xinfa/b1", { clean: false });
      back.send({ cmd: "pingreq" });
      await back.next("pingresp");
      expect(back.got.map(({ cmd }) => cmd)).toEqual(["connack", "pingresp"]);
      expect(back.got[0]).toMatchObject({ sessionPresent: true });
      back.end();
    };
    await comesBack(port);
    await stop();
    const second = await aBroker({ directory });
    await comesBack(second.port);
  });

  it("that has expired is not sent", async () => {
    const clock = createFakeClock();
    const { broker, port, metric } = await aBroker({ clock });
    const device = await aClient(port, "xinfa/b1");
    device.send(subscribe(topic));
    await device.next("suback");
    expect(broker.publish({ topic, payload: "open", qos: 1, expiresAt: clock.now() })).toBe(0);
    expect(await metric("broker_dropped", "command-expired")).toBe(1);
  });

  it("is sent again when the subscription of a kept session is back", async () => {
    const { broker, port, events } = await aBroker();
    const device = await aClient(port, "xinfa/b1", { clean: false });
    device.send(subscribe(topic));
    await device.next("suback");
    device.end();
    await until(() => broker.connectionCount() === 0, "the device to be gone");
    events.length = 0;
    const back = await aClient(port, "xinfa/b1", { clean: false });
    await until(() => events.includes(`subscribed xinfa/b1 ${topic}`), "the restored subscription");
    broker.publish({ topic, payload: "open", qos: 1, token: "c1" });
    expect(String((await back.next("publish")).payload)).toBe("open");
  });

  it("cannot be given by a device or an account: it is taken like any message and goes to nobody", async () => {
    const { port, taken } = await aBroker();
    const device = await aClient(port, "xinfa/b1");
    device.send(subscribe(topic));
    await device.next("suback");
    const listener = await aClient(port, "listener");
    listener.send(subscribe("linli/v1/#"));
    await listener.next("suback");
    const account = await aClient(port, "bridge");
    account.send(publish(topic, { payload: "open" }));
    await account.next("puback");
    expect(taken).toHaveLength(1);
    device.send({ cmd: "pingreq" });
    await device.next("pingresp");
    expect(device.got.some(({ cmd }) => cmd === "publish")).toBe(false);
  });

  it("that stays unacknowledged frees its place for later ones", async () => {
    const { broker, port, events, metric } = await aBroker({ settings: { downlinkWindow: 2 } });
    const device = await aClient(port, "xinfa/b1");
    device.send(subscribe(topic));
    await device.next("suback");
    const ids: number[] = [];
    for (const token of ["c1", "c2", "c3"]) {
      broker.publish({ topic, payload: token, qos: 1, token });
      ids.push((await device.next("publish")).messageId as number);
    }
    expect(new Set(ids).size).toBe(3);
    device.send(...ids.map((messageId) => ({ cmd: "puback", messageId }) as const));
    await until(
      () => events.filter((event) => event.startsWith("delivered")).length === 2,
      "two acknowledgements",
    );
    expect(await metric("broker_dropped", "downlink-window")).toBe(1);
  });
});
