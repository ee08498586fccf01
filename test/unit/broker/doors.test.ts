import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import mqtt from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { openTcp } from "../../../gateway/broker/doors/tcp.ts";
import { aBroker, type BrokerOptions, cleanUp, type TestBroker, until } from "./support.ts";

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
  await cleanUp();
});

/** A broker behind an HTTP server, as the gateway has it. */
async function aWebBroker(options?: BrokerOptions): Promise<TestBroker & { url: string }> {
  const test = await aBroker(options);
  const server = createServer().on("upgrade", (request, socket, head) =>
    test.broker.upgrade(request, socket, head),
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { ...test, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/mqtt` };
}

describe("MQTT over WebSocket", () => {
  it.each([4, 5] as const)("serves a client of version %i", async (protocolVersion) => {
    const { url, taken } = await aWebBroker();
    const account = await mqtt.connectAsync(url, { username: "bridge", password: "secret", protocolVersion });
    const heard = new Promise<string>((resolve) =>
      account.on("message", (_topic, payload) => resolve(String(payload))),
    );
    await account.subscribeAsync("a/+", { qos: 1 });
    await account.publishAsync("a/b", "x".repeat(20_000), { qos: 1 });
    expect(await heard).toHaveLength(20_000);
    await account.publishAsync("linli/v1/xinfa/waste-bin/b1/telemetry", "{}", { qos: 1 });
    expect(taken).toHaveLength(1);
    await account.endAsync();
  });

  it("refuses another sub-protocol, text frames and too large frames", async () => {
    const { url, broker } = await aWebBroker();
    const other = new WebSocket(url, "stomp");
    await expect(new Promise((_resolve, reject) => other.on("error", reject))).rejects.toThrow("400");

    const text = new WebSocket(url, "mqtt");
    await new Promise((resolve) => text.on("open", resolve));
    text.send("hello");
    expect(await new Promise((resolve) => text.on("close", resolve))).toBe(1003);

    const large = new WebSocket(url, "mqtt");
    await new Promise((resolve) => large.on("open", resolve));
    large.on("error", () => {});
    large.send(Buffer.alloc(300_000));
    await new Promise((resolve) => large.on("close", resolve));
    expect(broker.connectionCount()).toBe(0);
  });

  it("counts connections by address like the other doors", async () => {
    const { url, metric } = await aWebBroker({ settings: { connectionsPerAddress: 1 } });
    const first = await mqtt.connectAsync(url, { username: "a", password: "secret" });
    const second = new WebSocket(url, "mqtt");
    second.on("error", () => {});
    await new Promise((resolve) => second.on("close", resolve));
    expect(await metric("broker_refused", "address-connections")).toBe(1);
    await first.endAsync();
    await until(async () => (await metric("broker_sockets")) === 0, "the socket to be gone");
  });
});

describe("the TCP door", () => {
  it("sends small packets at once", async () => {
    const sockets: Socket[] = [];
    const door = await openTcp({ host: "127.0.0.1", port: 0, attach: (socket) => void sockets.push(socket) });
    const client = connect(door.port, "127.0.0.1");
    await until(() => sockets.length === 1, "the socket");
    // Node shows the option nowhere else.
    const option = Object.getOwnPropertySymbols(sockets[0]).find(
      ({ description }) => description === "kSetNoDelay",
    );
    expect(Reflect.get(sockets[0]!, option!)).toBe(true);
    client.destroy();
    sockets[0]!.destroy();
    door.close();
  });

  it("says which port is taken", async () => {
    const { port } = await aBroker();
    const settings = { host: "127.0.0.1", port, attach: () => {} };
    await expect(openTcp(settings)).rejects.toMatchObject({
      code: "port-taken",
      message: expect.stringContaining(String(port)),
    });
  });
});

describe("a client library", () => {
  it("mqtt.js reports a refused message with its reason and does not send it again", async () => {
    const { port, taken } = await aBroker({
      accept: (_message, answer) =>
        answer({
          code: "field-invalid",
          path: "fill",
          value: "7",
          message: "fill must be a number from 0 to 1",
        }),
    });
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
      username: "xinfa/b1",
      password: "secret",
      clientId: "xinfa/b1",
      protocolVersion: 5,
    });
    const reason = new Promise<unknown>((resolve) =>
      client.on(
        "packetreceive",
        (packet) => packet.cmd === "puback" && resolve(packet.properties?.reasonString),
      ),
    );
    const failed = client.publishAsync("linli/v1/xinfa/waste-bin/b1/telemetry", "{}", { qos: 1 });
    await expect(failed).rejects.toMatchObject({ code: 0x99 });
    expect(await reason).toBe("fill must be a number from 0 to 1");
    await client.publishAsync("linli/v1/xinfa/waste-bin/b1/telemetry", "{}", { qos: 0 });
    await until(() => taken.length === 2, "the second message");
    await client.endAsync();
  });
});
