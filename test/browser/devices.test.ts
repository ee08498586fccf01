import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DeviceSeriesAnswer } from "../../gateway/api/contract.ts";
import { findChromium } from "../support/chromium.ts";
import { eventually } from "../support/gateway.ts";
import { desk, openStage, phone, type Stage, type Visitor } from "./stage.ts";

const chromium = findChromium();
const wicked = '<img src=x onerror="document.title=1">王';

interface Found {
  readonly id: string;
  readonly name: string;
  readonly device: string;
}

describe.skipIf(chromium === undefined)("the pages of devices", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium as string);
  });
  afterAll(() => stage?.close());

  test("lead from the overview to any device, its alerts and its history with three clicks", async () => {
    const visitor = await stage.open({ role: "manager", ...desk });
    const { page } = visitor;
    await visitor.show("/");
    const bin = await aDevice("waste-bin");
    let clicks = 0;
    const click = async (name: string) => {
      clicks++;
      await page.locator("main").getByText(name, { exact: true }).first().click();
    };
    await click("垃圾分类箱");
    await page.waitForURL(/\/devices\?kind=waste-bin$/);
    await click(bin.name);
    await page.waitForURL(new RegExp(`/devices/${bin.device}$`));
    await page.getByRole("heading", { name: "告警记录" }).waitFor();
    await click("历史");
    await page.locator(".chart canvas").first().waitFor();
    expect(clicks).toBe(3);
    // Back leads the same way.
    await page.goBack();
    await page.goBack();
    await page.waitForURL(/\/devices\?kind=waste-bin$/);
    expect(visitor.faults).toEqual([]);
  });

  test("list all devices, narrowed by what stands in the address, and go to one by keyboard", async () => {
    const visitor = await stage.open({ role: "viewer", ...desk });
    const { page } = visitor;
    await visitor.show("/devices");
    await rows(page).first().waitFor();
    await visitor.shot("devices-desk-zh");
    expect(await visitor.barriers()).toEqual([]);
    const all = await total(page);
    await page.getByRole("searchbox").fill("1号楼 门禁");
    await eventually(
      () => rows(page).allInnerTexts(),
      (texts) => texts.length > 0 && texts.every((text) => text.includes("门禁")),
    );
    expect(await total(page)).toBeLessThan(all);
    expect(decodeURIComponent(page.url())).toContain("text=1号楼");
    await page.reload();
    await rows(page).first().waitFor();
    expect(await page.getByRole("searchbox").inputValue()).toBe("1号楼 门禁");
    const [first = ""] = await rows(page).locator(".name").allInnerTexts();
    await page.getByRole("table").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: first }).waitFor();
    await visitor.show("/devices?text=no-such-device");
    await page.getByText("没有符合条件的设备").waitFor();
    await page.getByRole("button", { name: "清除筛选" }).last().click();
    await rows(page).first().waitFor();
    expect(visitor.faults).toEqual([]);
  });

  test("order by each column and hand out what is listed as a file", async () => {
    const visitor = await stage.open({ role: "viewer", ...desk, locale: "en-GB" });
    const { page } = visitor;
    await visitor.show("/devices?kind=waste-bin");
    await rows(page).first().waitFor();
    await page.getByRole("button", { name: "Fill" }).click();
    await page.waitForURL(/sort=value/);
    await page.getByRole("button", { name: "Fill" }).click();
    await page.waitForURL(/sort=-value/);
    const fills = (await rows(page).allInnerTexts()).map((text) => Number(/(\d+)\s*%/.exec(text)?.[1]));
    expect(fills.slice(0, 5)).toEqual(fills.slice(0, 5).toSorted((a, b) => b - a));
    await visitor.shot("devices-kind-desk-en");
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export list" }).click(),
    ]);
    const lines = readFileSync(await file.path(), "utf8")
      .trim()
      .split("\r\n");
    expect(lines[0]).toContain("Id,Name,Kind");
    expect(lines.length).toBe((await total(page)) + 1);
    expect(visitor.faults).toEqual([]);
  });

  test("show a change the moment it comes, on the list and on the page", async () => {
    const bin = await aDevice("waste-bin");
    const [list, one] = await Promise.all([
      stage.open({ role: "viewer", ...desk }),
      stage.open({ role: "viewer", ...phone }),
    ]);
    await list.show(`/devices?text=${bin.id}`);
    await one.show(`/devices/${bin.device}`);
    stage.fleet.provoke(bin.id, "overfull");
    await rows(list.page).filter({ hasText: bin.name }).filter({ hasText: "一般" }).first().waitFor();
    await one.page.locator(".open-alerts").getByText("垃圾满溢", { exact: true }).waitFor();
    await one.shot("device-phone-zh");
    expect(await one.barriers()).toEqual([]);
    expect(await overflow(one.page)).toBe(0);
    expect([...list.faults, ...one.faults]).toEqual([]);
  });

  test("send a command after it was confirmed, and follow it until it is done", async () => {
    const gate = await aDevice("access-gate");
    const visitor = await stage.open({ role: "manager", ...desk });
    const { page } = visitor;
    await visitor.show(`/devices/${gate.device}?tab=commands`);
    await page.getByRole("button", { name: "保持常开" }).click();
    const dialog = page.getByRole("dialog", { name: "保持常开" });
    await dialog.getByRole("button", { name: "发送" }).click();
    await dialog.getByText("请填写此项").waitFor();
    await dialog.getByLabel("常开时长（分钟）").fill("500");
    await dialog.getByText("不能大于 480").waitFor();
    await dialog.getByLabel("常开时长（分钟）").fill("5");
    await visitor.shot("device-command-desk-zh");
    expect(await visitor.barriers()).toEqual([]);
    await dialog.getByRole("button", { name: "发送" }).click();
    await page.getByText("已执行").waitFor();
    const { body } = await stage.gateway.call<{ items: { name: string; args: unknown }[] }>(
      "GET",
      `/sites/xinfa/devices/${gate.id}/commands`,
    );
    expect(body.items[0]).toMatchObject({ name: "hold-open", args: { minutes: 5 } });
    await visitor.shot("device-commands-desk-zh");
    expect(visitor.faults).toEqual([]);
  });

  test("show what a device said, and why some of it was refused, markup as text", async () => {
    const strange = await stage.gateway.device("waste-bin", "strange", { name: "怪桶" });
    const client = await strange.connect();
    await client.publishAsync(`${strange.topic}/telemetry`, JSON.stringify({ fill: 0.33, battery: 71 }), {
      qos: 1,
    });
    await client.publishAsync(`${strange.topic}/telemetry`, JSON.stringify({ fill: wicked }), { qos: 1 });
    await client.endAsync();
    const visitor = await stage.open({ role: "engineer", ...phone });
    const { page } = visitor;
    await visitor.show("/devices/xinfa/waste-bin/strange?tab=messages");
    await page.getByText("fill", { exact: false }).first().waitFor();
    await page.getByText("原文").first().click();
    await page.locator("pre").filter({ hasText: "<img" }).waitFor();
    await page.getByText("满溢度 33%").first().waitFor();
    expect(await page.title()).not.toBe("1");
    expect(await visitor.barriers()).toEqual([]);
    expect(await overflow(page)).toBe(0);
    await visitor.shot("device-messages-phone-zh");
    expect(visitor.faults).toEqual([]);
  });

  test("draw a part of the history larger when it is dragged over, and Back leads out again", async () => {
    const bin = await aDevice("waste-bin");
    const visitor = await stage.open({ role: "viewer", ...desk });
    const { page } = visitor;
    await visitor.show(`/devices/${bin.device}?tab=history&range=1h`);
    const plot = page.locator(".chart .u-over").first();
    await plot.waitFor();
    const box = (await plot.boundingBox()) as { x: number; y: number; width: number; height: number };
    await page.mouse.move(box.x + box.width * 0.5, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.9, box.y + 30, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/range=own/);
    const { searchParams } = new URL(page.url());
    const minutes =
      (Date.parse(`${searchParams.get("to")}`) - Date.parse(`${searchParams.get("from")}`)) / 60_000;
    expect(minutes).toBeGreaterThanOrEqual(24);
    expect(minutes).toBeLessThanOrEqual(26);
    expect(await page.getByLabel("从").inputValue()).toBe(searchParams.get("from"));
    await page.goBack();
    await page.waitForURL(/range=1h/);
    await page.getByRole("button", { name: "告警线" }).click();
    await page.waitForURL(/limits=1/);
    // A viewer takes no file of everything away.
    expect(await page.getByText("导出 CSV").count()).toBe(0);
    expect(visitor.faults).toEqual([]);
  });

  test("show nobody what he may not do", async () => {
    const valve = await aDevice("irrigation-valve");
    const visitor = await stage.open({ role: "viewer", ...desk });
    const { page } = visitor;
    await visitor.show(`/devices/${valve.device}?tab=commands`);
    await page.getByText("您的角色只能查看命令").waitFor();
    expect(await page.getByRole("button", { name: "编辑" }).count()).toBe(0);
    expect(await page.getByRole("tab", { name: "接入" }).count()).toBe(0);
    await visitor.show("/devices/xinfa/waste-bin/nothing");
    await page.getByText("没有这台设备").waitFor();
  });

  test("change a device, show markup as text, give it a password once, and remove it", async () => {
    await stage.gateway.call("POST", "/sites/xinfa/devices", { kind: "waste-bin", id: "spare" });
    const visitor = await stage.open({ role: "manager", ...desk });
    const { page } = visitor;
    await visitor.show("/devices/xinfa/waste-bin/spare");
    await page.getByRole("button", { name: "编辑" }).click();
    await page.getByLabel("名称").fill(wicked);
    await page.getByLabel("楼栋", { exact: true }).fill("3号楼");
    await page.getByLabel("垃圾类别").selectOption({ label: "厨余垃圾" });
    await visitor.shot("device-edit-desk-zh");
    expect(await visitor.barriers()).toEqual([]);
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByRole("heading", { level: 1, name: wicked }).waitFor();
    expect(await page.title()).not.toBe("1");

    await page.getByRole("tab", { name: "接入" }).click();
    await page.getByRole("button", { name: "更换密码" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "更换密码" }).click();
    const secret = page.getByRole("dialog", { name: "新密码" });
    await secret.getByText("xinfa/spare", { exact: true }).waitFor();
    await secret.getByText("linli/v1/xinfa/waste-bin/spare/telemetry", { exact: true }).waitFor();
    await visitor.shot("device-secret-desk-zh");
    expect(await visitor.barriers()).toEqual([]);
    await secret.getByRole("button", { name: "已保存，关闭" }).click();
    await page.getByRole("button", { name: "停用" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "停用" }).click();
    await page.getByText("已停用").first().waitFor();

    await page.getByRole("button", { name: "编辑" }).click();
    await page.getByRole("button", { name: "删除设备" }).click();
    await page.getByRole("dialog", { name: "删除设备" }).getByRole("button", { name: "删除设备" }).click();
    await page.waitForURL(/\/devices$/);
    await page.getByRole("searchbox").fill("spare");
    await page.getByText("没有符合条件的设备").waitFor();
    expect(visitor.faults).toEqual([]);
  });

  test("try limits on the past before they are set, for a site and for one device", async () => {
    const bin = await aDevice("waste-bin");
    const visitor = await stage.open({ role: "manager", ...desk });
    const { page } = visitor;
    await visitor.show("/thresholds?kind=waste-bin");
    const rule = page.locator(".rule").filter({ hasText: "即将满溢" });
    await rule.getByText("80%").waitFor();
    await visitor.shot("thresholds-desk-zh");
    expect(await visitor.barriers()).toEqual([]);
    await rule.getByRole("button", { name: "修改" }).click();
    const dialog = page.getByRole("dialog", { name: "修改阈值：即将满溢" });
    await dialog.getByLabel("达到此值报警 (%)").fill("2");
    await dialog.getByLabel("恢复值 (%)").fill("1");
    await previewed(visitor, dialog);
    await dialog.locator(".chart canvas").waitFor();
    await visitor.shot("thresholds-preview-desk-zh");
    expect(await visitor.barriers()).toEqual([]);
    await dialog.getByRole("button", { name: "保存" }).click();
    await rule.getByText("小区设置").waitFor();
    await rule.getByText(/设置于/).waitFor();
    await rule.getByText("默认 80%").waitFor();

    // Raise below clear is refused, and said beside the field that it concerns.
    await rule.getByRole("button", { name: "修改" }).click();
    await dialog.getByLabel("恢复值 (%)").fill("50");
    await dialog.getByRole("button", { name: "保存" }).click();
    await dialog.getByText(/要[大小]于同一规则的另一个值/).waitFor();
    await dialog.getByRole("button", { name: "恢复默认" }).click();
    await rule.getByText("小区设置").waitFor({ state: "detached" });

    await visitor.show(`/devices/${bin.device}?tab=limits`);
    const own = page.locator(".rule").filter({ hasText: "即将满溢" });
    await own.getByRole("button", { name: "修改" }).click();
    await dialog.getByLabel("达到此值报警 (%)").fill("85");
    await dialog.getByRole("button", { name: "保存" }).click();
    await own.getByText("本设备设置").waitFor();
    await visitor.show("/thresholds?kind=waste-bin&changed=1");
    await page.getByRole("button", { name: "1 台设备单独设置" }).click();
    await page.getByRole("link", { name: bin.name }).waitFor();
    expect(visitor.faults.filter((fault) => !fault.includes("400"))).toEqual([]);
  });

  test("a day that a device kept while it was away is drawn as it was", async () => {
    const { topic, connect } = await stage.gateway.device("waste-bin", "bin-away", {
      ...{ name: "9号楼厨余桶", building: "9号楼", facts: { wasteClass: "food" } },
    });
    const client = await connect();
    const now = Date.now();
    const minutes = Array.from({ length: 24 * 12 }, (_, index) => (index - 24 * 12) * 5);
    const messages = minutes.map((minute) => ({
      ts: now + minute * 60_000,
      // Emptied once, and warmer by day.
      fill: Math.round(((minute + 24 * 60) % 900) / 9.2) / 100,
      temperature: Math.round(80 + 60 * Math.sin(minute / 229)) / 10,
      battery: 71,
    }));
    for (let from = 0; from < messages.length; from += 48) {
      const payload = JSON.stringify(messages.slice(from, from + 48));
      await client.publishAsync(`${topic}/telemetry`, payload, { qos: 1 });
    }
    await client.publishAsync(`${topic}/telemetry`, '{"fill":0.97,"temperature":8.1,"battery":71}', {
      qos: 1,
    });
    const url = "/sites/xinfa/devices/bin-away/series?fields=fill";
    const { body } = await eventually(
      () => stage.gateway.call<DeviceSeriesAnswer>("GET", url),
      ({ body: { series } }) => (series[0]?.mean?.filter((one) => one !== null).length ?? 0) > 280,
    );
    expect(Math.max(...(body.series[0]?.max ?? []).map(Number))).toBe(0.97);
    const visitor = await stage.open({ role: "manager", ...desk });
    const { page } = visitor;
    await visitor.show("/devices/xinfa/waste-bin/bin-away?tab=history");
    await page.locator(".chart canvas").first().waitFor();
    await visitor.shot("device-history-desk-zh");
    expect(visitor.faults).toEqual([]);
    await client.endAsync();
  });

  test.each([
    ["desk", "light", "zh-CN", { contrast: "more", text: "large" }],
    ["desk", "dark", "en-GB", {}],
    ["phone", "light", "en-GB", {}],
    ["phone", "dark", "zh-CN", { contrast: "more", text: "large" }],
  ] as const)(
    "have no barrier and nothing beside the screen: %s, %s, %s %o",
    async (size, colorScheme, locale, look) => {
      const visitor = await stage.open({
        ...{ role: "manager", colorScheme, locale },
        ...(size === "desk" ? desk : phone),
      });
      const { page } = visitor;
      await page.evaluate(
        `localStorage.setItem("linli.appearance", ${JSON.stringify(JSON.stringify(look))})`,
      );
      const { device } = await aDevice("irrigation-valve");
      const tabs = ["now", "history", "messages", "commands", "limits", "access"];
      for (const path of ["/devices", "/thresholds", ...tabs.map((tab) => `/devices/${device}?tab=${tab}`)]) {
        await visitor.show(path);
        await page.locator("main h1").waitFor();
        await page.locator("main .skeleton").first().waitFor({ state: "detached" });
        expect([path, await visitor.barriers()]).toEqual([path, []]);
        expect([path, await overflow(page)]).toEqual([path, 0]);
        expect([path, await visitor.lowerThan("main button", 44)]).toEqual([path, []]);
      }
      await visitor.show(`/devices/${device}?tab=history&range=1h`);
      await page.locator("main .skeleton").first().waitFor({ state: "detached" });
      await visitor.shot(`device-history-${size}-${colorScheme}`);
      expect(visitor.faults).toEqual([]);
    },
  );

  async function aDevice(kind: string): Promise<Found> {
    const { body } = await stage.gateway.call<{ items: Found[] }>(
      "GET",
      `/sites/xinfa/devices?kind=${kind}&limit=1`,
    );
    return body.items[0] as Found;
  }
});

function rows(page: Page) {
  return page.locator("[role=table] .item");
}

/** Devices that are listed, of which only those in sight are drawn. */
async function total(page: Page): Promise<number> {
  return Number(await page.getByRole("table").getAttribute("aria-rowcount")) - 1;
}

function overflow(page: Page): Promise<number> {
  // A phone would widen its window to what is too wide.
  return page.evaluate(`document.documentElement.scrollWidth - ${page.viewportSize()?.width}`);
}

/** Runs the preview, which waits until what was sent has reached the store. */
async function previewed({ page }: Visitor, dialog: ReturnType<Page["getByRole"]>): Promise<void> {
  await eventually(
    async () => {
      await dialog.getByRole("button", { name: "用过去的数据试算" }).click();
      await dialog.locator(".result").waitFor();
      return dialog.locator(".withTried strong").innerText();
    },
    (text) => !text.startsWith("0"),
  );
  await page.locator(".result").waitFor();
}
