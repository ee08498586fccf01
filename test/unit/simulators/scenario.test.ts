import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadCatalogue } from "../../../devices/kit/catalogue.ts";
import type { Catalogue } from "../../../devices/kit/kind.ts";
import { type App, startApp } from "../../../gateway/app.ts";
import { createSystemClock } from "../../../gateway/clock.ts";
import { configSchema } from "../../../gateway/config.ts";
import { createLog } from "../../../gateway/log.ts";
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
  expect(app.registry.site(site)).toBeDefined();
});
