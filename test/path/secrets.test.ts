import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../house/sources.ts";
import { eventually } from "../support/gateway.ts";

const secrets = {
  adminToken: "planted-admin-token-0123456789",
  influxToken: "planted-influx-token-0123456789",
  wrongPassword: "planted-wrong-password-01234",
  wrongToken: "planted-wrong-token-0123456789",
  queryToken: "planted-query-token-0123456789",
  urlPassword: "planted-url-password-012345",
  card: "0008877665",
  phone: "13912345678",
  name: "张三丰",
};
const folder = mkdtempSync(join(tmpdir(), "linli-secrets-"));
const dataDir = join(folder, "data");
const children = new Set<ChildProcess>();
// A proxy that shows whoever asks what they sent, also their credentials, with each failure.
const proxy = createServer((request, response) => {
  response.writeHead(500, { "content-type": "application/json" });
  response.end(JSON.stringify({ message: `cannot serve ${JSON.stringify(request.headers)} ${request.url}` }));
});
let said = "";
let url = "";
let mqtt = "";

const environment = () => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("LINLI_"))),
  NODE_COMPILE_CACHE: join(root, "node_modules/.cache/linli"),
  LINLI_JOURNAL_RESERVE_BYTES: "65536",
  LINLI_LOG_LEVEL: "debug",
  LINLI_ADMIN_TOKEN: secrets.adminToken,
  LINLI_SERIES_STORE: "influxdb",
  LINLI_SERIES_INFLUX_URL: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
  LINLI_SERIES_INFLUX_TOKEN: secrets.influxToken,
  LINLI_SERIES_ALERT_AFTER_MS: "1000",
  LINLI_SERIES_BATCH_MS: "20",
  LINLI_SERIES_RETRY_MS: "50",
});

function linli(words: readonly string[], more: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(root, "gateway/main.ts"), ...words], {
    cwd: folder,
    env: { ...environment(), ...more },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

async function outputOf(words: readonly string[], more: Record<string, string> = {}): Promise<string> {
  const child = linli(words, more);
  return (await Promise.all([text(child.stdout), text(child.stderr)])).join("\n");
}

beforeAll(async () => {
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  const child = linli(["serve", "--data-dir", dataDir, "--mqtt-port", "0", "--http-port", "0"]);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      said += chunk;
    });
  }
  const [, host, address] = await eventually(
    async () => /MQTT (\S+), HTTP (\S+)/.exec(said) ?? [],
    (found) => found.length > 0,
  );
  mqtt = `mqtt://${host}`;
  url = address as string;
});
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  proxy.close();
  rmSync(folder, { recursive: true, force: true });
});

