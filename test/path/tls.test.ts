import diagnostics from "node:diagnostics_channel";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { type RequestOptions, request } from "node:https";
import { connect as connectPlain, type Socket } from "node:net";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApp } from "../../gateway/app.ts";
import { configSchema } from "../../gateway/config.ts";
import { createLog } from "../../gateway/log.ts";
import { anAuthority, type TestAuthority } from "../support/authority.ts";
import { eventually, openTestGateway, type TestDevice, type TestGateway } from "../support/gateway.ts";

let authority: TestAuthority;
let gateway: TestGateway;
let bin: TestDevice;
beforeAll(async () => {
  authority = anAuthority();
  gateway = await openTestGateway({
    dataDir: authority.dataDir,
    config: {
      tls: {
        mqttPort: 0,
        httpsPort: 0,
        clientCertificates: "optional",
        handshakesPerAddress: 60,
      },
      api: { trustProxy: ["127.0.0.2"] },
      broker: { connectionsPerAddress: 60 },
    },
  });
  bin = await gateway.device("waste-bin", "bin-1");
});
afterAll(() => gateway.stop());

const trusting = () => ({ ca: authority.root, reconnectPeriod: 0 });
const mqtts = () => `mqtts://localhost:${gateway.app.mqttsPort}`;

describe("MQTT over TLS", () => {
  test("takes a device with its password, and keeps what it says", async () => {
    const client = await connectAsync(mqtts(), {
      ...trusting(),
      ...bin.credentials,
      clientId: "xinfa/bin-1",
    });
    await client.publishAsync(`${bin.topic}/telemetry`, '{"fill": 0.5}', { qos: 1 });
    const { body } = await gateway.call<Twin>("GET", "/sites/xinfa/devices/bin-1");
    expect(body.values.fill?.value).toBe(0.5);
    await client.endAsync();
  });

  test("takes a device with its certificate instead, until it is removed", async () => {
    const { id, topic } = await gateway.device("waste-bin", "bin-2");
    const shown = { ...trusting(), ...authority.device(`xinfa/${id}`), clientId: `xinfa/${id}` };
    const client = await connectAsync(mqtts(), shown);
    await client.publishAsync(`${topic}/telemetry`, '{"fill": 0.25}', { qos: 1 });
    const closed = ended(client);
    await gateway.call("DELETE", `/sites/xinfa/devices/${id}`);
    await closed;
    await expect(connectAsync(mqtts(), shown)).rejects.toThrow(/[Nn]ot authorized/);
  });

  test("refuses the certificate of another device, of another authority, and a revoked one", async () => {
    const as = (certificate: { cert: string; key: string }) =>
      connectAsync(mqtts(), { ...trusting(), ...certificate, ...bin.credentials, clientId: "xinfa/bin-1" });
    await expect(as(authority.device("xinfa/bin-9"))).rejects.toThrow(/[Nn]ot authorized/);
    const other = anAuthority();
    await expect(as(other.device("xinfa/bin-1"))).rejects.toThrow(/[Nn]ot authorized/);
    other.remove();

    const stolen = authority.device("xinfa/bin-1");
    const client = await as(stolen);
    const bystander = await gateway.device("waste-bin", "bin-3");
    const good = await connectAsync(mqtts(), {
      ...trusting(),
      ...authority.device("xinfa/bin-3"),
      clientId: "xinfa/bin-3",
    });
    const closed = ended(client);
    authority.revoke(stolen);
    await gateway.reload();
    await closed;
    await expect(as(stolen)).rejects.toThrow(/[Nn]ot authorized/);
    await good.publishAsync(`${bystander.topic}/telemetry`, '{"fill": 0.1}', { qos: 1 });
    await good.endAsync();
    expect(await metric('broker_refused_total{reason="certificate-of-another"}')).toBe(1);
    expect(await metric('broker_refused_total{reason="certificate-untrusted"}')).toBe(2);
    expect(await metric('broker_refused_total{reason="certificate-revoked"}')).toBe(1);
  });

  test("changes its certificate under 50 clients and drops none", async () => {
    const before = await metric("tls_certificate_end_seconds");
    const devices = await Promise.all(
      Array.from({ length: 50 }, (_, i) => gateway.device("waste-bin", `crowd-${i}`)),
    );
    const clients: MqttClient[] = [];
    for (const { credentials } of devices)
      clients.push(
        await connectAsync(mqtts(), { ...trusting(), ...credentials, clientId: credentials.username }),
      );
    const lost: string[] = [];
    for (const client of clients) client.on("close", () => lost.push(String(client.options.clientId)));
    const serial = await serialOf();
    authority.renew();
    await gateway.reload();
    expect(await serialOf()).not.toBe(serial);
    await Promise.all(
      clients.map((client, i) =>
        client.publishAsync(`${devices[i]!.topic}/telemetry`, '{"fill": 0.3}', { qos: 1 }),
      ),
    );
    expect(lost).toEqual([]);
    expect(await metric("tls_certificate_end_seconds")).toBeGreaterThanOrEqual(before);
    for (const client of clients) client.removeAllListeners("close");
    await Promise.all(clients.map((client) => client.endAsync()));
  });
});

