import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Incident, IncidentDetail } from "../../gateway/api/contract.ts";
import { findChromium } from "../support/chromium.ts";
import { openFaultyProxy } from "../support/faulty-proxy.ts";
import { eventually } from "../support/gateway.ts";
import { desk, openStage, phone, type Stage, type Visitor } from "./stage.ts";

const chromium = findChromium();

describe.skipIf(chromium === undefined)("the fire screen", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium as string);
  });
  afterAll(() => stage?.close());

  test("is calm while nothing burns, and tells whether stations and people are ready", async () => {
    const visitor = await stage.open({ role: "firefighter", ...desk });
    const { page } = visitor;
    await visitor.show("/fire");
    await page.getByRole("heading", { name: "没有火警" }).waitFor();
    await page.getByText("但此屏幕还不会响").waitFor();
    await page.getByText("就绪", { exact: true }).first().waitFor();
    await visitor.shot("fire-calm-desk-zh");
    expect(await visitor.barriers()).toEqual([]);
    expect(await visitor.lowerThan("button, nav a", 60)).toEqual([]);
    expect(visitor.faults).toEqual([]);
  });

  test("sounds for a fire from the first moment and is silent with the acknowledgement", async () => {
    const visitor = await listening(await stage.open({ role: "firefighter", ...phone }));
    const { page } = visitor;
    await visitor.show("/fire");
    await page.getByRole("button", { name: "开始值守" }).click();
    expect(await loudness(page)).toBe(0);
    const { id, building } = await aFire(stage, visitor);
    await expect.poll(() => loudness(page)).toBeGreaterThan(0.3);
    await page.getByText("拨打 119 这样说").waitFor();
    await page.getByText("地址：", { exact: false }).first().waitFor();
    if (building !== null) await page.getByRole("heading", { name: building }).waitFor();
    await visitor.shot("fire-card-phone-zh");
    expect(await visitor.barriers()).toEqual([]);
    expect(await visitor.lowerThan("button, nav a, .call", 60)).toEqual([]);
    await page.getByRole("button", { name: "接警", exact: true }).click();
    await expect.poll(() => loudness(page)).toBe(0);
    await eventually(
      () => incident(id),
      ({ state }) => state === "acknowledged",
    );
    await end(page, id);
    expect(visitor.faults).toEqual([]);
  });

  test("is quiet for half a minute by hand, but not about what comes then", async () => {
    const visitor = await listening(await stage.open({ role: "firefighter", ...desk }));
    const { page } = visitor;
    await visitor.show("/fire");
    await page.getByRole("button", { name: "开始值守" }).click();
    const first = await aFire(stage, visitor);
    await page.getByRole("button", { name: "静音 30 秒" }).click();
    await expect.poll(() => loudness(page)).toBe(0);
    const second = await aFire(stage, visitor);
    await expect.poll(() => loudness(page)).toBeGreaterThan(0.3);
    await visitor.shot("fire-two-desk-zh");
    for (const { id } of [first, second])
      await stage.gateway.call("POST", `/incidents/${id}/false-alarm`, { reason: "x" });
    await page.getByRole("heading", { name: "没有火警" }).waitFor();
    expect(visitor.faults).toEqual([]);
  });

  test("keeps taps and notes without a connection, says so, and sends each once when it is back", async () => {
    const way = await openFaultyProxy(stage.gateway.url);
    const visitor = await stage.open({ role: "firefighter", ...phone });
    const { page } = visitor;
    await visitor.show("/fire", way.url);
    const { id } = await aFire(stage, visitor);
    way.set({ kind: "refuse" });
    await page.getByRole("button", { name: "接警", exact: true }).click();
    await page.getByText("按下，等待发送").first().waitFor();
    await page.getByRole("button", { name: "出动", exact: true }).click();
    await page.getByRole("button", { name: "记录" }).click();
    await page.getByRole("button", { name: "有人员被困" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "记录", exact: true }).click();
    await expect.poll(() => page.getByText("按下，等待发送").count()).toBe(3);
    await visitor.shot("fire-unsent-phone-zh");
    expect((await incident(id)).state).toBe("detected");
    way.set({ kind: "none" });
    const arrived = await eventually(
      () => incident(id),
      ({ timeline }) => timeline.some(({ step }) => step === "noted"),
    );
    expect(arrived.timeline.map(({ step }) => step)).toEqual([
      "detected",
      "acknowledged",
      "dispatched",
      "noted",
    ]);
    expect(arrived.timeline.at(-1)?.note).toContain("有人员被困");
    await page.getByText("按下，等待发送").first().waitFor({ state: "detached" });
    await end(page, id);
    await way.stop();
  });

  test("takes a step once although the gateway's answer was lost and the tap was sent again", async () => {
    const way = await openFaultyProxy(stage.gateway.url);
    const visitor = await listening(await stage.open({ role: "firefighter", ...phone }));
    const { page } = visitor;
    await visitor.show("/fire", way.url);
    await page.getByRole("button", { name: "开始值守" }).click();
    const { id } = await aFire(stage, visitor);
    await expect.poll(() => loudness(page)).toBeGreaterThan(0.3);
    way.set({ kind: "cut-answer", afterBytes: 0 });
    await page.getByRole("button", { name: "接警", exact: true }).click();
    await eventually(
      () => incident(id),
      ({ state }) => state === "acknowledged",
    );
    await page.getByText("按下，等待发送").waitFor();
    // Whoever has answered here is not called any more, although the gateway's word is still missing.
    await expect.poll(() => loudness(page)).toBe(0);
    way.set({ kind: "none" });
    await page.locator(".unsent").waitFor({ state: "detached" });
    const { timeline } = await incident(id);
    expect(timeline.map(({ step }) => step)).toEqual(["detected", "acknowledged"]);
    await end(page, id);
    await way.stop();
  });

  test("says loudly that it is cut off, asks for the tap again after it was loaded anew, and speaks English", async () => {
    const way = await openFaultyProxy(stage.gateway.url);
    const visitor = await listening(await stage.open({ role: "firefighter", locale: "en-GB", ...desk }));
    const { page } = visitor;
    await page.clock.install();
    await visitor.show("/fire", way.url);
    await page.getByRole("button", { name: "Start duty" }).click();
    way.set({ kind: "refuse" });
    await page.locator("[role=status].lost").waitFor({ state: "attached" });
    await page.clock.fastForward(11_000);
    await page.getByRole("alert").filter({ hasText: "No alarm reaches this screen now" }).waitFor();
    await visitor.shot("fire-lost-desk-en");
    await expect.poll(() => loudness(page)).toBeGreaterThan(0.1);
    way.set({ kind: "none" });
    await visitor.show("/fire", way.url);
    await page.getByRole("button", { name: "tap here for the siren" }).click();
    await page.getByRole("button", { name: "tap here for the siren" }).waitFor({ state: "detached" });
    await way.stop();
  });

  test("asks for a duty check until somebody answers it", async () => {
    await stage.gateway.call("POST", "/sites/xinfa/crews", { id: "east", name: "东区微型消防站", least: 1 });
    const visitor = await listening(await stage.open({ role: "firefighter", ...phone }));
    const { page } = visitor;
    await visitor.show("/fire");
    await page.getByRole("button", { name: "开始值守" }).click();
    await stage.gateway.call("POST", "/sites/xinfa/crews/east/duty-checks");
    await page.getByText("东区微型消防站：请确认在岗").waitFor();
    await expect.poll(() => loudness(page)).toBeGreaterThan(0.2);
    await visitor.shot("fire-duty-check-phone-zh");
    expect(await visitor.barriers()).toEqual([]);
    await page.getByRole("button", { name: "我在岗" }).click();
    await page.getByText("东区微型消防站：请确认在岗").waitFor({ state: "detached" });
    const { body } = await stage.gateway.call<{ items: { state: string }[] }>(
      "GET",
      "/sites/xinfa/duty-checks",
    );
    expect(body.items[0]?.state).toBe("answered");
    expect(visitor.faults).toEqual([]);
  });

  test("keeps a record of what burned before, which can be printed", async () => {
    const visitor = await stage.open({ role: "viewer", ...desk });
    const { page } = visitor;
    await visitor.show("/fire/history");
    await page.getByText("近 30 天").waitFor();
    const rows = page.locator(".history li a");
    await rows.first().waitFor();
    await visitor.shot("fire-history-desk-zh");
    expect(await visitor.barriers()).toEqual([]);
    await rows.first().click();
    await page.waitForURL(/\/incidents\/[a-z0-9]+$/);
    expect(visitor.faults).toEqual([]);
  });

  async function incident(id: string): Promise<IncidentDetail> {
    return (await stage.gateway.call<IncidentDetail>("GET", `/incidents/${id}`)).body;
  }

  /** Goes the way to the end, as a person does. */
  async function end(page: Page, id: string): Promise<void> {
    await page.getByRole("button", { name: "误报" }).click();
    await page.getByRole("button", { name: "厨房油烟" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "误报", exact: true }).click();
    const { reason } = await eventually(
      () => incident(id),
      ({ state }) => state === "false-alarm",
    );
    expect(reason).toContain("厨房油烟");
  }
});

