import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadCatalogue } from "../../devices/kit/catalogue.ts";
import type { Catalogue } from "../../devices/kit/kind.ts";
import { createSystemClock } from "../../gateway/clock.ts";
import { startFleet } from "../../simulators/fleet.ts";
import { simulatorSettings } from "../../simulators/settings.ts";
import { eventually, openTestGateway, type TestGateway } from "../support/gateway.ts";

const kindFile = `
import { defineKind } from "./kit/define.ts";
import { celsius } from "./kit/quantities.ts";
import { above } from "./kit/rules.ts";
import { telemetry } from "./kit/samples.ts";

export default defineKind({
  name: "server-room",
  title: { zh: "机房", en: "Server room" },
  intervalMs: 60_000,
  fields: { temperature: celsius() },
  facts: {},
  events: {},
  commands: {},
  rules: [
    {
      id: "too-warm",
      severity: "major",
      title: { zh: "机房过热", en: "Too warm" },
      ...above("temperature", { raise: 35, clear: 30, unit: "°C" }),
      example: { raise: [telemetry({ temperature: 40 })], clear: [telemetry({ temperature: 20 })] },
    },
  ],
  summary: ["temperature"],
  examples: [telemetry({ temperature: 21 })],
  simulate: () => ({
    step: (now) => [{ stream: "telemetry", payload: { ts: now, temperature: 22 } }],
    command: () => ({ ok: false, error: "knows no command" }),
    provoke: (_, now) => [{ stream: "telemetry", payload: { ts: now, temperature: 41 } }],
  }),
});
`;

let folder: string;
let kinds: Catalogue;
let gateway: TestGateway;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "linli-kinds-"));
  await symlink(join(import.meta.dirname, "../../devices/kit"), join(folder, "kit"));
  await writeFile(join(folder, "server-room.ts"), kindFile);
  kinds = await loadCatalogue(folder);
  gateway = await openTestGateway({ kinds });
});
afterAll(async () => {
  await gateway?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("one file makes a kind known to validation, alerts, API and simulators", async () => {
  const kind = await gateway.call("GET", "/kinds/server-room");
  expect(kind.body).toMatchObject({ name: "server-room", title: { zh: "机房" } });

  const room = await gateway.device("server-room", "room-1");
  const fleet = startFleet({
    url: gateway.mqttUrl,
    devices: [{ site: "xinfa", kind: "server-room", id: "room-1", credentials: room.credentials }],
    catalogue: kinds,
    seed: "a",
    clock: createSystemClock(),
    settings: simulatorSettings.parse({ tickMs: 10 }),
  });
  await fleet.ready;
  fleet.provoke("room-1", "too-warm");
  const raised = await eventually(
    () => gateway.call<{ items: { rule: string }[] }>("GET", "/alerts?kind=server-room"),
    ({ body }) => body.items.length > 0,
  );
  expect(raised.body.items[0]).toMatchObject({ rule: "too-warm", severity: "major" });
  await fleet.stop();

  const client = await room.connect({ protocolVersion: 5 });
  const refused = await client
    .publishAsync(`${room.topic}/telemetry`, '{"temperature":"hot"}', { qos: 1 })
    .then(
      () => undefined,
      (error: { code: number }) => error.code,
    );
  expect(refused).toBe(0x99);
  await client.endAsync();
});