async function call(
  method: string,
  path: string,
  { body, headers = {} }: { body?: string; headers?: Record<string, string> } = {},
) {
  const authorization = `Bearer ${secrets.adminToken}`;
  const response = await fetch(url + path, {
    method,
    headers: { authorization, ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, text: await response.text() };
}
const json = async (method: string, path: string, body: unknown) =>
  JSON.parse((await call(method, path, { body: JSON.stringify(body) })).text);

test("secrets and persons that came in through any door are in no log, journal, database, metric, answer or output", async () => {
  await json("POST", "/api/v1/sites", { id: "xinfa", name: "新发" });
  const { credentials } = await json("POST", "/api/v1/sites/xinfa/devices", {
    kind: "access-gate",
    id: "g1",
  });
  const { token, id } = await json("POST", "/api/v1/tokens", { name: "crew", role: "viewer" });
  const answers: string[] = [];
  const ask = async (...parts: Parameters<typeof call>) => {
    const answer = await call(...parts);
    answers.push(answer.text);
    return answer.status;
  };

  // MQTT: a wrong password, the right one, an unusual CONNECT with secrets where they do not belong, payloads of all kinds.
  const wrong = connectAsync(mqtt, {
    ...credentials,
    clientId: "xinfa/g1",
    password: secrets.wrongPassword,
    reconnectPeriod: 0,
  });
  await expect(wrong).rejects.toThrow();
  const client = await connectAsync(mqtt, { ...credentials, clientId: "xinfa/g1", reconnectPeriod: 0 });
  const topic = "linli/v1/xinfa/access-gate/g1";
  const person = {
    cardNo: secrets.card,
    name: secrets.name,
    phone: secrets.phone,
    password: secrets.wrongPassword,
  };
  for (const payload of [
    JSON.stringify({ event: "passage", result: "allow", person: secrets.card }),
    JSON.stringify({ event: "nothing", ...person }),
    JSON.stringify({ event: "passage", person }),
    JSON.stringify({ event: "passage", battery: { ...person } }),
    `{"event":"passage","name":"${secrets.name}","token":"${credentials.password}",}`,
    `name=${secrets.name}&card=${secrets.card}&token=${token}`,
    JSON.stringify([{ event: "x", idCard: secrets.card }, secrets.phone]),
  ]) {
    await client.publishAsync(`${topic}/event`, payload, { qos: 1 });
  }
  await client.publishAsync(
    `${topic}/reply`,
    JSON.stringify({ id: 7, ok: false, error: secrets.phone, ...person }),
    { qos: 1 },
  );
  await client.endAsync();

  // HTTP: headers, paths, queries and bodies.
  const bearer = { authorization: `Bearer ${secrets.wrongToken}` };
  expect(await ask("GET", "/api/v1/sites", { headers: bearer })).toBe(401);
  expect(
    await ask("GET", "/api/v1/sites", {
      headers: { authorization: `Basic ${btoa(`u:${secrets.wrongToken}`)}` },
    }),
  ).toBe(401);
  expect(await ask("GET", `/api/v1/sites?token=${secrets.queryToken}`)).toBe(400);
  expect(await ask("GET", `/api/v1/${secrets.queryToken}`)).toBe(404);
  expect(await ask("POST", "/api/v1/accounts", { body: `{"name": "${secrets.wrongPassword}",}` })).toBe(400);
  expect(
    await ask("POST", "/api/v1/sites/xinfa/persons/erase", { body: `{"identifier": "${secrets.card}"` }),
  ).toBe(400);
  expect(
    await ask("POST", "/api/v1/sites/xinfa/persons/export", {
      body: JSON.stringify({ identifier: [secrets.card] }),
    }),
  ).toBe(400);
  for (const path of [
    "/rejections",
    "/alerts",
    "/sites/xinfa/devices/g1",
    "/sites/xinfa/devices/g1/readings",
    "/tokens",
    "/accounts",
  ])
    expect(await ask("GET", `/api/v1${path}`)).toBe(200);
  for (const path of ["/metrics", "/openapi.json", "/", "/health/ready"])
    expect(await ask("GET", path)).toBe(200);
  // The history's server tells our own credentials back, and the alert quotes what it says.
  const alerts = await eventually(
    () => call("GET", "/api/v1/alerts"),
    (answer) => answer.text.includes("cannot serve"),
  );
  answers.push(alerts.text);

  const outputs = await Promise.all([
    outputOf(["config", "print"], { LINLI_SERIES_INFLUX_URL: `http://u:${secrets.urlPassword}@127.0.0.1:1` }),
    outputOf(["config", "check"], {
      LINLI_SERIES_INFLUX_URL: `http://u:${secrets.urlPassword}@127.0.0.1:1`,
      LINLI_MQTT_PORT: "x",
    }),
    outputOf(["site", "list"], {
      LINLI_URL: `http://u:${secrets.urlPassword}@127.0.0.1:1`,
      LINLI_TOKEN: secrets.adminToken,
    }),
    outputOf(["token", "list"], { LINLI_URL: url, LINLI_TOKEN: secrets.adminToken }),
    outputOf(["journal", "export", "--data-dir", dataDir]),
  ]);
  expect(outputs[0]).toContain("series.influx.url");
  expect(outputs[3]).toContain(id);
  expect(outputs[4]).toContain('"type":"rejection"');

  const [server] = [...children];
  const ended = once(server!, "exit");
  server!.kill("SIGTERM");
  await ended;
  const pepper = readFileSync(join(dataDir, "pepper"), "utf8").trim();
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && file.name !== "pepper")
    .map((file) => [file.name, readFileSync(join(file.parentPath, file.name))] as const);
  const disk = files.map(([, bytes]) => bytes.toString("latin1")).join("\n");
  const payloads = [...disk.matchAll(/"payload":"([^"]*)"/g)].map(([, one = ""]) =>
    Buffer.from(one, "base64").toString("latin1"),
  );
  expect(payloads.length).toBeGreaterThan(5);
  expect(said).toContain('"level":20');

  const places = {
    log: said,
    disk: `${disk}\n${payloads.join("\n")}`,
    answers: answers.join("\n"),
    outputs: outputs.join("\n"),
  };
  const planted = { ...secrets, pepper, password: credentials.password, token };
  const found = Object.entries(places).flatMap(([place, content]) =>
    Object.entries(planted)
      .filter(
        ([, secret]) =>
          content.includes(secret) ||
          content.includes(Buffer.from(secret).toString("latin1")) ||
          content.includes(btoa(encodeURIComponent(secret))),
      )
      .map(([what]) => `${what} in ${place}`),
  );
  expect(found).toEqual([]);
});
