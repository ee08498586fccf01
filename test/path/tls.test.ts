import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anAuthority, type TestAuthority } from "../support/authority.ts";
import { eventually, openTestGateway, type TestDevice, type TestGateway } from "../support/gateway.ts";
import { ended, greeted, metricOf, rawSocket } from "../support/tls-clients.ts";

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
  const first = await greeted({ port: gateway.app.mqttsPort, ca: authority.root, ...thief });
  const [session] = (await once(first, "session")) as [Buffer];
  const again = await greeted({ port: gateway.app.mqttsPort, ca: authority.root, ...thief, session });
  expect(again.isSessionReused()).toBe(true);
  authority.revoke(thief);
  await gateway.reload();
  const late = await greeted({ port: gateway.app.mqttsPort, ca: authority.root, ...thief, session });
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
    const failed = (reason: string) => metricOf(other, `tls_handshakes_failed_total{reason="${reason}"}`);
    expect(await failed("version")).toBe(2);
    expect(await failed("not-tls")).toBe(4);
    expect(await failed("timeout")).toBe(4);
    await eventually(
      () => metricOf(other, "tls_handshakes_open"),
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

interface Twin {
  values: Record<string, { value: unknown }>;
}

function metric(name: string): Promise<number> {
  return metricOf(gateway, name);
}

/** The certificate that a new handshake gets. */
async function serialOf(): Promise<string> {
  const socket = await greeted({ port: gateway.app.mqttsPort, ca: authority.root });
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}
