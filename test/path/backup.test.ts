import { randomBytes } from "node:crypto";
import {
  createWriteStream,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Manifest } from "../../gateway/backup/manifest.ts";
import { restoreBackup } from "../../gateway/backup/restore.ts";
import { exportRecords } from "../../gateway/journal/export.ts";
import { verify } from "../../gateway/journal/verify.ts";
import { eventually, openTestGateway, type TestDevice, type TestGateway } from "../support/gateway.ts";

const dayMs = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), "linli-backup-path-"));
const restored = join(folder, "restored");
// Days are filed as soon as their values are sorted in.
const config = { series: { batchMs: 20, duckdb: { freshMs: 1000, sealAfterMs: 0 } } };

/** More than the buffers between the processes and the client hold, and nothing that can be compressed. */
const large = randomBytes(16 * 1024 * 1024);

let gateway: TestGateway;
let copy: TestGateway;
let manifest: Manifest;
let bin: TestDevice;
let busy: TestDevice;
let account: { username: string; password: string };
let crewToken: string;
/** Messages that were acknowledged, by their `seq`. */
const acknowledged: number[] = [];

const connectAccount = (to: TestGateway, clientId: string, clean: boolean): Promise<MqttClient> =>
  connectAsync(to.mqttUrl, { ...account, clientId, clean, reconnectPeriod: 0 });

/** Everything that a list shows, before the copy has taken a step of its own. */
const lists = [
  "/kinds",
  "/sites",
  "/sites/xinfa",
  "/sites/xinfa/buildings",
  "/sites/xinfa/limits",
  "/sites/xinfa/devices/bin-1/limits",
  "/sites/xinfa/devices/bin-1/commands",
  "/sites/xinfa/devices/bin-1/readings",
  "/alerts?limit=500",
  "/rejections",
  "/rejections/groups",
  "/accounts",
  "/tokens",
];

/** Asks for the history of `bin-1` over several days, and by hours. */
const history = ["raw", "1h"].map(
  (step) =>
    `/sites/xinfa/devices/bin-1/series?fields=fill,temperature&step=${step}&from=${Date.now() - 5 * dayMs}&to=${Date.now() - dayMs}`,
);