test("a revoked device does not come back by resuming its session", async () => {
  const thief = authority.device("xinfa/bin-1");
  const first = await greeted({ port: gateway.app.mqttsPort as number, ...thief });
  const [session] = (await once(first, "session")) as [Buffer];
  const again = await greeted({ port: gateway.app.mqttsPort as number, ...thief, session });
  expect(again.isSessionReused()).toBe(true);
  authority.revoke(thief);
  await gateway.reload();
  const late = await greeted({ port: gateway.app.mqttsPort as number, ...thief, session });
  expect(late.isSessionReused()).toBe(false);
  for (const socket of [first, again, late]) socket.destroy();
});

describe("a broken new certificate", () => {
  test("raises an alert that its mending clears; the one before stays in use", async () => {
    const good = readFileSync(authority.files.certificate);
    const serial = await serialOf();
    writeFileSync(authority.files.certificate, good.subarray(0, 300));
    await gateway.reload();
    expect(await serialOf()).toBe(serial);
    const open = async () =>
      (await gateway.call<{ items: { rule: string }[] }>("GET", "/alerts?state=raised")).body.items.map(
        ({ rule }) => rule,
      );
    await eventually(open, (rules) => rules.includes("certificate-refused"));
    writeFileSync(authority.files.certificate, good);
    await gateway.reload();
    await eventually(open, (rules) => !rules.includes("certificate-refused"));
    expect(await metric('tls_reloads_total{result="refused"}')).toBe(1);
  });
});

describe("hostile sockets", () => {
  test("an old TLS, plain bytes and silence are closed, each counted with its reason", async () => {
    const own = anAuthority();
    const tls = { mqttPort: 0, httpsPort: 0, handshakeTimeoutMs: 1500 };
    const other = await openTestGateway({ dataDir: own.dataDir, config: { tls } });
    const harass = async (port: number) => {
      const old = { maxVersion: "TLSv1.1", minVersion: "TLSv1", ciphers: "ALL:@SECLEVEL=0" } as const;
      await expect(greeted({ port, ca: own.root, ...old })).rejects.toThrow();
      const [http, mqtt, silent, half, gone] = Array.from({ length: 5 }, () => rawSocket(port)) as Socket[];
      http?.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      mqtt?.write(Buffer.from("101000044d5154540402003c00046e616d65", "hex"));
      // The beginning of a hello that never goes on.
      half?.write(Buffer.from("1603010200010001fc", "hex"));
      gone?.end();
      await Promise.all([http, mqtt, silent, half, gone].map((socket) => ended(socket as Socket)));
    };
    await Promise.all([other.app.mqttsPort, other.app.httpsPort].map((port) => harass(port as number)));
    const failed = (reason: string) => metric(`tls_handshakes_failed_total{reason="${reason}"}`, other);
    expect(await failed("version")).toBe(2);
    expect(await failed("not-tls")).toBe(4);
    expect(await failed("timeout")).toBe(4);
    await eventually(
      () => metric("tls_handshakes_open", other),
      (open) => open === 0,
    );
    await other.stop();
  });

  test("a client that does not believe the certificate is counted too", async () => {
    const { root, remove } = anAuthority();
    await expect(connectAsync(mqtts(), { ...bin.credentials, ca: root, reconnectPeriod: 0 })).rejects.toThrow(
      /certificate/,
    );
    remove();
    await eventually(
      async () =>
        (await metric('tls_handshakes_failed_total{reason="client-does-not-trust"}')) +
        (await metric('tls_handshakes_failed_total{reason="gone"}')),
      (count) => count > 0,
    );
  });

  test("sockets in their handshake fill the bounds of an address, and free them again", async () => {
    const sockets = Array.from({ length: 60 }, () => rawSocket(gateway.app.mqttsPort as number));
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    await eventually(
      () => metric("tls_handshakes_open"),
      (open) => open === 60,
    );
    await once(rawSocket(gateway.app.mqttsPort as number), "close");
    expect(await metric('tls_handshakes_failed_total{reason="address-handshakes"}')).toBe(1);
    // The plain port of MQTT counts them as well.
    await once(rawSocket(gateway.app.mqttPort as number), "close");
    expect(await metric('broker_refused_total{reason="address-connections"}')).toBe(1);
    for (const socket of sockets) socket.destroy();
    await eventually(
      () => metric("tls_handshakes_open"),
      (open) => open === 0,
    );
    const client = await connectAsync(mqtts(), {
      ...trusting(),
      ...bin.credentials,
      clientId: "xinfa/bin-1",
    });
    await client.endAsync();
  });
});

