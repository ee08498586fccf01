import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Plan, PlanDetail } from "../../gateway/api/contract.ts";
import { findChromium } from "../support/chromium.ts";
import { eventually } from "../support/gateway.ts";
import { desk, openStage, phone, type Stage } from "./stage.ts";

const chromium = findChromium();

describe.skipIf(chromium === undefined)("the plan", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium as string);
  });
  afterAll(() => stage?.close());

  test("shows every device where it stands, what is wrong at once, and leads to it", async () => {
    const visitor = await stage.open({ role: "viewer", ...desk });
    const { page } = visitor;
    await visitor.show("/plan");
    const [site] = await plans();
    await expect.poll(() => page.locator(".placed").count()).toBe((await detail(site!)).placements.length);
    const { body } = await stage.gateway.call<{ items: { id: string; name: string; device: string }[] }>(
      "GET",
      "/sites/xinfa/devices?kind=waste-bin",
    );
    const bin = body.items[0]!;
    stage.fleet.provoke(bin.id, "overfull");
    await page.locator(`.placed[data-mark="${bin.device}"]:not(.ok)`).waitFor();
    await visitor.shot("plan-desk-zh");
    await page.locator(".wrong button").filter({ hasText: bin.name }).click();
    await page.getByRole("heading", { name: bin.name }).waitFor();
    expect(await visitor.barriers()).toEqual([]);
    await page.getByRole("link", { name: "查看设备" }).click();
    await page.waitForURL(`${stage.gateway.url}/devices/${bin.device}`);
    expect(visitor.faults).toEqual([]);
  });

  test("is zoomed and moved by wheel, buttons and keys, and fits a phone in English", async () => {
    const visitor = await stage.open({ role: "viewer", locale: "en-GB", ...phone });
    const { page } = visitor;
    await visitor.show("/plan");
    const box = () => page.locator("[role=application] svg").getAttribute("viewBox");
    await page.locator(".placed").first().waitFor();
    const whole = await box();
    await page.getByRole("button", { name: "Zoom in" }).click();
    const near = await box();
    expect(near).not.toBe(whole);
    await page.getByRole("application").focus();
    await page.keyboard.press("ArrowRight");
    expect(await box()).not.toBe(near);
    await page.keyboard.press("0");
    expect(await box()).toBe(whole);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    await visitor.shot("plan-phone-en");
    expect(await visitor.barriers()).toEqual([]);
    expect(visitor.faults).toEqual([]);
  });

  test("is uploaded, given devices and facilities by hand, and removed; a drawing with a script is refused in words", async () => {
    const visitor = await stage.open({ role: "manager", ...desk });
    const { page } = visitor;
    await visitor.show("/plan");
    await page.getByRole("button", { name: "上传平面图" }).click();
    const drawing = (inside: string) => ({
      ...{ name: "花园.svg", mimeType: "image/svg+xml" },
      buffer: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300">${inside}</svg>`),
    });
    await page.locator("input[type=file]").setInputFiles(drawing("<script>alert(1)</script>"));
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByRole("dialog").getByRole("alert").filter({ hasText: "script" }).waitFor();
    await page
      .locator("input[type=file]")
      .setInputFiles(drawing('<rect width="400" height="300" fill="#dec"/>'));
    await page.getByRole("button", { name: "保存" }).click();
    const added = await eventually(plans, (found) => found.some(({ name }) => name === "花园"));
    const garden = added.find(({ name }) => name === "花园")!;
    await page.waitForURL(`**/plan/${garden.id}`);
    await page.getByRole("button", { name: "编辑" }).click();
    await page.getByLabel("未放置").fill("中心花园东区");
    await page.getByRole("button", { name: "中心花园东区灌溉阀" }).click();
    const sheet = page.getByRole("application");
    const { width, height } = (await sheet.boundingBox())!;
    await sheet.click({ position: { x: width / 2, y: height / 2 } });
    await page.locator(".placed").waitFor();
    const placed = await eventually(
      () => detail(garden),
      ({ placements }) => placements.length === 1,
    );
    expect(placed.placements[0]).toMatchObject({ device: "xinfa/irrigation-valve/valve-01" });
    expect(placed.placements[0]!.x).toBeCloseTo(200, -1);
    const mark = (await page.locator(".placed").boundingBox())!;
    await page.mouse.move(mark.x + mark.width / 2, mark.y + mark.height / 2);
    await page.mouse.down();
    await page.mouse.move(mark.x + 90, mark.y + 10, { steps: 5 });
    await page.mouse.up();
    await eventually(
      () => detail(garden),
      ({ placements }) => placements[0]!.x > placed.placements[0]!.x + 10,
    );
    await page.getByLabel("设施名称").fill("花园 <b>消火栓</b>");
    await page.getByRole("button", { name: "放置设施" }).click();
    await sheet.click({ position: { x: width / 2, y: height / 4 } });
    await eventually(
      () => detail(garden),
      ({ points }) => points.length === 1,
    );
    expect(await page.locator(".point title").textContent()).toBe("消火栓 · 花园 <b>消火栓</b>");
    await visitor.shot("plan-edit-desk-zh");
    expect(await visitor.barriers()).toEqual([]);
    await page.getByRole("button", { name: "删除平面图" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "删除平面图" }).click();
    await eventually(plans, (found) => found.every(({ id }) => id !== garden.id));
    expect(visitor.faults.filter((fault) => !fault.includes("400"))).toEqual([]);
  });

  async function plans(): Promise<Plan[]> {
    return (await stage.gateway.call<{ items: Plan[] }>("GET", "/sites/xinfa/plans")).body.items;
  }

  async function detail({ id }: Plan): Promise<PlanDetail> {
    return (await stage.gateway.call<PlanDetail>("GET", `/sites/xinfa/plans/${id}`)).body;
  }
});
