import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "../../../client/api.ts";
import { loadCatalogue } from "../../../devices/kit/catalogue.ts";
import type { Catalogue } from "../../../devices/kit/kind.ts";
import { type App, startApp } from "../../../gateway/app.ts";
import { createSystemClock } from "../../../gateway/clock.ts";
import { configSchema } from "../../../gateway/config.ts";
import { createLog } from "../../../gateway/log.ts";
import { registerDevices } from "../../../simulators/register.ts";
import { playScenario } from "../../../simulators/scenario.ts";
import {
  loadScenario,
  parseScenario,
  type Scenario,
  scenarioFolder,
} from "../../../simulators/scenario-file.ts";
import { aFolder, settings } from "./support.ts";

const token = "a-token-for-tests-only";
let folder: Awaited<ReturnType<typeof aFolder>>;
let app: App;
let catalogue: Catalogue;

beforeAll(async () => {
  folder = await aFolder();
  catalogue = await loadCatalogue();
  const config = configSchema.parse({
    mqttPort: 0,
    httpPort: 0,
    dataDir: folder.path("data"),
    adminToken: token,
    logLevel: "error",
    alert: { quiet: { lostHoldMs: 1000, graceMs: 0 } },
  });
  app = await startApp({ config, log: createLog({ level: "error" }), version: "0" });
});
afterAll(async () => {
  await app?.stop();
  await folder.remove();
});

function play(scenario: Scenario) {
  return playScenario({
    scenario,
    brokerUrl: `mqtt://127.0.0.1:${app.mqttPort}`,
    apiUrl: `http://127.0.0.1:${app.httpPort}`,
    token,
    catalogue,
    clock: createSystemClock(),
    settings,
  });
}

const files = (await readdir(scenarioFolder)).filter((file) => file.endsWith(".yaml"));

test.each(files)("the gateway's alerts are those that %s expects", async (file) => {
  const report = await play(await loadScenario(join(scenarioFolder, file)));
  expect(report.differences).toEqual([]);
});

test("what differs is said, and the site is kept to look at", async () => {
  const scenario = parseScenario(
    `
title: { zh: 试, en: Try }
devices: [{ kind: waste-bin, id: bin }]
steps:
  - connect: all
  - send: { devices: bin, telemetry: { temperature: 84 } }
  - send: { devices: bin, telemetry: { temperature: very } }
expect:
  within: 100ms
  alerts:
    - { devices: bin, rule: fire, severity: minor }
    - { devices: bin, rule: methane, severity: major }
  values: [{ devices: bin, field: temperature, value: 21 }]
  presence: [{ devices: bin, presence: offline }]
`,
    "try.yaml",
  );
  const { site, differences } = await play(scenario);
  expect(differences).toEqual([
    "differs: bin fire: is critical, expected minor",
    "missing: bin methane (major, raised)",
    "differs: bin temperature is 84, expected 21",
    "differs: bin is online, expected offline",
    expect.stringMatching(/^differs: 1 rejections, expected 0 to 0 \(the newest: field-invalid on /),
  ]);
  const api = createApi({ url: `http://127.0.0.1:${app.httpPort}`, token, timeoutMs: 5000 });
  expect(await api.get(`/sites/${site}`)).toMatchObject({ id: site });
});

test("registering again changes nothing while the passwords are kept, and gives new ones when they are not", async () => {
  const api = createApi({ url: `http://127.0.0.1:${app.httpPort}`, token, timeoutMs: 5000 });
  const devices = ["a", "b", "c"].map((id) => ({ kind: "waste-bin", id, building: "1号楼" }));
  const credentialsFile = folder.path("credentials.json");
  const registration = { api, site: { id: "again", name: "再来" }, devices, credentialsFile };
  const first = await registerDevices(registration);
  expect(first.map(({ credentials }) => credentials.username)).toEqual(["again/a", "again/b", "again/c"]);
  expect(await registerDevices(registration)).toEqual(first);
  expect((await stat(credentialsFile)).mode & 0o777).toBe(0o600);

  const rotated = await registerDevices({ api, site: registration.site, devices });
  expect(rotated.map(({ credentials }) => credentials.username)).toEqual(["again/a", "again/b", "again/c"]);
  expect(rotated[0]?.credentials.password).not.toBe(first[0]?.credentials.password);
});

test("what the API refuses is said with its reason", async () => {
  const url = `http://127.0.0.1:${app.httpPort}`;
  const wrong = createApi({ url, token: "wrong", timeoutMs: 5000 });
  await expect(wrong.get("/sites")).rejects.toMatchObject({ code: "unauthorised" });
  const away = createApi({ url: "http://127.0.0.1:1", token, timeoutMs: 5000 });
  await expect(away.get("/sites")).rejects.toThrow("no gateway answers at http://127.0.0.1:1");
  const api = createApi({ url, token, timeoutMs: 5000 });
  await expect(api.post("/sites", { id: "a/b", name: "x" })).rejects.toThrow(
    "the gateway refused POST /sites (400): id: must",
  );
});