describe("HTTPS", () => {
  test("serves the API and the root that phones install", async () => {
    const kinds = await get("/api/v1/kinds", { authorization: `Bearer ${gateway.token}` });
    expect(kinds.status).toBe(200);
    const root = await get("/ca.crt");
    expect(root.headers["content-type"]).toBe("application/x-x509-ca-cert");
    expect(`-----BEGIN CERTIFICATE-----\n${wrapped(root.body)}-----END CERTIFICATE-----\n`).toBe(
      authority.root,
    );
    expect(root.headers).not.toHaveProperty("strict-transport-security");
  });

  test("says https where it is, http where it is not, and believes a proxy only when it is a known one", async () => {
    const seen: string[] = [];
    const handler = diagnostics.channel("tracing:fastify.request.handler:start");
    const watch = (message: unknown) =>
      seen.push((message as { request: { protocol: string } }).request.protocol);
    handler.subscribe(watch);
    const from = (localAddress: string, proto: string) =>
      get("/health/live", { "x-forwarded-proto": proto }, { localAddress });
    await get("/health/live");
    await fetch(`${gateway.url}/health/live`);
    await fetch(`${gateway.url}/health/live`, { headers: { "x-forwarded-proto": "https" } });
    await from("127.0.0.1", "http");
    await from("127.0.0.2", "http");
    handler.unsubscribe(watch);
    expect(seen).toEqual(["https", "http", "http", "https", "http"]);
  });

  test("streams live events, and MQTT over secure WebSocket", async () => {
    const events = await openStream();
    const client = await connectAsync(`wss://localhost:${gateway.app.httpsPort}/mqtt`, {
      ...trusting(),
      ...bin.credentials,
      clientId: "xinfa/bin-1",
    });
    await client.publishAsync(`${bin.topic}/telemetry`, '{"fill": 0.77}', { qos: 1 });
    let text = "";
    for await (const chunk of events) {
      text += chunk;
      if (text.includes("0.77")) break;
    }
    expect(text).toContain("event: snapshot");
    await client.endAsync();
  });
});

