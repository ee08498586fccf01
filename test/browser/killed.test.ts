import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { type Browser, type BrowserContextOptions, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Incident, IncidentDetail } from "../../gateway/api/contract.ts";
import type { Role } from "../../gateway/types.ts";
import { findChromium } from "../support/chromium.ts";
import { eventually } from "../support/gateway.ts";
import { type Served, serve } from "../support/served.ts";
import { desk, type Invited, launch, logIn, openVisitor, phone, type Visitor } from "./stage.ts";

const path = findChromium();

describe.skipIf(path === undefined)("screens whose gateway is killed", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "linli-killed-"));
  let browser: Browser;
  let gateway: Served;
  let detector: MqttClient;

  beforeAll(async () => {
    browser = await launch(chromium, path as string);
    gateway = await serve(dataDir);
    await gateway.call("POST", "/sites", { id: "xinfa", name: "新发小区" });
    const { credentials } = await gateway.call<{ credentials: { username: string; password: string } }>(
      "POST",
      "/sites/xinfa/devices",
      {
        kind: "fire-detector",
        id: "smoke-7",
        name: "7号楼感烟",
        building: "7号楼",
        facts: { detects: "smoke" },
      },
    );
    detector = await connectAsync(gateway.mqttUrl, { clientId: "xinfa/smoke-7", ...credentials });
  });
  afterAll(async () => {
    await detector?.endAsync(true);
    await browser?.close();
    await gateway?.end("SIGKILL");
    rmSync(dataDir, { recursive: true, force: true });
  });

  test("keep the fire, send what was tapped meanwhile once, and are live again by themselves", async () => {
    const crew = await open("firefighter", phone);
    const wall = await open("viewer", desk);
    const office = await open("manager", desk);
    await crew.show("/fire");
    await wall.show("/wall");
    await office.show("/");
    await detector.publishAsync("linli/v1/xinfa/fire-detector/smoke-7/telemetry", '{"smoke":true}', {
      qos: 1,
    });
    const tap = crew.page.getByRole("button", { name: "接警", exact: true });
    await tap.waitFor();
    const [before] = (await gateway.call<{ items: Incident[] }>("GET", "/incidents?state=open")).items;

    await gateway.end("SIGKILL");
    await tap.click();
    await crew.page.getByText("按下，等待发送").first().waitFor();
    await office.page.getByRole("alert").filter({ hasText: "实时连接已中断" }).waitFor();
    await crew.shot("fire-killed-phone-zh");
    const { port } = new URL(gateway.url);
    gateway = await serve(dataDir, {}, "--http-port", port);

    for (const { page } of [crew, wall, office]) await page.locator("[role=status].live").waitFor();
    const after = await eventually(
      () => gateway.call<IncidentDetail>("GET", `/incidents/${before?.id}`),
      ({ state }) => state === "acknowledged",
    );
    expect(after.detectedAt).toBe(before?.detectedAt);
    expect(after.timeline.map(({ step }) => step).filter((step) => step !== "escalated")).toEqual([
      "detected",
      "acknowledged",
    ]);
    await crew.page.locator(".unsent").waitFor({ state: "detached" });
    await crew.page.getByRole("button", { name: "出动", exact: true }).waitFor();
    await office.page.getByText("实时连接已中断").waitFor({ state: "detached" });
    await office.page.getByText("火警进行中").waitFor();
    await wall.page.getByText("7号楼").first().waitFor();
  });

  async function open(role: Role, size: BrowserContextOptions): Promise<Visitor> {
    const visitor = await openVisitor(browser, gateway.url, size);
    const invite = async (person: object) =>
      (await gateway.call<Invited>("POST", "/people", person)).link.url;
    await logIn(visitor.page, gateway.url, role, invite);
    return visitor;
  }
});
