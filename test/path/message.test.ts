import { connectAsync } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, openTestGateway, type TestGateway } from "../support/gateway.ts";
import { openSse } from "../support/sse.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.stop());

interface Twin {
  values: Record<string, { value: unknown; unit: string; quality: string; ts: string; at: string }>;
  presence: string;
}

interface Alerts {
  items: { id: string; rule: string; severity: string; state: string; acknowledgedBy: string | null }[];
}

describe("the path of a message", () => {
  test("an acknowledged message is in the journal, in the twin, and on the screens", async () => {
    const bin = await gateway.device("waste-bin", "bin-1");
    const screen = await openSse(gateway.url);
    await screen.next(({ event }) => event === "snapshot");
    const client = await bin.connect();
    await client.publishAsync(`${bin.topic}/telemetry`, JSON.stringify({ fill: 0.42, seq: 1, boot: "a" }), {
      qos: 1,
    });

    const { body } = await gateway.call<Twin>("GET", "/sites/xinfa/devices/bin-1");
    expect(body.values.fill).toMatchObject({ value: 0.42, unit: "ratio", quality: "good" });
    expect(body.presence).toBe("online");
    const seen = await screen.next(
      ({ event, data }) => event === "reading" && String(data.device).endsWith("bin-1"),
    );
    expect(seen.data).toMatchObject({ values: { fill: 0.42 } });
    expect(Number(seen.id)).toBeGreaterThan(0);
    screen.close();
    await client.endAsync();
  });

  test("a message that comes again is acknowledged and counts once", async () => {
    const bin = await gateway.device("waste-bin", "bin-2");
    const client = await bin.connect();
    const screen = await openSse(gateway.url);
    await screen.next(({ event }) => event === "snapshot");
    const payload = JSON.stringify({ fill: 0.5, seq: 7, boot: "a" });
    for (let i = 0; i < 3; i++) await client.publishAsync(`${bin.topic}/telemetry`, payload, { qos: 1 });
    await client.publishAsync(`${bin.topic}/telemetry`, JSON.stringify({ fill: 0.6, seq: 8, boot: "a" }), {
      qos: 1,
    });
    const isBin2 = ({ event, data }: { event: string; data: Record<string, unknown> }) =>
      event === "reading" && String(data.device).endsWith("bin-2");
    expect((await screen.next(isBin2)).data.values).toEqual({ fill: 0.5 });
    expect((await screen.next(isBin2)).data.values).toEqual({ fill: 0.6 });
    screen.close();
    await client.endAsync();
  });

  test("a refused message is acknowledged, told to the device with its reason, listed, and can be ingested again", async () => {
    const bin = await gateway.device("waste-bin", "bin-3");
    const client = await bin.connect();
    await client.subscribeAsync(`${bin.topic}/reject`, { qos: 0 });
    const told = new Promise<[string, Buffer]>((resolve) => {
      client.on("message", (topic, payload) => resolve([topic, payload]));
    });
    await client.publishAsync(`${bin.topic}/telemetry`, '{"fill":"very","seq":1,"boot":"a"}', { qos: 1 });
    const [topic, payload] = await told;
    expect(topic).toBe(`${bin.topic}/reject`);
    expect(JSON.parse(String(payload))).toMatchObject({
      code: "field-invalid",
      path: "fill",
      value: '"very"',
    });

    const listed = await gateway.call<{ items: { id: string; code: string }[] }>(
      "GET",
      "/rejections?device=xinfa/waste-bin/bin-3",
    );
    expect(listed.body.items).toHaveLength(1);
    const again = await gateway.call("POST", "/rejections/reingest", { ids: [listed.body.items[0]!.id] });
    expect(again.body).toMatchObject({ accepted: 0, refused: 1 });
    await client.endAsync();
  });

  test("an MQTT 5 client reads the reason on its acknowledgement", async () => {
    const bin = await gateway.device("waste-bin", "bin-4");
    const client = await bin.connect({ protocolVersion: 5 });
    const failure = await client.publishAsync(`${bin.topic}/telemetry`, '{"fill":"very"}', { qos: 1 }).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(failure).toMatchObject({ code: 0x99 });
    await client.endAsync();
  });

  test("an alert is raised, seen at once, acknowledged by a person, and cleared by the device", async () => {
    const bin = await gateway.device("waste-bin", "bin-5");
    const screen = await openSse(gateway.url);
    await screen.next(({ event }) => event === "snapshot");
    const client = await bin.connect();
    await client.publishAsync(`${bin.topic}/event`, '{"event":"fire-detected","seq":1,"boot":"a"}', {
      qos: 1,
    });
    const urgent = await screen.next(({ event }) => event === "alert");
    expect(urgent.id).toBeUndefined();
    expect(urgent.data).toMatchObject({ rule: "fire", severity: "critical", step: "raised" });

    const path = "/alerts?state=raised&device=xinfa/waste-bin/bin-5";
    const raised = await gateway.call<Alerts>("GET", path);
    const [alert] = raised.body.items;
    expect(alert).toMatchObject({ rule: "fire", severity: "critical", acknowledgedBy: null });
    const done = await gateway.call("POST", `/alerts/${alert!.id}/acknowledge`, { comment: "on our way" });
    expect(done.status).toBe(200);
    expect(done.body.acknowledgedBy).toBeTypeOf("string");

    await client.publishAsync(
      `${bin.topic}/telemetry`,
      '{"burning":false,"temperature":20,"seq":1,"boot":"a"}',
      { qos: 1 },
    );
    const cleared = await gateway.call<Alerts>("GET", path);
    expect(cleared.body.items).toEqual([]);
    screen.close();
    await client.endAsync();
  });

  test("an alarm inside a refused message is raised all the same", async () => {
    const bin = await gateway.device("waste-bin", "bin-6");
    const client = await bin.connect();
    await client.publishAsync(`${bin.topic}/telemetry`, '{"burning":true,"fill":"very","seq":1,"boot":"a"}', {
      qos: 1,
    });
    await client.publishAsync(`${bin.topic}/telemetry`, '{"temperature":95,"temperature":20}', { qos: 1 });
    const { body } = await gateway.call<Alerts>("GET", "/alerts?state=raised&device=xinfa/waste-bin/bin-6");
    expect(body.items.map(({ rule }) => rule)).toContain("fire");
    const twin = await gateway.call<Twin>("GET", "/sites/xinfa/devices/bin-6");
    expect(twin.body.values.burning).toMatchObject({ value: true, quality: "suspect" });
    await client.endAsync();
  });

  test("late data goes to history and leaves the present as it is", async () => {
    const bin = await gateway.device("waste-bin", "bin-7");
    const client = await bin.connect();
    const now = Date.now();
    await client.publishAsync(`${bin.topic}/telemetry`, JSON.stringify({ ts: now, fill: 0.2 }), { qos: 1 });
    const hourAgo = [
      { ts: now - 3_600_000, fill: 0.9 },
      { ts: now - 3_500_000, fill: 0.99 },
    ];
    await client.publishAsync(`${bin.topic}/telemetry`, JSON.stringify(hourAgo), { qos: 1 });
    const twin = await gateway.call<Twin>("GET", "/sites/xinfa/devices/bin-7");
    expect(twin.body.values.fill?.value).toBe(0.2);
    const alerts = await gateway.call<Alerts>("GET", "/alerts?device=xinfa/waste-bin/bin-7");
    expect(alerts.body.items).toEqual([]);
    await client.endAsync();
  });

  test("a device that goes without a word is offline, and online again with its first message", async () => {
    const bin = await gateway.device("waste-bin", "bin-8");
    const client = await bin.connect({
      will: { topic: `${bin.topic}/status`, payload: Buffer.from('{"online":false}'), qos: 1, retain: false },
    });
    await client.publishAsync(`${bin.topic}/telemetry`, '{"fill":0.1}', { qos: 1 });
    client.stream.destroy();
    const ask = () => gateway.call<Twin>("GET", "/sites/xinfa/devices/bin-8");
    const gone = await eventually(ask, ({ body }) => body.presence === "offline");
    expect(gone.body.values.fill?.quality).toBe("offline");
    const again = await bin.connect();
    await again.publishAsync(`${bin.topic}/telemetry`, '{"fill":0.2}', { qos: 1 });
    const back = await eventually(ask, ({ body }) => body.presence === "online");
    expect(back.body.values.fill).toMatchObject({ value: 0.2, quality: "good" });
    await again.endAsync();
  });

  test("comes over a WebSocket of the HTTP port as well", async () => {
    const bin = await gateway.device("waste-bin", "bin-9");
    const { username } = bin.credentials;
    const url = `${gateway.url.replace("http", "ws")}/mqtt`;
    const client = await connectAsync(url, { ...bin.credentials, clientId: username, reconnectPeriod: 0 });
    await client.publishAsync(`${bin.topic}/telemetry`, '{"fill":0.3}', { qos: 1 });
    const { body } = await gateway.call<Twin>("GET", "/sites/xinfa/devices/bin-9");
    expect(body.values.fill?.value).toBe(0.3);
    await client.endAsync();
  });

  test("what is ingested again tells of when it came first, and is no sign of life", async () => {
    const { body: account } = await gateway.call<{ credentials: { username: string; password: string } }>(
      "POST",
      "/accounts",
      { name: "bridge", publish: ["linli/#"], subscribe: [] },
    );
    const bridge = await connectAsync(gateway.mqttUrl, { ...account.credentials, clientId: "bridge" });
    const topic = "linli/v1/xinfa/waste-bin/bin-10";
    await bridge.publishAsync(`${topic}/telemetry`, '{"fill":0.97}', { qos: 1 });
    const bin = await gateway.device("waste-bin", "bin-10");
    const client = await bin.connect();
    await client.publishAsync(`${topic}/telemetry`, '{"fill":0.2}', { qos: 1 });
    await client.publishAsync(`${topic}/telemetry`, '{"fill":"very"}', { qos: 1 });
    await client.endAsync();
    const ask = () => gateway.call<Twin>("GET", "/sites/xinfa/devices/bin-10");
    await eventually(ask, ({ body }) => body.presence === "offline");

    const kept = await gateway.call<{ items: { id: string }[] }>(
      "GET",
      "/rejections?device=xinfa/waste-bin/bin-10",
    );
    const ids = kept.body.items.map(({ id }) => id);
    const again = await gateway.call("POST", "/rejections/reingest", { ids });
    expect(again.body).toMatchObject({ accepted: 1, refused: 1 });
    const { body } = await ask();
    expect([body.presence, body.values.fill?.value]).toEqual(["offline", 0.2]);
    const alerts = await gateway.call<Alerts>("GET", "/alerts?device=xinfa/waste-bin/bin-10");
    expect(alerts.body.items).toEqual([]);
    await bridge.endAsync();
  });

  test("an alarm in an event that nobody knows is raised all the same", async () => {
    const bin = await gateway.device("waste-bin", "bin-11");
    const client = await bin.connect();
    await client.publishAsync(
      `${bin.topic}/event`,
      '{"event":"flew-away","burning":true,"seq":1,"boot":"a"}',
      { qos: 1 },
    );
    const { body } = await gateway.call<Alerts>("GET", "/alerts?state=raised&device=xinfa/waste-bin/bin-11");
    expect(body.items.map(({ rule }) => rule)).toContain("fire");
    await client.endAsync();
  });
});