describe("listeners", () => {
  test("without the plain ones everything goes over TLS; certificates may be required; a stop ends streams and handshakes", async () => {
    const own = anAuthority();
    const config = configSchema.parse({
      ...{
        dataDir: own.dataDir,
        adminToken: gateway.token,
        logLevel: "silent",
        journal: { reserveBytes: 65_536 },
      },
      ...{ plainMqtt: false, plainHttp: false, api: { closeGraceMs: 50 } },
      tls: { mqttPort: 0, httpsPort: 0, clientCertificates: "required", minVersion: "1.3" },
    });
    const app = await startApp({ config, log: createLog({ level: "silent" }), version: "test" });
    expect([app.mqttPort, app.httpPort]).toEqual([undefined, undefined]);
    const options = { ca: own.root, reconnectPeriod: 0, username: "x", password: "y" };
    await expect(connectAsync(`mqtts://localhost:${app.mqttsPort}`, options)).rejects.toThrow();
    await expect(
      greeted({ port: app.httpsPort as number, ca: own.root, maxVersion: "TLSv1.2" }),
    ).rejects.toThrow();
    const shown = { ...options, ...own.device("xinfa/b1") };
    // Believed, and then asked for what it does not have: a registered device.
    await expect(connectAsync(`mqtts://localhost:${app.mqttsPort}`, shown)).rejects.toThrow(
      /[Nn]ot authorized/,
    );
    const other = anAuthority();
    const port = app.mqttsPort as number;
    // TLS 1.3 asks for the certificate last: the stranger's side is done when the gateway says no.
    await ended(await greeted({ port, ca: own.root, ...other.device("xinfa/b1") }));
    other.remove();
    const { body } = await get("/metrics", {}, { port: app.httpsPort, ca: own.root });
    for (const reason of ["version", "certificate-missing", "certificate-untrusted"]) {
      expect(String(body)).toContain(`linli_tls_handshakes_failed_total{reason="${reason}"} 1\n`);
    }
    const idle = await greeted({ port: app.httpsPort as number, ca: own.root });
    const silent = rawSocket(app.mqttsPort as number);
    await once(silent, "connect");
    const ends = [once(idle, "close"), once(silent, "close")];
    await app.stop();
    await Promise.all(ends);
    own.remove();
  });

  test("a start without any door says so, before it touches the data", async () => {
    const config = configSchema.parse({ dataDir: "/nowhere", plainMqtt: false });
    const start = startApp({ config, log: createLog({ level: "silent" }), version: "test" });
    await expect(start).rejects.toMatchObject({
      code: "settings-invalid",
      message: expect.stringMatching(/no port of MQTT is left: TLS has no certificate/),
    });
  });

  test("/ca.crt is not found where there is no authority", async () => {
    const other = await openTestGateway();
    expect((await fetch(`${other.url}/ca.crt`)).status).toBe(404);
    expect([other.app.mqttsPort, other.app.httpsPort]).toEqual([undefined, undefined]);
    await other.stop();
  });
});

interface Twin {
  values: Record<string, { value: unknown }>;
}

async function metric(name: string, { url }: { url: string } = gateway): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(
    text
      .split("\n")
      .find((line) => line.startsWith(`linli_${name} `))
      ?.split(" ")[1] ?? 0,
  );
}

/** The end of a client or socket; an event before the call counts too. */
async function ended(one: MqttClient | Socket): Promise<void> {
  if ("closed" in one && one.closed) return;
  await new Promise<void>((resolve) => void (one as Socket).once("close", () => resolve()));
}

function rawSocket(port: number): Socket {
  return connectPlain(port, "127.0.0.1").on("error", () => {});
}

/** A socket whose handshake is done. */
async function greeted(options: ConnectionOptions & { port: number }): Promise<TLSSocket> {
  const socket = connect({ host: "localhost", ca: authority.root, ...options });
  await once(socket, "secureConnect");
  return socket.on("error", () => {});
}

/** The certificate that a new handshake gets. */
async function serialOf(): Promise<string> {
  const socket = await greeted({ port: gateway.app.mqttsPort as number });
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

async function get(path: string, headers: Record<string, string> = {}, more: RequestOptions = {}) {
  const options = {
    host: "localhost",
    family: 4,
    port: gateway.app.httpsPort,
    path,
    headers,
    ca: authority.root,
    agent: false as const,
  };
  const asked = request({ ...options, ...more }).end();
  const [response] = await once(asked, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}

async function openStream() {
  const headers = { authorization: `Bearer ${gateway.token}` };
  const { httpsPort: port } = gateway.app;
  const asked = request({
    host: "localhost",
    port,
    path: "/api/v1/stream",
    headers,
    ca: authority.root,
    agent: false,
  }).end();
  const [response] = await once(asked, "response");
  return response.setEncoding("utf8");
}

function wrapped(bytes: Buffer): string {
  return bytes.toString("base64").replace(/.{1,64}/g, "$&\n");
}
