import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../support/chromium.ts";
import { desk, openStage, phone, type Stage } from "./stage.ts";

const chromium = findChromium();
const wicked = '<img src=x onerror="document.title=1">夜间';

describe.skipIf(chromium === undefined)("the drills", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium as string);
  });
  afterAll(() => stage?.close());

  test("are started after one question, followed stage by stage, and ended", async () => {
    const visitor = await stage.open({ role: "manager", ...desk });
    const { page } = visitor;
    await visitor.show("/drills");
    await page.getByText("还没有演练过").waitFor();
    await page.getByRole("button", { name: "开始演练" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("heading", { name: "会通知谁" }).waitFor();
    await dialog.getByText("立即").waitFor();
    await dialog.getByLabel("说明").fill(wicked);
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("drill-start-desk-zh");
    await dialog.getByRole("button", { name: "开始演练" }).click();
    await page.waitForURL(/drill=/);
    await page.locator(".panel .note").getByText(wicked).waitFor();
    expect(await page.locator("main img").count()).toBe(0);
    await page.locator(".panel li.reached", { hasText: "写入磁盘" }).waitFor();
    const id = new URL(page.url()).searchParams.get("drill");
    const { body } = await stage.gateway.call<{ incident: string }>("GET", `/drills/${id}`);
    await stage.gateway.call("POST", `/incidents/${body.incident}/acknowledge`, {});
    await page.locator(".panel li.reached", { hasText: "接警" }).waitFor();
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("drills-desk-zh");
    await page.getByRole("button", { name: "结束演练" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "结束演练" }).click();
    await page
      .locator(".panel")
      .getByText(/由 .+ 结束/)
      .waitFor();
    await page.getByRole("button", { name: "开始演练" }).waitFor();
    expect(visitor.faults).toEqual([]);
  });

  test("are read on a phone in English, and a viewer may start none", async () => {
    const visitor = await stage.open({ role: "viewer", ...phone, locale: "en-GB" });
    const { page } = visitor;
    await visitor.show("/drills");
    await page.getByRole("heading", { name: "Stages" }).waitFor();
    expect(await page.getByRole("button", { name: /Start a drill|End the drill/ }).count()).toBe(0);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("drills-phone-en");
    expect(visitor.faults).toEqual([]);
  });
});
