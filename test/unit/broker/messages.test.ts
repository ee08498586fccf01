import { afterEach, describe, expect, it } from "vitest";
import type { Refusal } from "../../../gateway/types.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import {
  aBroker,
  aClient,
  aRefusal,
  aSocket,
  cleanUp,
  connectPacket,
  publish,
  subscribe,
  until,
} from "./support.ts";

const telemetry = "linli/v1/xinfa/waste-bin/b1/telemetry";

afterEach(cleanUp);

describe("a message of a device", () => {
  it("is acknowledged only once it is durable", async () => {
    const answers: ((refusal: Refusal | undefined) => void)[] = [];
    const { port, taken } = await aBroker({ accept: (_message, answer) => void answers.push(answer) });
    const device = await aClient(port, "xinfa/b1");

    device.send(publish(telemetry, { messageId: 7 }), { cmd: "pingreq" });
    await device.next("pingresp");
    expect(taken).toHaveLength(1);
    expect(device.got.some(({ cmd }) => cmd === "puback")).toBe(false);

    answers[0]!(undefined);
    expect((await device.next("puback")).messageId).toBe(7);
  });

  it.each([3, 4, 5] as const)("is taken over MQTT version %i at every QoS", async (version) => {
    const { port, taken } = await aBroker();
    const device = await aClient(port, "xinfa/b1", { version });
    device.send(
      publish(telemetry, { qos: 0, payload: "a", messageId: undefined }),
      publish(telemetry, { qos: 1, payload: "b" }),
    );
    await device.next("puback");
    device.send(publish(telemetry, { qos: 2, payload: "c", messageId: 2 }));
    await device.next("pubrec");
    device.send({ cmd: "pubrel", messageId: 2 });
    await device.next("pubcomp");
    expect(taken.map(({ payload, qos }) => `${payload}${qos}`)).toEqual(["a0", "b1", "c2"]);
    expect(taken[0]).toMatchObject({ principal: { name: "xinfa/b1" }, will: false, dup: false });
  });

  it.each([true, false])("may be released twice in one write, in a clean session: %s", async (clean) => {
    const { port, taken } = await aBroker();
    const device = await aClient(port, "xinfa/b1", { clean });
    device.send(publish(telemetry, { qos: 2, payload: "c", messageId: 2 }));
    await device.next("pubrec");
    device.send(
      { cmd: "pubrel", messageId: 2 },
      { cmd: "pubrel", messageId: 2 },
      { cmd: "pubrel", messageId: 2 },
    );
    await until(() => device.got.filter(({ cmd }) => cmd === "pubcomp").length === 3, "three PUBCOMPs");
    device.send(publish(telemetry, { payload: "d", messageId: 3 }));
    await device.next("puback");
    expect(taken).toHaveLength(2);
  });

  it("keeps its place: a burst that came with CONNECT is taken in order, before what follows it", async () => {
    const { port, taken } = await aBroker();
    const socket = await aSocket(port);
    const burst = Array.from({ length: 60 }, (_, i) =>
      publish(telemetry, { payload: String(i), messageId: i + 1 }),
    );
    socket.send(connectPacket("xinfa/b1", { clean: false }), ...burst);
    await socket.next("connack");
    for (let i = 60; i < 90; i++) socket.send(publish(telemetry, { payload: String(i), messageId: i + 1 }));
    await until(() => socket.got.filter(({ cmd }) => cmd === "puback").length === 90, "90 acknowledgements");
    expect(taken.map(({ payload }) => Number(payload))).toEqual(Array.from({ length: 90 }, (_, i) => i));
  });

  it("keeps its place also while the client's session is handed over", async () => {
    const { port, taken } = await aBroker();
    const bridge = await aClient(port, "bridge", { clean: false });
    bridge.send(subscribe("news"));
    await bridge.next("suback");
    bridge.end();
    const publisher = await aClient(port, "publisher");
    for (let i = 1; i <= 300; i++) publisher.send(publish("news", { messageId: i }));
    await until(() => publisher.got.filter(({ cmd }) => cmd === "puback").length === 300, "300 messages");

    const back = await aSocket(port);
    back.send(connectPacket("bridge", { clean: false }), publish(telemetry, { payload: "1" }));
    await back.next("connack");
    back.send(publish(telemetry, { payload: "2", messageId: 2 }));
    await back.next("publish");
    back.send(publish(telemetry, { payload: "3", messageId: 3 }));
    await until(() => taken.length === 3, "three messages");
    expect(taken.map(({ payload }) => String(payload))).toEqual(["1", "2", "3"]);
  });

  it("that was refused is acknowledged, and the device is told why on its reject topic", async () => {
    const { port, metric } = await aBroker({ accept: (_message, answer) => answer(aRefusal) });
    const device = await aClient(port, "xinfa/b1");
    device.send(subscribe("linli/v1/xinfa/waste-bin/b1/reject"));
    await device.next("suback");
    device.send(publish(telemetry));
    await device.next("puback");
    const told = await device.next("publish");
    expect(told.topic).toBe("linli/v1/xinfa/waste-bin/b1/reject");
    expect(JSON.parse(String(told.payload))).toEqual({ ...aRefusal, topic: telemetry });
    expect(await metric("broker_rejections_total")).toBe(1);
  });

  it("that was refused carries the reason on the acknowledgement of MQTT 5", async () => {
    const { port } = await aBroker({ accept: (_message, answer) => answer(aRefusal) });
    const device = await aClient(port, "xinfa/b1", { version: 5 });
    device.send(publish(telemetry, { messageId: 300 }));
    expect(await device.next("puback")).toMatchObject({
      messageId: 300,
      reasonCode: 0x99,
      properties: {
        reasonString: aRefusal.message,
        userProperties: { code: "field-invalid", path: "fill", value: "7" },
      },
    });
    device.send(publish(telemetry, { qos: 2, messageId: 301 }));
    expect(await device.next("pubrec")).toMatchObject({ messageId: 301, reasonCode: 0x99 });
    const silent = await aClient(port, "xinfa/b2", {
      version: 5,
      properties: { requestProblemInformation: false },
    });
    silent.send(publish("linli/v1/xinfa/waste-bin/b2/telemetry"));
    const ack = await silent.next("puback");
    expect(ack.reasonCode).toBe(0x99);
    expect(ack.properties).toBeUndefined();
  });

  it("is told about its refusals at a bounded rate", async () => {
    const { port, metric } = await aBroker({
      accept: (_message, answer) => answer(aRefusal),
      settings: { rejectBurst: 3, rejectsPerSecond: 1 },
    });
    const device = await aClient(port, "xinfa/b1");
    device.send(subscribe("linli/v1/xinfa/waste-bin/b1/reject"));
    await device.next("suback");
    device.send(...Array.from({ length: 10 }, (_, i) => publish(telemetry, { messageId: i + 1 })));
    await until(() => device.got.filter(({ cmd }) => cmd === "puback").length === 10, "10 acknowledgements");
    device.send({ cmd: "pingreq" });
    await device.next("pingresp");
    expect(device.got.filter(({ cmd }) => cmd === "publish")).toHaveLength(3);
    expect(await metric("broker_dropped", "reject-rate")).toBe(7);
  });

  it("is told about its refusals again soon after the clock stepped back", async () => {
    const clock = createFakeClock();
    const { port } = await aBroker({
      clock,
      accept: (_message, answer) => answer(aRefusal),
      settings: { rejectBurst: 1, rejectsPerSecond: 1 },
    });
    const device = await aClient(port, "xinfa/b1");
    device.send(subscribe("linli/v1/xinfa/waste-bin/b1/reject"), publish(telemetry, { messageId: 1 }));
    await device.next("publish");
    clock.advance(-3_600_000);
    device.send(publish(telemetry, { messageId: 2 }));
    await until(() => device.got.filter(({ cmd }) => cmd === "puback").length === 2, "2 acknowledgements");
    clock.advance(1000);
    device.send(publish(telemetry, { messageId: 3 }));
    await device.next("publish");
  });

  it("is never retained, whatever the device asks", async () => {
    const { port, metric } = await aBroker();
    const listener = await aClient(port, "listener");
    listener.send(subscribe("linli/#"));
    await listener.next("suback");
    const device = await aClient(port, "xinfa/b1");
    device.send(publish(telemetry, { retain: true }));
    await device.next("puback");
    expect((await listener.next("publish")).retain).toBe(false);
    const account = await aClient(port, "viewer");
    account.send(publish("plain", { retain: true, payload: "marker" }));
    await account.next("puback");
    account.send(subscribe("#"));
    // Retained messages come in the order in which they were stored.
    expect(String((await account.next("publish")).payload)).toBe("marker");
    expect(await metric("broker_retain_stripped_total")).toBe(1);
  });

  it("reaches accounts that subscribe, unless it was refused", async () => {
    const { port } = await aBroker({
      accept: (message, answer) => answer(String(message.payload) === "bad" ? aRefusal : undefined),
    });
    const account = await aClient(port, "viewer");
    account.send(subscribe("linli/v1/+/+/+/telemetry"));
    await account.next("suback");
    const device = await aClient(port, "xinfa/b1");
    device.send(
      publish(telemetry, { payload: "bad", dup: true }),
      publish(telemetry, { payload: "good", dup: true }),
    );
    const first = await account.next("publish");
    expect(String(first.payload)).toBe("good");
    expect(first.dup).toBe(false);
  });
});
