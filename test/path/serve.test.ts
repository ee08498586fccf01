import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { generate } from "mqtt-packet";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exportRecords } from "../../gateway/journal/export.ts";
import { eventually } from "../support/gateway.ts";
import { type Served, serve } from "../support/served.ts";

let folder: string;
let gateway: Served | undefined;
const pids: number[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "linli-serve-"));
});
afterEach(() => {
  gateway?.child.kill("SIGKILL");
  for (const pid of pids.splice(0)) process.kill(pid, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

interface Credentials {
  readonly username: string;
  readonly password: string;
}

async function aDevice(served: Served, id: string): Promise<Credentials> {
  await served.call("POST", "/sites", { id: "xinfa", name: "新发小区" });
  const { credentials } = await served.call<{ credentials: Credentials }>("POST", "/sites/xinfa/devices", {
    ...{ kind: "waste-bin", id },
  });
  return credentials;
}

/** Publishes as fast as it is acknowledged, until the connection ends; what was acknowledged stands in `ledger`. */
function load(client: MqttClient, id: string, ledger: string[]): void {
  client.on("error", () => {});
  let seq = 0;
  const next = () => {
    const mine = ++seq;
    const message = JSON.stringify({ seq: mine, boot: id, fill: 0.1 });
    client.publish(`linli/v1/xinfa/waste-bin/${id}/telemetry`, message, { qos: 1 }, (error) => {
      if (error) return;
      ledger.push(`${id} ${mine}`);
      next();
    });
  };
  for (let i = 0; i < 8; i++) next();
}

async function startLoad(served: Served, ledger: string[]): Promise<MqttClient[]> {
  const clients: MqttClient[] = [];
  for (const id of ["bin-1", "bin-2"]) {
    const { username, password } = await aDevice(served, id);
    const options = { username, password, clientId: username, reconnectPeriod: 0 };
    const client = await connectAsync(served.mqttUrl, options);
    load(client, id, ledger);
    clients.push(client);
  }
  await eventually(
    async () => ledger.length,
    (count) => count > 100,
  );
  return clients;
}

/** A client that subscribed and reads nothing any more. */
async function aFrozenClient(served: Served): Promise<Socket> {
  const { credentials } = await served.call<{ credentials: Credentials }>("POST", "/accounts", {
    ...{ name: "frozen", publish: [], subscribe: ["linli/#"] },
  });
  const socket = connect(Number(new URL(served.mqttUrl).port), "127.0.0.1");
  socket.on("error", () => {});
  const { username, password } = credentials;
  socket.write(
    generate({
      cmd: "connect",
      clientId: "frozen",
      username,
      password: Buffer.from(password),
      clean: true,
      keepalive: 60,
    }),
  );
  await new Promise((resolve) => socket.once("data", resolve));
  socket.write(generate({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "linli/#", qos: 1 }] }));
  await new Promise((resolve) => socket.once("data", resolve));
  socket.pause();
  return socket;
}

async function expectDurable(ledger: readonly string[]): Promise<void> {
  const kept = new Set<string>();
  for await (const records of exportRecords(join(folder, "journal"), { type: "reading" })) {
    for (const { record } of records) {
      const { message } = JSON.parse(record) as { message: { boot: string; seq: number } };
      kept.add(`${message.boot} ${message.seq}`);
    }
  }
  expect(ledger.filter((key) => !kept.has(key))).toEqual([]);
}

describe("a stop by SIGTERM", () => {
  test("under load, with a frozen client, a screen and a backup that nobody takes, loses nothing and ends with 0", async () => {
    gateway = await serve(folder, { LINLI_LOG_LEVEL: "info" });
    const headers = { authorization: "Bearer a-token-for-the-tests" };
    const ledger: string[] = [];
    const clients = await startLoad(gateway, ledger);
    const frozen = await aFrozenClient(gateway);
    const screen = await fetch(`${gateway.url}/api/v1/stream`, { headers });
    const backup = await fetch(`${gateway.url}/api/v1/backup`, { method: "POST", headers });
    expect([screen.status, backup.status]).toEqual([200, 200]);
    expect(await gateway.end("SIGTERM")).toBe(0);
    expect(gateway.log.map(({ msg }) => msg)).toContain("gateway stopped");
    await screen.body?.cancel().catch(() => {});
    await backup.body?.cancel().catch(() => {});
    frozen.destroy();
    for (const client of clients) client.end(true);
    expect(ledger.length).toBeGreaterThan(100);
    await expectDurable(ledger);
    expect(existsSync(join(folder, ".backup"))).toBe(false);
  });

  test("that takes too long is cut: the log names the part, the exit code is 1, nothing acknowledged is lost", async () => {
    gateway = await serve(folder, { LINLI_STOP_TIMEOUT_MS: "500" });
    const ledger: string[] = [];
    const clients = await startLoad(gateway, ledger);
    // The series process hangs, as on a disk that does not answer.
    const [series] = childrenOf(gateway.child.pid!);
    process.kill(series!, "SIGSTOP");
    pids.push(series!);
    expect(await gateway.end("SIGTERM")).toBe(1);
    const cut = gateway.log.find(({ msg }) => msg.startsWith("stop was cut"));
    expect(cut?.parts).toEqual(expect.arrayContaining(["series"]));
    for (const client of clients) client.end(true);
    await expectDurable(ledger);
  });
});

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
}

