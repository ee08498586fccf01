import { connectAsync } from "mqtt";
import { afterEach, expect, test } from "vitest";
import { createMetrics } from "../../gateway/metrics.ts";
import { openTestGateway, type TestGateway } from "../support/gateway.ts";

let gateway: TestGateway;
afterEach(async () => {
  await gateway?.stop();
});

test("no label of a metric takes a value from outside, whatever is sent", async () => {
  gateway = await openTestGateway();
  const mark = "zzmark";
  const device = await gateway.device("waste-bin", mark);
  const client = await device.connect();
  const { body } = await gateway.call<{ credentials: { username: string; password: string } }>(
    "POST",
    "/accounts",
    {
      name: "bridge",
      publish: ["#"],
      subscribe: ["#"],
    },
  );
  const bridge = await connectAsync(gateway.mqttUrl, {
    ...body.credentials,
    clientId: `${mark}-b`,
    reconnectPeriod: 0,
  });
  for (const stream of ["telemetry", "event", "status", "reply", mark]) {
    for (const payload of [
      `{"${mark}":1}`,
      `{"event":"${mark}"}`,
      `{"fill":"${mark}"}`,
      `{"ts":"${mark}","fill":1}`,
      mark,
    ]) {
      await bridge.publishAsync(`linli/v1/xinfa/waste-bin/${mark}/${stream}`, payload, { qos: 1 });
    }
  }
  for (const topic of [
    `linli/v1/${mark}/waste-bin/x/telemetry`,
    `linli/v1/xinfa/${mark}/x/event`,
    `linli/${mark}`,
    `${mark}/x`,
  ])
    await bridge.publishAsync(topic, "{}", { qos: 1 });
  await Promise.all([
    connectAsync(gateway.mqttUrl, {
      username: mark,
      password: mark,
      clientId: mark,
      reconnectPeriod: 0,
    }).catch(() => {}),
    fetch(`${gateway.url}/${mark}?${mark}=1`, { method: "PATCH" }),
    fetch(`${gateway.url}/api/v1/sites/${mark}`, { headers: { authorization: `Bearer ${mark}` } }),
    gateway.call("POST", "/sites", { id: "x", [mark]: 1 }),
    gateway.call("POST", `/sites/xinfa/devices/${mark}/commands`, { name: mark }),
  ]);
  await client.endAsync();
  await bridge.endAsync();
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  const labels = [...text.matchAll(/\{([^}]*)\}/g)].flatMap(([, inner = ""]) => [
    ...inner.matchAll(/(\w+)="([^"]*)"/g),
  ]);
  expect(labels.length).toBeGreaterThan(5);
  expect(text).toContain('linli_rejections_total{code="');
  expect(text).not.toContain(mark);
  const odd = labels.filter(([, , value]) => !/^([a-z0-9.+-]+(\/[a-z0-9-]+)?|\+Inf|[245]xx)$/.test(value!));
  expect(odd.map(([whole]) => whole)).toEqual([]);
});

test("a label that got values from outside after all stays bounded", async () => {
  const metrics = createMetrics();
  const count = metrics.countBy("things", "Things", "name");
  for (let i = 0; i < 10_000; i++) count.add(`name-${i}`);
  const rows = (await metrics.text()).split("\n").filter((line) => line.startsWith("linli_things_total{"));
  expect(rows.length).toBeLessThan(250);
  expect(rows).toContain('linli_things_total{name="other"} 9800');
});