beforeAll(async () => {
  gateway = await openTestGateway({ config });
  await fill();
  manifest = await backUpUnderLoad(join(folder, "backup.tar.zst"));
}, 60_000);
afterAll(async () => {
  await copy?.stop();
  await gateway?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A call that must succeed. */
async function done<T>(method: string, path: string, body: unknown): Promise<{ body: T }> {
  const answer = await gateway.call<T>(method, path, body);
  expect(answer.status, path).toBeLessThan(300);
  return answer;
}

/** A little of everything that a gateway keeps. */
async function fill(): Promise<void> {
  mkdirSync(join(gateway.dataDir, "tls"));
  writeFileSync(join(gateway.dataDir, "tls/large.pem"), large);
  await done("POST", "/sites/xinfa/buildings", { name: "7号楼" });
  bin = await gateway.device("waste-bin", "bin-1", { building: "7号楼", facts: { depthMm: 1200 } });
  busy = await gateway.device("waste-bin", "busy");
  await done("PUT", "/sites/xinfa/limits", {
    ...{ kind: "waste-bin", rule: "overfull", limit: "atLeast", value: 0.96 },
  });
  const made = await done<{ credentials: typeof account }>("POST", "/accounts", {
    ...{ name: "bridge", publish: ["home/#"], subscribe: ["home/#"] },
  });
  account = made.body.credentials;
  crewToken = (await done<{ token: string }>("POST", "/tokens", { name: "crew", role: "firefighter" })).body
    .token;

  const client = await bin.connect();
  const send = (stream: string, payload: unknown) =>
    client.publishAsync(`${bin.topic}/${stream}`, JSON.stringify(payload), { qos: 1 });
  const begin = Math.floor(Date.now() / dayMs) * dayMs - 4 * dayMs;
  for (let i = 0; i < 24; i++) {
    await send("telemetry", {
      ts: begin + i * 3_600_000 * 3,
      seq: i,
      boot: "a",
      fill: i / 100,
      temperature: i,
    });
  }
  await send("telemetry", { seq: 100, boot: "a", fill: 0.99, temperature: 71 });
  await send("telemetry", "no reading");
  await send("telemetry", { seq: 101, boot: "a", fill: "much" });
  await client.endAsync();
  await workOnAlerts();
  await done("POST", "/sites/xinfa/devices/bin-1/commands", { name: "lock", args: {} });

  const sleeper = await connectAccount(gateway, "bridge/sleeper", false);
  await sleeper.subscribeAsync("home/news", { qos: 1 });
  await sleeper.endAsync();
  const bridge = await connectAccount(gateway, "bridge/awake", true);
  await bridge.publishAsync("home/lamp", "on", { qos: 1, retain: true });
  await bridge.publishAsync("home/news", "for later", { qos: 1 });
  await bridge.endAsync();
  await eventually(
    async () => globSync("series/raw/*.parquet", { cwd: gateway.dataDir }),
    (names) => names.length >= 3,
  );
}

async function workOnAlerts(): Promise<void> {
  const { body } = await eventually(
    () => gateway.call<{ items: { id: string }[] }>("GET", "/alerts?state=raised"),
    ({ body }) => body.items.length >= 2,
  );
  const [one, two] = body.items;
  await done("POST", `/alerts/${one?.id}/acknowledge`, { comment: "I go there" });
  await done("POST", `/alerts/${one?.id}/comments`, { text: "it smells" });
  await done("POST", `/alerts/${two?.id}/resolve`, { comment: "cooled" });
}

/** Messages keep coming before, while and after the file is made. */
async function backUpUnderLoad(file: string): Promise<Manifest> {
  const client = await busy.connect();
  let isOver = false;
  const load = (async () => {
    for (let seq = 1; !isOver; seq++) {
      await client.publishAsync(
        `${busy.topic}/telemetry`,
        JSON.stringify({ seq, boot: "b", fill: (seq % 40) / 100 }),
        {
          qos: 1,
        },
      );
      acknowledged.push(seq);
    }
  })();
  await eventually(
    async () => acknowledged.length,
    (count) => count > 20,
  );
  const response = await fetch(`${gateway.url}/api/v1/backup`, {
    method: "POST",
    headers: { authorization: `Bearer ${gateway.token}` },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/zstd");
  await pipeline(Readable.fromWeb(response.body as never), createWriteStream(file));
  isOver = true;
  await load;
  await client.endAsync();
  return restoreBackup({ file, directory: restored, check: () => {} });
}

async function recordsOf(dataDir: string, to: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const records of exportRecords(join(dataDir, "journal"), { to })) {
    lines.push(...records.map(({ sequence, record }) => `${sequence} ${record}`));
  }
  return lines;
}

describe("a backup of a gateway at work, restored elsewhere", () => {
  test("has every journal record up to the one that it names, whole, and no other", async () => {
    const { last } = manifest.journal;
    expect(last).toBeGreaterThan(50);
    const records = await recordsOf(restored, Number.MAX_SAFE_INTEGER);
    expect(records).toEqual(await recordsOf(gateway.dataDir, last));
    expect(records).toHaveLength(last);
    for await (const report of verify(join(restored, "journal"))) {
      expect(report).toMatchObject({ damage: [], missing: 0, tornBytes: 0 });
    }
  });

  test("answers every list as the gateway does, with credentials that work", async () => {
    copy = await openTestGateway({ config, dataDir: restored });
    for (const path of [...lists, ...history]) {
      const [there, here] = await Promise.all([copy.call("GET", path), gateway.call("GET", path)]);
      expect(here.status, path).toBe(200);
      expect((here.body as { items?: unknown[] }).items?.length, path).not.toBe(0);
      expect(withoutPresence(there.body), path).toEqual(withoutPresence(here.body));
    }
    const crew = await fetch(`${copy.url}/api/v1/alerts`, {
      headers: { authorization: `Bearer ${crewToken}` },
    });
    expect(crew.status).toBe(200);
    const device = await connectAsync(copy.mqttUrl, {
      ...{ ...bin.credentials, clientId: bin.credentials.username, reconnectPeriod: 0 },
    });
    await device.endAsync();
  });

  test("has the values of every message in its journal once, and nothing else", async () => {
    const taken = (await recordsOf(restored, manifest.journal.last)).filter(
      (line) => line.includes('"type":"reading"') && line.includes("xinfa/waste-bin/busy"),
    );
    expect(taken.length).toBeGreaterThan(20);
    const path = `/sites/xinfa/devices/busy/series?fields=fill&step=raw&from=${Date.now() - dayMs}`;
    const { body } = await eventually(
      () => copy.call<{ series: { values: number[] }[] }>("GET", path),
      ({ body }) => (body.series?.[0]?.values.length ?? 0) >= taken.length,
    );
    const sent = taken.map(
      (line) => (JSON.parse(line.slice(line.indexOf(" "))) as { message: { fill: number } }).message.fill,
    );
    expect(body.series[0]?.values).toEqual(sent);
  });

  test("has every byte of a large file", () => {
    expect(readFileSync(join(restored, "tls/large.pem")).equals(large)).toBe(true);
  });

  test("has what waits for subscribers, and what is retained", async () => {
    const came: string[] = [];
    const sleeper = await connectAsync(copy.mqttUrl, {
      ...{ ...account, clientId: "bridge/sleeper", clean: false, reconnectPeriod: 0 },
    });
    sleeper.on("message", (topic, payload) => came.push(`${topic} ${payload}`));
    await sleeper.subscribeAsync("home/lamp", { qos: 1 });
    await eventually(
      async () => came.length,
      (count) => count >= 2,
    );
    expect(came.toSorted()).toEqual(["home/lamp on", "home/news for later"]);
    await sleeper.endAsync();
  });

  test("goes on: a new message gets the next number, and one that came already is known", async () => {
    const again = await connectAsync(copy.mqttUrl, {
      ...{ ...bin.credentials, clientId: bin.credentials.username, reconnectPeriod: 0 },
    });
    const before = (await recordsOf(restored, Number.MAX_SAFE_INTEGER)).length;
    const send = (seq: number) =>
      again.publishAsync(`${bin.topic}/telemetry`, JSON.stringify({ seq, boot: "a", fill: 0.5 }), { qos: 1 });
    await send(100);
    await send(102);
    const added = (await recordsOf(restored, Number.MAX_SAFE_INTEGER)).slice(before);
    expect(added.filter((line) => line.includes('"type":"reading"'))).toHaveLength(1);
    await again.endAsync();
  });

  test("that is given up on the way makes room for the next", async () => {
    const request = { method: "POST", headers: { authorization: `Bearer ${gateway.token}` } };
    const ask = (more: RequestInit = {}) => fetch(`${gateway.url}/api/v1/backup`, { ...request, ...more });
    const early = new AbortController();
    const refused = ask({ signal: early.signal }).catch(() => undefined);
    await eventually(async () => existsSync(join(gateway.dataDir, ".backup")), Boolean);
    const second = await ask();
    expect(second.status).toBe(503);
    early.abort();
    await refused;
    const late = await eventually(ask, ({ status }) => status === 200);
    await late.body?.cancel();
    const whole = await eventually(ask, ({ status }) => status === 200);
    expect((await whole.arrayBuffer()).byteLength).toBeGreaterThan(1000);
  });

  test("leaves no copies behind", async () => {
    await eventually(
      async () => globSync(["series/export/*", ".backup"], { cwd: gateway.dataDir }),
      (names) => names.length === 0,
    );
  });
});

/** When the backup was made a device was connected that is not now; who is there is no matter of a copy. */
function withoutPresence(body: unknown): unknown {
  return JSON.parse(
    JSON.stringify(body, (key, value) => (key === "online" || key === "offline" ? null : value)),
  );
}
