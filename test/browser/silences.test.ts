import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../support/chromium.ts";
import { eventually } from "../support/gateway.ts";
import { desk, openStage, phone, type Stage } from "./stage.ts";

const chromium = findChromium();
const wicked = '<img src=x onerror="document.title=1">换灯';

describe.skipIf(chromium === undefined)("the silences", () => {
  let stage: Stage;
  let bin: { id: string; building: string | null };
  beforeAll(async () => {
    stage = await openStage(chromium as string);
    const { body } = await stage.gateway.call<{ items: (typeof bin)[] }>(
      "GET",
      "/sites/xinfa/devices?kind=waste-bin&limit=1",
    );
    bin = body.items[0] as typeof bin;
  });
  afterAll(() => stage?.close());

  test("are set for a device, show what they hold back, last longer and end after one question", async () => {
    const visitor = await stage.open({ role: "manager", ...desk });
    const { page } = visitor;
    await visitor.show("/silences");
    await page.getByText("现在没有静默").waitFor();
    await page.getByRole("button", { name: "新建静默" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("一台设备").click();
    await dialog.getByLabel("设备编号").fill("no-such-device");
    await dialog.getByLabel("原因").fill(wicked);
    await dialog.getByRole("button", { name: "新建静默" }).click();
    await dialog.getByText("小区里没有这台设备").waitFor();
    await dialog.getByLabel("设备编号").fill(bin.id);
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("silence-add-desk-zh");
    await dialog.getByRole("button", { name: "新建静默" }).click();
    await page.locator(".silence").getByText(wicked).waitFor();
    expect(await page.locator("main img").count()).toBe(0);
    stage.fleet.provoke(bin.id, "overfull");
    await eventually(
      () =>
        stage.gateway.call<{ items: { muted: boolean; rule: string }[] }>(
          "GET",
          `/alerts?state=raised&device=xinfa/waste-bin/${bin.id}`,
        ),
      (answer) => answer.body.items.some(({ muted }) => muted),
    );
    await page.getByText(/正在静默 \d+ 条告警/).click();
    await visitor.shot("silences-desk-zh");
    expect(await visitor.barriers()).toEqual([]);

    const before = await readOpen();
    await page.getByRole("button", { name: "延长" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "延长" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    const after = await readOpen();
    expect(Date.parse(after?.to ?? "") - Date.parse(before?.to ?? "")).toBe(3_600_000);

    await page.getByRole("button", { name: "提前结束" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "提前结束" }).click();
    await page.getByText("现在没有静默").waitFor();
    await page.getByRole("tab", { name: "已结束" }).click();
    await page.waitForURL(/view=past/);
    await page.locator(".silence").getByText(wicked).waitFor();
    expect(visitor.faults).toEqual([]);
  });

  test("are read on a phone in English, and a viewer is offered no change", async () => {
    const to = new Date(Date.now() + 7_200_000).toISOString();
    const from = new Date(Date.now() + 3_600_000).toISOString();
    for (const start of [{}, { from }]) {
      const made = await stage.gateway.call("POST", "/sites/xinfa/mutes", {
        ...{ type: "maintenance", reason: "更换烟感", to, ...start },
      });
      expect(made.status).toBe(201);
    }
    const visitor = await stage.open({ role: "viewer", ...phone, locale: "en-GB" });
    const { page } = visitor;
    await visitor.show("/silences");
    await page.getByText("Begins in").waitFor();
    await page.getByText("A fire or a critical alert is never silenced.").waitFor();
    expect(await page.locator(".silence").count()).toBe(2);
    expect(await page.getByRole("button", { name: /Add a silence|End now|Extend/ }).count()).toBe(0);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(await visitor.lowerThan("main button, main a", 44)).toEqual([]);
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("silences-phone-en");
    expect(visitor.faults).toEqual([]);
  });

  async function readOpen(): Promise<{ to: string } | undefined> {
    const { body } = await eventually(
      () => stage.gateway.call<{ items: { to: string }[] }>("GET", "/sites/xinfa/mutes?active=true"),
      (answer) => answer.body.items.length === 1,
    );
    return body.items[0];
  }
});
