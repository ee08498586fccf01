import diagnostics from "node:diagnostics_channel";
import { once } from "node:events";
import type { RequestOptions } from "node:https";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApp } from "../../gateway/app.ts";
import { configSchema } from "../../gateway/config.ts";
import { createLog } from "../../gateway/log.ts";
import { anAuthority, type TestAuthority } from "../support/authority.ts";
import { openTestGateway, type TestGateway } from "../support/gateway.ts";
import { askSecurely, ended, getSecurely, greeted, rawSocket } from "../support/tls-clients.ts";

let authority: TestAuthority;
let gateway: TestGateway;
beforeAll(async () => {
  authority = anAuthority();
  gateway = await openTestGateway({
    dataDir: authority.dataDir,
    config: { tls: { mqttPort: 0, httpsPort: 0 }, api: { trustProxy: ["127.0.0.2"] } },
  });
});
afterAll(() => gateway.stop());

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
    const bin = await gateway.device("waste-bin", "bin-1");
    const events = await askSecurely({
      ...secure("/api/v1/stream"),
      headers: { authorization: `Bearer ${gateway.token}` },
    });
    const client = await connectAsync(`wss://localhost:${gateway.app.httpsPort}/mqtt`, {
      ...{ ca: authority.root, reconnectPeriod: 0 },
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
    await expect(greeted({ port: app.httpsPort, ca: own.root, maxVersion: "TLSv1.2" })).rejects.toThrow();
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
    const idle = await greeted({ port: app.httpsPort, ca: own.root });
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

function secure(path: string): RequestOptions {
  return { path, port: gateway.app.httpsPort, ca: authority.root };
}

function get(path: string, headers: Record<string, string> = {}, more: RequestOptions = {}) {
  return getSecurely({ ...secure(path), headers, ...more });
}

function wrapped(bytes: Buffer): string {
  return bytes.toString("base64").replace(/.{1,64}/g, "$&\n");
}
