import { afterEach, describe, expect, it } from "vitest";
import { aBroker, aClient, cleanUp, crashImage, payloadsOf, publish, subscribe } from "./support.ts";

afterEach(cleanUp);

describe("retained messages", () => {
  it("survive a restart, are found by every kind of filter, and go with an empty payload", async () => {
    const first = await aBroker();
    const publisher = await aClient(first.port, "publisher");
    for (const [index, topic] of ["a/b", "/x", "a//c"].entries()) {
      publisher.send(publish(topic, { retain: true, payload: topic, messageId: index + 1 }));
      await publisher.next("puback");
    }
    const second = await aBroker({ directory: crashImage(first.directory) });
    const found = async (filter: string, count: number) => {
      const reader = await aClient(second.port, "reader");
      reader.send(subscribe(filter));
      await reader.next("suback");
      return (await payloadsOf(reader, count)).sort();
    };
    expect(await found("a/b", 1)).toEqual(["a/b"]);
    expect(await found("#", 3)).toEqual(["/x", "a//c", "a/b"]);
    expect(await found("+/x", 1)).toEqual(["/x"]);
    expect(await found("a/+/c", 1)).toEqual(["a//c"]);

    const eraser = await aClient(second.port, "eraser");
    eraser.send(publish("a/b", { retain: true, payload: "" }));
    await eraser.next("puback");
    expect(await found("#", 2)).toEqual(["/x", "a//c"]);
  });

  it("are bounded in number and size, and every drop is counted", async () => {
    const broker = await aBroker({ settings: { sessions: { retained: 2, retainedBytes: 10 } } });
    const publisher = await aClient(broker.port, "publisher");
    for (const [index, topic] of ["a", "b", "c"].entries()) {
      publisher.send(publish(topic, { retain: true, payload: "x", messageId: index + 1 }));
      await publisher.next("puback");
    }
    publisher.send(publish("a", { retain: true, payload: "much too long" }));
    await publisher.next("puback");
    expect(await broker.metric("broker_dropped", "retained")).toBe(1);
    expect(await broker.metric("broker_dropped", "retained-bytes")).toBe(1);
    expect(await broker.metric("broker_retained")).toBe(2);
  });
});

describe("delivery", () => {
  it("caps the QoS to what a wildcard subscription was granted", async () => {
    const { port } = await aBroker();
    const reader = await aClient(port, "reader");
    reader.send(subscribe("a/+", { qos: 0 }), subscribe("b/#", { qos: 1, messageId: 11 }));
    await reader.next("suback");
    await reader.next("suback");
    const publisher = await aClient(port, "publisher");
    publisher.send(publish("a/x", { qos: 1 }), publish("b/x", { qos: 2, messageId: 2 }));
    expect((await reader.next("publish")).qos).toBe(0);
    expect((await reader.next("publish")).qos).toBe(1);
  });

  it("forwards the properties that subscribers may see and no others", async () => {
    const { port } = await aBroker();
    const reader = await aClient(port, "reader", { version: 5 });
    reader.send(subscribe("a/b"));
    await reader.next("suback");
    const publisher = await aClient(port, "publisher", { version: 5 });
    const properties = {
      contentType: "json",
      responseTopic: "r",
      correlationData: Buffer.from("c"),
      userProperties: { a: "b" },
    };
    publisher.send(publish("a/b", { properties }));
    expect((await reader.next("publish")).properties).toEqual(properties);
  });

  it("spares an MQTT 5 subscriber what is larger than it takes", async () => {
    const { port, metric } = await aBroker();
    const reader = await aClient(port, "reader", { version: 5, properties: { maximumPacketSize: 100 } });
    reader.send(subscribe("a/b"));
    await reader.next("suback");
    const publisher = await aClient(port, "publisher");
    publisher.send(
      publish("a/b", { payload: "x".repeat(200) }),
      publish("a/b", { payload: "small", messageId: 2 }),
    );
    expect(String((await reader.next("publish")).payload)).toBe("small");
    expect(await metric("broker_dropped", "subscriber-packet-size")).toBe(1);
  });
});
