import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../support/chromium.ts";
import { eventually } from "../support/gateway.ts";
import { desk, openStage, phone, type Stage } from "./stage.ts";

const chromium = findChromium();
const wicked = '<img src=x onerror="document.title=1">王';

describe.skipIf(chromium === undefined)("the alerts", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium as string);
    const { body } = await stage.gateway.call<{ items: { id: string }[] }>(
      "GET",
      "/sites/xinfa/devices?kind=waste-bin&limit=2",
    );
    for (const { id } of body.items) stage.fleet.provoke(id, "overfull");
    await eventually(
      () => stage.gateway.call<{ items: unknown[] }>("GET", "/alerts?state=raised&kind=waste-bin"),
      (answer) => answer.body.items.length >= 2,
    );
  });
  afterAll(() => stage?.close());

  test("are opened, acknowledged with a note that stays text, and resolved after one question", async () => {
    const visitor = await stage.open({ role: "manager", ...desk });
    const { page } = visitor;
    await visitor.show("/alerts?acknowledged=false");
    await page.locator(".list .row").first().click();
    await page.waitForURL(/\/alerts\/[^?]+\?acknowledged=false/);
    await page.getByLabel("备注", { exact: true }).fill(wicked);
    await page.getByText("没有向任何人发送通知").waitFor();
    await page.getByRole("button", { name: "确认告警" }).click();
    await page.getByRole("complementary").getByText(wicked).waitFor();
    await page.getByRole("button", { name: "确认告警" }).waitFor({ state: "detached" });
    expect(await page.locator("main img").count()).toBe(0);
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("alerts-desk-zh");
    await page.getByRole("button", { name: "解除告警" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "解除告警" }).click();
    await page.getByRole("complementary").getByText("人工解除").waitFor();
    await page.getByRole("button", { name: "关闭详情" }).click();
    await page.waitForURL(/\/alerts\?acknowledged=false/);
    expect(visitor.faults).toEqual([]);
  });

  test("are marked and answered by the keyboard, given to a colleague together, and taken as a file", async () => {
    const { gateway, fleet } = stage;
    const { body } = await gateway.call<{ items: { id: string }[] }>(
      "GET",
      "/sites/xinfa/devices?kind=access-gate&limit=3",
    );
    for (const { id } of body.items) fleet.provoke(id, "tamper");
    await eventually(
      () => gateway.call<{ items: unknown[] }>("GET", "/alerts?state=raised&kind=access-gate&rule=tamper"),
      (answer) => answer.body.items.length >= 3,
    );
    await gateway.call("POST", "/sites/xinfa/contacts", {
      ...{ id: "zhang", name: wicked, role: "supervisor", ways: [] },
    });
    const visitor = await stage.open({ role: "manager", ...desk });
    const { page } = visitor;
    await visitor.show("/alerts?kind=access-gate&rule=tamper&acknowledged=false");
    const rows = page.locator(".list li .row");
    await eventually(
      () => rows.count(),
      (count) => count === 3,
    );
    // Marks the first and the last with what is between, by keys alone.
    await rows.first().focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("End");
    await page.keyboard.press("Shift+Space");
    await page.getByText("已标记 3 条").first().waitFor();
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("alerts-marked-desk-zh");
    await page.getByRole("button", { name: "派单" }).click();
    await page.getByRole("radio", { name: wicked }).check();
    await page.getByRole("dialog").getByLabel("备注").fill("下午处理");
    expect(await visitor.barriers()).toEqual([]);
    await page.getByRole("dialog").getByRole("button", { name: "派单", exact: true }).click();
    await page.getByText("已记录 3 条").waitFor();
    await eventually(
      () => page.getByText(`负责人 ${wicked}`).count(),
      (count) => count === 3,
    );
    expect(await page.locator("main img").count()).toBe(0);
    // Acknowledged under the focus, a row leaves the list and the next one takes the focus.
    await rows.first().focus();
    await page.keyboard.press("a");
    await eventually(
      () => rows.count(),
      (count) => count === 2,
    );
    await eventually(
      () => page.evaluate("document.activeElement.className"),
      (name) => String(name).includes("row"),
    );
    await page.getByLabel("负责人", { exact: true }).selectOption("none");
    await page.getByText("没有符合条件的告警").waitFor();
    await page.getByLabel("负责人", { exact: true }).selectOption("");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "导出 CSV" }).click();
    const file = await (await download).createReadStream();
    const text = (await file.toArray()).join("");
    expect(text.trim().split("\r\n")).toHaveLength(3);
    expect(text).toContain("下午处理");
    // Back to what the device measured then.
    await rows.first().click();
    await page.getByRole("link", { name: "查看当时的曲线" }).click();
    await page.waitForURL(/tab=history.*range=own.*from=/);
    expect(visitor.faults).toEqual([]);
  });

  test("are read on a phone in English, and a viewer is offered no step", async () => {
    const visitor = await stage.open({ role: "viewer", ...phone, locale: "en-GB" });
    const { page } = visitor;
    const delivery = { target: "markup <b>target</b>", contact: null, contactName: null, state: "failed" };
    const more = { attempts: 3, changedAt: new Date().toISOString(), reason: "the target answered 500" };
    await page.route("**/api/v1/notifications?alert=*", (route) =>
      route.fulfill({ json: { items: [{ id: "n1", deliveries: [{ ...delivery, ...more }] }], next: null } }),
    );
    await visitor.show("/alerts");
    await page.locator(".list .row").first().waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    await visitor.shot("alerts-phone-en");
    await page.locator(".list .row").first().click();
    await page.getByRole("heading", { name: "Timeline" }).waitFor();
    await page.getByText("markup <b>target</b>").waitFor();
    await page.getByText("Failed", { exact: true }).waitFor();
    await page.getByText("the target answered 500").waitFor();
    expect(await page.getByRole("button", { name: "Acknowledge" }).count()).toBe(0);
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("alert-phone-en");
    await page.getByRole("button", { name: "Close the details" }).click();
    await page.locator(".list .row").first().waitFor();
    expect(visitor.faults).toEqual([]);
  });
});