/** Lets a detector of the simulator see a fire, one that has not before, and waits until the screen shows it. */
async function aFire(stage: Stage, { page }: Visitor): Promise<Incident> {
  const { body } = await stage.gateway.call<{ items: { id: string }[] }>(
    "GET",
    "/sites/xinfa/devices?kind=fire-detector",
  );
  const detector = body.items[used++ % body.items.length]!;
  const before = new Set((await open(stage)).map(({ id }) => id));
  stage.fleet.provoke(detector.id, "fire");
  const fresh = await eventually(
    () => open(stage).then((found) => found.find(({ id }) => !before.has(id))),
    (found) => found !== undefined,
  );
  stage.fleet.provoke(detector.id, "normal");
  await page.getByRole("button", { name: /^(接警|Acknowledge)$/ }).waitFor();
  return fresh!;
}

let used = 0;

async function open(stage: Stage): Promise<Incident[]> {
  return (await stage.gateway.call<{ items: Incident[] }>("GET", "/incidents?state=open")).body.items;
}

/** Puts a meter behind everything that the page sounds. */
async function listening(visitor: Visitor): Promise<Visitor> {
  await visitor.page.addInitScript(`
    window.meters = [];
    const make = BaseAudioContext.prototype.createGain;
    BaseAudioContext.prototype.createGain = function () {
      const gain = make.call(this);
      const meter = this.createAnalyser();
      meter.fftSize = 32768;
      gain.connect(meter);
      window.meters.push(meter);
      return gain;
    };
    const stop = GainNode.prototype.disconnect;
    GainNode.prototype.disconnect = function () {
      window.meters = [];
      stop.call(this);
    };
  `);
  return visitor;
}

/** The loudest of the last 0.7 s of what the page sends to the loudspeaker, 0 to 1. */
async function loudness(page: Page): Promise<number> {
  return page.evaluate(`Math.max(0, ...window.meters.map((meter) => {
    const samples = new Float32Array(meter.fftSize);
    meter.getFloatTimeDomainData(samples);
    return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  }))`);
}
