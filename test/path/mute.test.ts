import type { MqttClient } from "mqtt";
import { afterEach, expect, test } from "vitest";
import { createFakeClock } from "../support/fake-clock.ts";
import { eventually, openTestGateway, type TestGateway } from "../support/gateway.ts";
import { openSse } from "../support/sse.ts";

let gateway: TestGateway;
const clients: MqttClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
  await gateway.stop();
});

const minute = 60_000;

interface Alert {
  id: string;
  device: string;
  rule: string;
  muted: boolean;
  under: string | null;
  during: { mute: string; type: string; reason: string } | null;
  affects: { count: number; names: string[] } | null;
}

const alerts = (query: string) =>
  gateway.call<{ items: Alert[] }>("GET", `/alerts?limit=500&${query}`).then(({ body }) => body.items);

async function connect(kind: string, id: string, more: Record<string, unknown> = {}, will = false) {
  const device = await gateway.device(kind, id, more);
  const client = await device.connect(
    will
      ? { will: { topic: `${device.topic}/status`, payload: Buffer.from("offline"), qos: 1, retain: true } }
      : {},
  );
  client.on("error", () => {});
  clients.push(client);
  let seq = 0;
  return {
    client,
    name: device.topic.replace("linli/v1/", ""),
    say: (stream: string, payload: object) =>
      client.publishAsync(
        `${device.topic}/${stream}`,
        JSON.stringify({ ...payload, seq: ++seq, boot: "a" }),
        {
          qos: 1,
        },
      ),
  };
}

test("what is muted is on the screens and in the list, people are told of it when the window ends, over a restart", async () => {
  const clock = createFakeClock();
  gateway = await openTestGateway({ clock });
  const bin = await connect("waste-bin", "b1", { building: "12号楼", facts: { depthMm: 1200 } });
  const screen = await openSse(gateway.url);
  const { status, body: window } = await gateway.call("POST", "/sites/xinfa/mutes", {
    ...{ type: "silence", device: "b1", reason: "更换传感器" },
    to: String(clock.now() + 30 * minute),
  });
  expect(status).toBe(201);
  expect(window).toMatchObject({ state: "active", device: "xinfa/waste-bin/b1", by: "admin" });
  const begun = await screen.next(({ event }) => event === "mute");
  expect(begun.data).toMatchObject({ mute: window.id, step: "begun", type: "silence", reason: "更换传感器" });
  expect(begun.id).toBeDefined();

  await bin.say("telemetry", { battery: 3 });
  const shown = await screen.next(({ event, data }) => event === "alert" && data.step === "raised");
  expect(shown.data).toMatchObject({ muted: true, during: { mute: window.id, type: "silence" } });
  screen.close();
  const [muted] = await alerts("muted=true");
  expect(muted).toMatchObject({ during: { mute: window.id, reason: "更换传感器" } });
  expect(await alerts("muted=false")).toEqual([]);
  expect(await alerts("state=raised&muted=true")).toHaveLength(1);

  await gateway.restart();
  const late = await openSse(gateway.url);
  const { id, data } = await late.next(({ event }) => event === "snapshot");
  expect(data.mutes).toMatchObject([{ id: window.id, state: "active" }]);
  late.close();
  clock.advance(30 * minute);
  const resumed = await openSse(gateway.url, { lastEventId: id! });
  const ended = await resumed.next(({ event }) => event === "mute");
  expect(ended.data).toMatchObject({ mute: window.id, step: "ended" });
  const reminder = await resumed.next(({ event, data }) => event === "alert" && data.step === "reminded");
  expect(reminder.data).toMatchObject({ alert: muted!.id });
  expect(reminder.data.muted).toBeUndefined();
  resumed.close();
  await eventually(
    () => alerts("muted=true"),
    ({ length }) => length === 0,
  );
  const { body } = await gateway.call<{ timeline: { step: string }[] }>("GET", `/alerts/${muted!.id}`);
  expect(body.timeline.map(({ step }) => step)).toEqual(["raised", "reminded"]);
});

test("a fire in any window reaches the screens at once, is muted nowhere, and says what it came in", async () => {
  gateway = await openTestGateway();
  for (const type of ["silence", "maintenance", "drill"]) {
    const building = `${type}楼`;
    const detector = await connect("fire-detector", type, { building });
    const to = String(Date.now() + 30 * minute);
    const made = await gateway.call("POST", "/sites/xinfa/mutes", { type, building, to, reason: "测试" });
    expect(made.status).toBe(201);
    const screen = await openSse(gateway.url);
    await detector.say("event", { event: "smoke-detected", smoke: true });
    const urgent = await screen.next(({ event }) => event === "alert");
    expect(urgent).toMatchObject({ id: undefined, data: { severity: "critical", during: { type } } });
    expect(urgent.data.muted).toBeUndefined();
    const incident = await screen.next(({ event }) => event === "incident");
    expect(incident.data).toMatchObject({ step: "detected", during: { type, reason: "测试" } });
    screen.close();
    const { incident: id } = incident.data;
    const { body } = await gateway.call("GET", `/incidents/${id}`);
    expect(body).toMatchObject({ during: { type }, alarms: [{ during: { type } }] });
    const page = await fetch(`${gateway.url}/incidents/${id}`, {
      headers: { authorization: `Bearer ${gateway.token}` },
    });
    expect(await page.text()).toMatch(/came during .*: 测试/s);
  }
  expect(await alerts("muted=true")).toEqual([]);
  expect(await alerts("muted=false&severity=critical")).toHaveLength(3);
});

test("an uplink dies with the 43 devices behind it: one alert is told, 44 are listed", async () => {
  const clock = createFakeClock();
  gateway = await openTestGateway({ clock });
  const uplink = await connect("fire-transmitter", "up", { name: "7 号楼网关", building: "7号楼" }, true);
  await uplink.say("telemetry", { lineUp: true });
  const ids = Array.from({ length: 43 }, (_, i) => `b${String(i).padStart(2, "0")}`);
  const bins = await Promise.all(
    ids.map((id) => connect("waste-bin", id, { parent: "up", intervalMs: minute })),
  );
  for (const bin of bins) await bin.say("telemetry", { fill: 0.4 });
  const offline = async () => {
    const { body } = await gateway.call<{ items: { presence: string }[] }>(
      "GET",
      "/sites/xinfa/devices?limit=100",
    );
    return body.items.filter(({ presence }) => presence === "offline").length;
  };
  for (const { client } of [uplink, ...bins]) client.stream.destroy();
  await eventually(offline, (count) => count === 44);
  clock.advance(minute + 1_000);
  const all = await eventually(
    () => alerts("state=raised"),
    ({ length }) => length === 44,
  );
  const told = await alerts("suppressed=false");
  expect(told).toMatchObject([{ device: uplink.name, affects: { count: 43 } }]);
  expect(all.filter(({ under }) => under === uplink.name)).toHaveLength(43);
  expect(await alerts(`under=${uplink.name}`)).toHaveLength(43);
  expect(await alerts("suppressed=true&state=raised&kind=waste-bin")).toHaveLength(43);

  // Nothing of it is told because the gateway starts again.
  await gateway.restart();
  clock.advance(3 * minute);
  expect(await alerts("suppressed=false")).toHaveLength(1);
});
