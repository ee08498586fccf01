import { connect } from "node:net";
import { connectAsync, type MqttClient } from "mqtt";
import { generate } from "mqtt-packet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accountPresets } from "../../gateway/state/account-presets.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { eventually, openTestGateway, type TestGateway } from "../support/gateway.ts";

const clock = createFakeClock();
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway({ clock });
});
afterAll(() => gateway.stop());

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Time passes by seconds, as the gateway's own timers see it. */
function pass(seconds: number): void {
  for (let i = 0; i < seconds; i++) clock.advance(1000);
}

function ended(client: MqttClient): Promise<void> {
  return new Promise((resolve) => {
    if (!client.connected) resolve();
    client.once("close", () => resolve());
  });
}

function login({ username, password }: Credentials, clientId = username): Promise<MqttClient> {
  return connectAsync(gateway.mqttUrl, { username, password, clientId, reconnectPeriod: 0 });
}

async function isRefused(credentials: Credentials): Promise<boolean> {
  const client = await login(credentials).catch(() => undefined);
  await client?.endAsync();
  return client === undefined;
}

async function rotate(path: string, overlapS: number): Promise<Credentials> {
  const { body } = await gateway.call<Credentials>("POST", `${path}/credentials/rotate`, { overlapS });
  return body;
}

const topicOf = (id: string) => `linli/v1/xinfa/waste-bin/${id}`;
const say = (client: MqttClient, id: string, fill: number) =>
  client.publishAsync(`${topicOf(id)}/telemetry`, JSON.stringify({ fill }), { qos: 1 });
const fillOf = async (id: string) => {
  const { body } = await gateway.call<{ values: { fill?: { value: number } } }>(
    "GET",
    `/sites/xinfa/devices/${id}`,
  );
  return body.values.fill?.value;
};

describe("a rotation with an overlap", () => {
  test("lets the old password work on, over a restart, and ends it with its connection at its time", async () => {
    const { credentials } = await gateway.device("waste-bin", "over-1");
    const before = await login(credentials);
    const fresh = await rotate("/sites/xinfa/devices/over-1", 60);
    await say(before, "over-1", 0.1);
    pass(30);
    await gateway.restart();
    const after = await login(credentials);
    await say(after, "over-1", 0.2);
    pass(29);
    await say(after, "over-1", 0.3);
    expect(await fillOf("over-1")).toBe(0.3);
    const end = ended(after);
    pass(2);
    await end;
    expect(await isRefused(credentials)).toBe(true);
    const now = await login(fresh);
    await say(now, "over-1", 0.4);
    expect(await fillOf("over-1")).toBe(0.4);
    await now.endAsync();
  });

  test("ends when the device connects with the new password, and leaves that connection", async () => {
    const { credentials } = await gateway.device("waste-bin", "over-2");
    const old = await login(credentials);
    const fresh = await rotate("/sites/xinfa/devices/over-2", 86_400);
    const now = await login(fresh, "xinfa/over-2:new");
    expect(await isRefused(credentials)).toBe(true);
    const end = ended(old);
    pass(1);
    await end;
    await say(now, "over-2", 0.5);
    expect(await fillOf("over-2")).toBe(0.5);
    await now.endAsync();
  });

  test("of an account lets each of its programs change in its own time", async () => {
    const { body } = await gateway.call<{ credentials: Credentials }>("POST", "/accounts", {
      ...{ name: "shared", publish: ["a/#"], subscribe: ["a/#"] },
    });
    const first = await login(body.credentials, "one");
    const second = await login(body.credentials, "two");
    const fresh = await rotate("/accounts/shared", 60);
    await first.endAsync();
    const changed = await login(fresh, "one");
    // An answer says that the handshakes are over, so that no time limit of theirs is reached below.
    for (const client of [changed, second]) await client.publishAsync("a/b", "hello", { qos: 1 });
    pass(59);
    await second.publishAsync("a/b", "still here", { qos: 1 });
    const end = ended(second);
    pass(2);
    await end;
    await changed.publishAsync("a/b", "here", { qos: 1 });
    await changed.endAsync();
  });
});

