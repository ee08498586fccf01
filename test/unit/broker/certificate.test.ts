import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import type { Packet } from "mqtt-packet";
import { afterEach, describe, expect, it } from "vitest";
import type { PeerCertificate, Principal } from "../../../gateway/types.ts";
import {
  aBroker,
  aDevice,
  aSocket,
  type BrokerOptions,
  cleanUp,
  connectPacket,
  publish,
  type TestBroker,
  until,
} from "./support.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await cleanUp();
});

/** Registered devices; `xinfa/gone` is none. */
function identifyDevice(name: string): Principal | undefined {
  return name === "xinfa/gone" ? undefined : aDevice(name);
}

/** A broker with a door whose clients all showed the same certificate, as a TLS door hands them over. */
async function aSecureBroker(
  certificate: PeerCertificate | undefined,
  options: BrokerOptions = {},
): Promise<TestBroker & { door: number }> {
  const test = await aBroker({ identifyDevice, ...options });
  const server = createServer((socket) =>
    test.broker.attach(socket, { address: socket.remoteAddress ?? "", certificate }),
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { ...test, door: (server.address() as AddressInfo).port };
}

const shown = (name: string): PeerCertificate => ({ name, serial: "0A", fault: undefined });
const untrusted: PeerCertificate = { name: undefined, serial: "0B", fault: "CERT_REVOKED" };

describe("a certificate and CONNECT", () => {
  // What CONNECT carries beside the certificate, the return code, and the reason that is counted.
  it.each([
    ["nothing else", shown("xinfa/b1"), {}, 0, ""],
    ["the same name", shown("xinfa/b1"), { username: "xinfa/b1" }, 0, ""],
    [
      "the same name and its password",
      shown("xinfa/b1"),
      { username: "xinfa/b1", password: "secret" },
      0,
      "",
    ],
    ["a wrong password", shown("xinfa/b1"), { username: "xinfa/b1", password: "x" }, 4, "credentials"],
    ["another device's name", shown("xinfa/b1"), { username: "xinfa/b2" }, 5, "certificate-of-another"],
    [
      "another's name and password",
      shown("xinfa/b1"),
      { username: "xinfa/b2", password: "secret" },
      5,
      "certificate-of-another",
    ],
    [
      "an account's password",
      shown("xinfa/b1"),
      { username: "bridge", password: "secret" },
      5,
      "certificate-of-another",
    ],
    ["a device that is not registered", shown("xinfa/gone"), {}, 5, "certificate-unknown"],
    ["a client id of another", shown("xinfa/b1"), { clientId: "xinfa/b2" }, 2, "identity"],
    [
      "no trust, though the password is right",
      untrusted,
      { username: "xinfa/b1", password: "secret" },
      5,
      "certificate-untrusted",
    ],
    ["no certificate, but a password", undefined, { username: "xinfa/b1", password: "secret" }, 0, ""],
    ["neither", undefined, { username: "xinfa/b1" }, 4, "credentials"],
  ] satisfies Row[])("%s", async (...[, certificate, given, code, reason]: Row) => {
    const { door, metric } = await aSecureBroker(certificate);
    const client = await aSocket(door);
    client.send(connectOf({ clientId: "xinfa/b1", ...given }));
    expect((await client.next("connack")).returnCode).toBe(code);
    if (reason !== "") expect(await metric("broker_refused", reason)).toBe(1);
  });

  it("gives the rights of the device and no more", async () => {
    const { door, taken } = await aSecureBroker(shown("xinfa/b1"));
    const client = await aSocket(door);
    client.send(connectOf({ clientId: "xinfa/b1" }));
    await client.next("connack");
    client.send(publish("linli/v1/xinfa/waste-bin/b1/telemetry"));
    await client.next("puback");
    client.send(publish("linli/v1/xinfa/waste-bin/b2/telemetry", { messageId: 2 }));
    await client.closed();
    expect(taken.map(({ principal }) => principal?.name)).toEqual(["xinfa/b1"]);
  });

  it("makes a client id of the certificate's name when there is none", async () => {
    const { door, broker } = await aSecureBroker(shown("xinfa/b1"));
    const client = await aSocket(door, 5);
    client.send(connectOf({ clientId: "" }, 5));
    expect((await client.next("connack")).reasonCode).toBe(0);
    await until(() => broker.connection("xinfa/b1") !== undefined, "the device");
    expect(broker.connection("xinfa/b1")?.clientId).toMatch(/^xinfa\/b1~/);
  });

  it("takes over the connection that the device had with its password", async () => {
    const { door, port, events, metric } = await aSecureBroker(shown("xinfa/b1"));
    const first = await aSocket(port);
    first.send(connectPacket("xinfa/b1"));
    await first.next("connack");
    const second = await aSocket(door);
    second.send(connectOf({ clientId: "xinfa/b1" }));
    expect((await second.next("connack")).returnCode).toBe(0);
    await first.closed();
    expect(await metric("broker_takeovers")).toBe(1);
    expect(events).toEqual(["connected xinfa/b1"]);
  });

  it("that is revoked ends the connection that it opened, and no other", async () => {
    const { door, port, broker, metric } = await aSecureBroker(shown("xinfa/b1"));
    const other = await aSocket(port);
    other.send(connectPacket("xinfa/b2"));
    await other.next("connack");
    const client = await aSocket(door);
    client.send(connectOf({ clientId: "xinfa/b1" }));
    await client.next("connack");
    await until(() => broker.connectionCount() === 2, "both");
    broker.cutCertificates((serial) => serial === "0B");
    expect(broker.connectionCount()).toBe(2);
    broker.cutCertificates((serial) => serial === "0A");
    await client.closed();
    expect(broker.connection("xinfa/b2")).toBeDefined();
    expect(await metric("broker_refused", "certificate-revoked")).toBe(1);
  });
});

describe("sockets in their handshake", () => {
  it("count like connections, in all and for their address, until they end", async () => {
    const { broker, port, metric } = await aBroker({
      settings: { connectionsPerAddress: 2, connections: 3 },
    });
    const ends = [broker.reserve("127.0.0.1"), broker.reserve("127.0.0.1")];
    expect(broker.reserve("127.0.0.1")).toBeUndefined();
    await (await aSocket(port)).closed();
    expect(await metric("broker_refused", "address-connections")).toBe(2);
    ends.push(broker.reserve("192.0.2.1"));
    expect(broker.reserve("192.0.2.2")).toBeUndefined();
    expect(await metric("broker_refused", "connections")).toBe(1);
    for (const end of ends) end?.();
    const client = await aSocket(port);
    client.send(connectPacket("xinfa/b1"));
    await client.next("connack");
    await until(async () => (await metric("broker_sockets")) === 1, "one socket");
  });
});

type Row = [string, PeerCertificate | undefined, Partial<Given>, number, string];

interface Given {
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
}

/** A CONNECT that carries only what is given. */
function connectOf({ clientId, username, password }: Given, version: 4 | 5 = 4): Packet {
  return {
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: version,
    clean: true,
    clientId,
    keepalive: 60,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: Buffer.from(password) }),
  };
}
