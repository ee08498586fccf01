import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { anAuthority } from "../support/authority.ts";
import { eventually, openTestGateway, type TestGateway } from "../support/gateway.ts";
import { openSse } from "../support/sse.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Ready {
  status: string;
  stages: { stage: string; ok: boolean; detail: string; required: boolean }[];
}

async function aGateway(config: Record<string, unknown>): Promise<TestGateway> {
  const gateway = await openTestGateway({ config });
  cleanups.push(() => gateway.stop());
  return gateway;
}

const ready = async ({ url }: TestGateway) => (await (await fetch(`${url}/health/ready`)).json()) as Ready;
const metrics = async ({ url }: TestGateway) => (await fetch(`${url}/metrics`)).text();

test("a test alarm goes the whole way and nobody sees anything of it", async () => {
  const gateway = await aGateway({ trial: { selfTestMs: 200, withinMs: 5_000 } });
  const screen = await openSse(gateway.url);
  await screen.next(({ event }) => event === "snapshot");
  const page = await eventually(
    () => metrics(gateway),
    (text) => /self_tests_total\{result="ok"\} [3-9]/.test(text),
  );
  expect(page).toMatch(/^linli_self_test_screen_seconds 0\.\d+$/m);
  expect(page).toMatch(/^linli_live_screens 1$/m);
  expect(page).toMatch(/^linli_messages_total 0$/m);
  expect(page).toMatch(/^linli_live_urgent_total 0$/m);
  expect(page).not.toMatch(/^linli_alerts_raised_total\{/m);
  const { status, stages } = await ready(gateway);
  expect(status).toBe("ok");
  const told = stages.filter(({ stage }) => stage !== "notify");
  expect(told.map(({ stage, required }) => [stage, required])).toEqual([
    ...[
      ["application", true],
      ["journal", true],
      ["broker", true],
      ["path", true],
      ["screens", true],
    ],
    ["series", false],
  ]);
  for (const path of ["/alerts", "/incidents", "/rejections"]) {
    expect((await gateway.call("GET", path)).body).toMatchObject({ items: [] });
  }
  // The first thing that a screen sees after its snapshot is what really happens.
  const bin = await gateway.device("waste-bin", "b1");
  const client = await bin.connect();
  await client.publishAsync(`${bin.topic}/telemetry`, '{"fill":0.2}', { qos: 1 });
  const { event, data } = await screen.next(() => true);
  expect([event, data.device]).toEqual(["presence", "xinfa/waste-bin/b1"]);
  screen.close();
  await client.endAsync();
});

test("the gateway's own credentials are no others' and open nothing but what they are for", async () => {
  const gateway = await aGateway({});
  const { connectAsync } = await import("mqtt");
  const stranger = connectAsync(gateway.mqttUrl, {
    ...{ username: "$gateway", password: gateway.token, clientId: "self-test-1", reconnectPeriod: 0 },
  });
  await expect(stranger).rejects.toThrow(/[Nn]ot authorized|[Bb]ad user/);
  for (const name of ["$gateway", "gateway/self-test"]) {
    expect((await gateway.call("POST", "/accounts", { name, publish: [], subscribe: [] })).status).toBe(400);
  }
});

test("a watcher elsewhere is pinged while test alarms come through", async () => {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(`${request.method} ${request.url}`);
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping/4f2a`;
  await aGateway({
    notify: { allowedHosts: ["127.0.0.1"] },
    trial: { selfTestMs: 300, withinMs: 5_000, deadMan: { url, everyMs: 100 } },
  });
  await eventually(
    async () => paths,
    ({ length }) => length >= 2,
  );
  expect(new Set(paths)).toEqual(new Set(["GET /ping/4f2a"]));
});

/** Takes every place of a port that is free, and each that becomes free; returns what gives them back. */
function crowd(port: number): () => void {
  const sockets = new Set<Socket>();
  let isOver = false;
  function enter(): void {
    const socket = connect({ host: "127.0.0.1", port });
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      // A test alarm may hold the last place just now.
      if (!isOver) setImmediate(enter);
    });
  }
  enter();
  enter();
  const leave = () => {
    isOver = true;
    for (const socket of sockets) socket.destroy();
  };
  cleanups.push(leave);
  return leave;
}

test.each([
  ["TLS where there is no plain port", { clientCertificates: "off" }, { plainMqtt: false }],
  [
    "WebSocket where the port of TLS asks for a certificate",
    { clientCertificates: "required" },
    { plainMqtt: false },
  ],
])("a test alarm goes over %s", async (_, tls, more) => {
  const { dataDir } = anAuthority();
  const gateway = await openTestGateway({
    dataDir,
    config: {
      ...{ tls: { ...tls, mqttPort: 0, httpsPort: 0 }, ...more },
      trial: { selfTestMs: 200, withinMs: 5_000 },
    },
  });
  cleanups.push(() => gateway.stop());
  expect(gateway.app.mqttPort).toBeUndefined();
  await eventually(
    () => metrics(gateway),
    (text) => /self_tests_total\{result="ok"\} [1-9]/.test(text),
  );
});

test("a broken path is an alert that people see, and a gateway that is not ready, until it works again", async () => {
  const trial = { selfTestMs: 100, withinMs: 1_000, failAfterMs: 2_000 };
  // What fills the door of MQTT is what keeps devices out.
  const gateway = await aGateway({ trial, broker: { connections: 2 }, alert: { faults: { holdMs: 0 } } });
  await eventually(
    () => metrics(gateway),
    (text) => /self_tests_total\{result="ok"\} [1-9]/.test(text),
  );
  const leave = crowd(gateway.app.mqttPort!);
  const failing = await eventually(
    () => ready(gateway),
    ({ status }) => status === "failing",
  );
  expect(failing.stages.filter(({ ok }) => !ok)).toEqual([
    {
      stage: "broker",
      ok: false,
      required: true,
      detail: expect.stringContaining("a test alarm stopped here"),
    },
  ]);
  expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(503);
  const alerts = async () => {
    const { body } = await gateway.call<{ items: { rule: string; state: string; reason: string }[] }>(
      "GET",
      "/alerts?severity=critical",
    );
    return body.items.map(({ rule, state, reason }) => [rule, state, reason.split(";")[1]?.split(":")[0]]);
  };
  expect(await alerts()).toEqual([["self-test-failed", "raised", " broker"]]);
  leave();
  await eventually(
    () => ready(gateway),
    ({ status }) => status === "ok",
  );
  await eventually(alerts, ([first]) => first?.[1] === "cleared");
});
