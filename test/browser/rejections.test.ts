import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../support/chromium.ts";
import { eventually } from "../support/gateway.ts";
import { desk, openStage, phone, type Stage } from "./stage.ts";

const chromium = findChromium();
const wicked = '<img src=x onerror="document.title=1">王';

describe.skipIf(chromium === undefined)("the refused messages", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium as string);
    const strange = await stage.gateway.device("waste-bin", "strange", { name: wicked });
    const client = await strange.connect();
    for (const fill of [wicked, "full", "half"]) {
      await client.publishAsync(`${strange.topic}/telemetry`, JSON.stringify({ battery: 71, fill }), {
        qos: 1,
      });
    }
    await client.publishAsync(`${strange.topic}/telemetry`, Buffer.from([0xff, 0xfe, 0x41]), { qos: 1 });
    await client.endAsync();
    await eventually(
      () => stage.gateway.call<{ items: unknown[] }>("GET", "/rejections"),
      (answer) => answer.body.items.length >= 4,
    );
  });
  afterAll(() => stage?.close());

  test("are read by cause with the fault marked, and taken in again with a result for each", async () => {
    const visitor = await stage.open({ role: "manager", ...desk });
    const { page } = visitor;
    await visitor.show("/rejections");
    await page.getByRole("link", { name: "字段的值不合格 · fill" }).click();
    await page.waitForURL(/group=/);
    await page.getByText("原文", { exact: true }).last().click();
    await page.locator("mark").filter({ hasText: "<img" }).waitFor();
    expect(await page.locator("main img").count()).toBe(0);
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("rejections-desk-zh");
    await page.getByRole("checkbox", { name: "选择这条消息" }).first().check();
    await page.getByRole("button", { name: "重新接收所选 1 条" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "重新接收" }).click();
    await page.getByText("再次拒收", { exact: true }).waitFor();
    expect(await page.getByText("已采用", { exact: true }).count()).toBe(0);
    await page.getByRole("button", { name: "重新接收整类" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "重新接收" }).click();
    await page.getByText("已采用 0 条，再次拒收 3 条，已不存在 0 条").waitFor();
    expect(visitor.faults).toEqual([]);
  });

  test("are read on a phone in English, of one device, bytes as hex", async () => {
    const visitor = await stage.open({ role: "engineer", ...phone, locale: "en-GB" });
    const { page } = visitor;
    await visitor.show("/rejections?device=xinfa/waste-bin/strange");
    await page.getByRole("heading", { name: wicked }).waitFor();
    await page.getByText("Payload (bytes)").click();
    await page.getByText("0000  ff fe 41").waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("rejections-phone-en");
    await page.getByRole("link", { name: "Back to all causes" }).click();
    await page.getByRole("link", { name: "A field has a wrong value" }).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(visitor.faults).toEqual([]);
  });
});