describe("a reload by SIGHUP", () => {
  const write = (text: string) => writeFileSync(join(folder, "linli.yaml"), text);
  const metrics = async () => (await fetch(`${gateway?.url}/metrics`)).status;
  const raised = async () => {
    const path = "/alerts?state=raised";
    const { items } = await gateway!.call<{ items: { rule: string }[] }>("GET", path);
    return items.map(({ rule }) => rule);
  };

  test("takes over what may change, and names what needs a restart", async () => {
    write("logLevel: info\napi: {metricsOpen: loopback}\n");
    gateway = await serve(folder);
    expect(await metrics()).toBe(200);
    write(
      "logLevel: info\napi: {metricsOpen: token, requestTimeoutMs: 20000}\nbroker: {sessions: {retained: 5}}\n",
    );
    gateway.child.kill("SIGHUP");
    expect(await gateway.logged("settings reloaded")).toMatchObject({ applied: ["api.metricsOpen"] });
    expect(await gateway.logged("changed settings need a restart")).toMatchObject({
      settings: ["broker.sessions.retained", "api.requestTimeoutMs"],
    });
    expect(await metrics()).toBe(401);
    expect(await gateway.end("SIGTERM")).toBe(0);
  });

  test("with wrong settings changes nothing, logs every fault and raises an alert until they are right", async () => {
    write("logLevel: info\n");
    gateway = await serve(folder);
    write("api: {metricsOpen: token, requestsPerSecond: none}\nbroker: {bogus: 1}\n");
    gateway.child.kill("SIGHUP");
    await gateway.logged("setting is wrong, nothing is changed", 2);
    expect(await metrics()).toBe(200);
    await eventually(raised, (rules) => rules.includes("settings-refused"));
    write("logLevel: info\napi: {metricsOpen: token}\n");
    gateway.child.kill("SIGHUP");
    await gateway.logged("settings reloaded");
    expect(await metrics()).toBe(401);
    await eventually(raised, (rules) => !rules.includes("settings-refused"));
  });
});

test("systemd hears when the ports are open, that the gateway lives, reloads and stops", async () => {
  const bin = join(folder, "bin");
  const heard = join(folder, "heard");
  mkdirSync(bin);
  writeFileSync(join(bin, "systemd-notify"), `#!/bin/sh\necho "$@" >> ${heard}\n`);
  chmodSync(join(bin, "systemd-notify"), 0o755);
  const words = async () => (existsSync(heard) ? readFileSync(heard, "utf8").split("\n") : []);
  gateway = await serve(folder, {
    PATH: `${bin}:${process.env.PATH}`,
    NOTIFY_SOCKET: join(folder, "notify"),
    WATCHDOG_USEC: "300000",
  });
  await eventually(words, (lines) => lines.filter((line) => line === "WATCHDOG=1").length >= 2);
  gateway.child.kill("SIGHUP");
  await eventually(words, (lines) => lines.some((line) => line.includes("read again")));
  expect(await gateway.end("SIGTERM")).toBe(0);
  await eventually(words, (lines) => lines.some((line) => line.includes("STOPPING=1")));
  expect((await words())[0]).toMatch(/^--ready /);
});