describe("a revocation", () => {
  test("cuts a stolen credential that publishes without a pause, and takes nothing after it", async () => {
    const { credentials } = await gateway.device("waste-bin", "stolen");
    const { password, username } = credentials;
    const thief = connect({ port: Number(new URL(gateway.mqttUrl).port), host: "127.0.0.1" });
    const closed = new Promise<void>((resolve) => thief.once("close", () => resolve()));
    thief.on("error", () => {});
    thief.write(
      generate({
        ...{ cmd: "connect", protocolId: "MQTT", protocolVersion: 4, clean: true, keepalive: 60 },
        ...{ clientId: username, username, password: Buffer.from(password) },
        will: {
          topic: `${topicOf("stolen")}/status`,
          payload: Buffer.from("offline"),
          qos: 1,
          retain: false,
        },
      } as never),
    );
    let sent = 0;
    const loop = setInterval(() => {
      for (let i = 0; i < 50 && thief.writable; i++) {
        sent++;
        const payload = JSON.stringify({ fill: sent / 1_000_000 });
        const packet = { cmd: "publish", topic: `${topicOf("stolen")}/telemetry`, payload, qos: 0 } as const;
        thief.write(generate({ ...packet, dup: false, retain: false }));
      }
    }, 1);
    await eventually(
      () => fillOf("stolen"),
      (fill) => fill !== undefined,
    );
    const { status } = await gateway.call("POST", "/sites/xinfa/devices/stolen/credentials/revoke");
    expect(status).toBe(200);
    const last = await fillOf("stolen");
    await closed;
    clearInterval(loop);
    expect(await fillOf("stolen")).toBe(last);
    expect(last).toBeLessThan(sent / 1_000_000);
    expect(await isRefused(credentials)).toBe(true);

    const device = await gateway.call<{ presence: string }>("GET", "/sites/xinfa/devices/stolen");
    expect(device.body.presence).toBe("offline");
    const alerts = await gateway.call<{ items: unknown[] }>("GET", "/alerts?device=xinfa/waste-bin/stolen");
    expect(alerts.body.items).toEqual([]);
    const back = await rotate("/sites/xinfa/devices/stolen", 0);
    expect(await isRefused(back)).toBe(false);
  });

  test("of an account ends its connections and forgets what waited for it", async () => {
    const { body } = await gateway.call<{ credentials: Credentials }>("POST", "/accounts", {
      ...{ name: "reader", publish: ["news"], subscribe: ["news"] },
    });
    const kept = { ...body.credentials, clientId: "kept", clean: false, reconnectPeriod: 0 };
    const reader = await connectAsync(gateway.mqttUrl, kept);
    await reader.subscribeAsync("news", { qos: 1 });
    const end = ended(reader);
    expect((await gateway.call("POST", "/accounts/reader/credentials/revoke")).status).toBe(200);
    await end;
    expect(await isRefused(body.credentials)).toBe(true);
    const fresh = await rotate("/accounts/reader", 0);
    const writer = await login(fresh, "writer");
    await writer.publishAsync("news", "for nobody", { qos: 1 });
    const back = await connectAsync(gateway.mqttUrl, { ...kept, ...fresh });
    const got: string[] = [];
    back.on("message", (_topic, payload) => got.push(String(payload)));
    await back.subscribeAsync("news", { qos: 1 });
    await writer.publishAsync("news", "for the reader", { qos: 1 });
    await eventually(
      async () => got,
      ({ length }) => length > 0,
    );
    expect(got).toEqual(["for the reader"]);
    await Promise.all([back.endAsync(), writer.endAsync()]);
  });
});

test("a device is registered with a claim code, claimed on site without a token, and speaks", async () => {
  const made = await gateway.call<{ claim: { code: string } }>("POST", "/sites/xinfa/devices", {
    ...{ kind: "waste-bin", id: "claimed", claim: true },
  });
  const answer = await fetch(`${gateway.url}/api/v1/claims`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code: made.body.claim.code }),
  });
  const { mqtt, ...claimed } = (await answer.json()) as Credentials & {
    mqtt: { port: number; topic: string };
  };
  expect(mqtt.port).toBe(Number(new URL(gateway.mqttUrl).port));
  const client = await login(claimed);
  await client.publishAsync(`${mqtt.topic}/telemetry`, '{"fill":0.6}', { qos: 1 });
  expect(await fillOf("claimed")).toBe(0.6);
  await client.endAsync();
});

/** Topics of each program as its own documentation has them. */
const usual: Record<keyof typeof accountPresets, { publish: string[]; subscribe: string[] }> = {
  zigbee2mqtt: {
    publish: [
      "zigbee2mqtt/bridge/state",
      "zigbee2mqtt/hall/lamp",
      "homeassistant/light/0x00158d/light/config",
    ],
    subscribe: [
      "zigbee2mqtt/+/set",
      "zigbee2mqtt/bridge/request/#",
      "homeassistant/status",
      "homeassistant/#",
    ],
  },
  chirpstack: {
    publish: [
      "application/6b4e7d9c/device/0102030405060708/event/up",
      "gateway/0016c001ff10a235/command/down",
    ],
    subscribe: ["application/+/device/+/command/+", "gateway/+/event/+", "gateway/+/state/+"],
  },
  homeassistant: {
    publish: ["homeassistant/status", "zigbee2mqtt/hall/lamp/set"],
    subscribe: ["homeassistant/+/+/config", "homeassistant/+/+/+/config", "zigbee2mqtt/hall/lamp"],
  },
};

test.each(Object.entries(accountPresets))(
  "the preset %s lets its program do its work, and no other",
  async (name, preset) => {
    const { body } = await gateway.call<{ credentials: Credentials }>("POST", "/accounts", {
      name,
      ...preset,
    });
    const client = await login(body.credentials, `${name}_1`);
    const topics = usual[name as keyof typeof usual];
    const granted = await client.subscribeAsync(topics.subscribe, { qos: 1 });
    expect(granted.map(({ qos }) => qos)).toEqual(topics.subscribe.map(() => 1));
    for (const topic of topics.publish) await client.publishAsync(topic, "{}", { qos: 1, retain: true });
    for (const filter of ["#", "linli/#", "other/+"]) {
      await expect(client.subscribeAsync(filter), filter).rejects.toThrow();
    }
    const end = ended(client);
    client.publish("linli/v1/xinfa/waste-bin/over-1/telemetry", '{"fill":1}', { qos: 0 });
    await end;
    client.end(true);
  },
);
