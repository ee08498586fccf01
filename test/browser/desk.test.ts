import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Person } from "../../gateway/api/contract.ts";
import { findChromium } from "../support/chromium.ts";
import { eventually } from "../support/gateway.ts";
import { desk, openStage, phone, type Stage } from "./stage.ts";

const chromium = findChromium();

describe.skipIf(chromium === undefined)("the pages of the property desk", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium as string);
  });
  afterAll(() => stage?.close());

  test("people: one is invited, gets a role at a site, is shut out and let in again", async () => {
    const visitor = await stage.open({ role: "admin", locale: "en-GB", ...desk });
    const { page } = visitor;
    await visitor.show("/people");
    await page.getByRole("button", { name: "Invite somebody" }).click();
    await page.getByLabel("Log-in name").fill("wang");
    await page.getByLabel("Name, as records say it").fill("王 <i>队长</i>");
    await page.getByLabel("Role").selectOption("firefighter");
    await page.getByLabel("Where").selectOption("xinfa");
    await page.getByRole("dialog").getByRole("button", { name: "Invite somebody" }).click();
    expect(await page.locator(".link").textContent()).toMatch(/\/link\/[a-z0-9]{20,}$/);
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
    const row = page.locator("li").filter({ hasText: "王 <i>队长</i>" });
    await row.getByText("Firefighter · 新发小区").waitFor();
    await visitor.shot("people-desk-en");
    expect(await visitor.barriers()).toEqual([]);
    await row.getByRole("button", { name: "Shut out" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Shut out" }).click();
    await eventually(people, (found) => found.some(({ login, active }) => login === "wang" && !active));
    await row.getByRole("button", { name: "Let in again" }).click();
    await eventually(people, (found) => found.some(({ login, active }) => login === "wang" && active));
    expect(visitor.faults).toEqual([]);
  });

  test("the audit trail: says who did what, narrowed in the address, on a phone too", async () => {
    await stage.gateway.call("PATCH", "/sites/xinfa", { address: "新发路 18 号" });
    const visitor = await stage.open({ role: "admin", ...phone });
    const { page } = visitor;
    await visitor.show("/audit?action=updateSite");
    await page.locator("main li").getByText("修改小区资料").first().waitFor();
    await page.getByText("链头：第").waitFor();
    expect(await page.locator("main li").count()).toBe(1);
    await page.getByLabel("结果").selectOption("refused");
    await page.getByText("没有符合的记录").waitFor();
    await page.waitForURL(/outcome=refused/);
    await page.getByRole("button", { name: "清除筛选" }).click();
    await page.getByLabel("操作", { exact: true }).selectOption("邀请人员");
    // The name leads to all that this one did, the thing that was touched to its page.
    await page.locator("main li .who").first().click();
    await page.waitForURL(/by=(settings|token)/);
    await page.locator("main li a.target").first().waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "导出 CSV" }).click(),
    ]);
    expect(file.suggestedFilename()).toBe("audit.csv");
    await visitor.shot("audit-phone-zh");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(await visitor.barriers()).toEqual([]);
    expect(visitor.faults).toEqual([]);
  });

  test("the registry: a site gets its address, a device its password once, and a table its faults by line", async () => {
    const visitor = await stage.open({ role: "manager", ...desk });
    const { page } = visitor;
    await visitor.show("/registry");
    await page.getByRole("button", { name: "修改小区" }).click();
    await page.getByLabel("值班电话").fill("问门卫");
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByText("请填电话号码，如 0592-5551190").waitFor();
    await page.getByLabel("值班电话").fill("0592-5550000");
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByText("0592-5550000").waitFor();
    await visitor.shot("registry-desk-zh");
    expect(await visitor.barriers()).toEqual([]);

    await page.getByRole("button", { name: "登记设备" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("类型").selectOption("waste-bin");
    await dialog.getByLabel("编号").fill("bin-new");
    await dialog.getByLabel("名称").fill("新桶");
    await dialog.getByRole("button", { name: "登记设备" }).click();
    await page.getByText("新桶 的密码，只显示这一次").waitFor();
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: "从 CSV 导入" }).click();
    const table = dialog.getByLabel("或粘贴表格内容");
    await table.fill("类型,编号,名称\nwaste-bin,bin-a,甲桶\ntoaster,bin-b,乙桶\n");
    await dialog.getByRole("button", { name: "检查" }).click();
    await dialog.getByText("第 3 行").waitFor();
    await visitor.shot("registry-import-desk-zh");
    expect(await visitor.barriers()).toEqual([]);
    await table.fill("类型,编号,名称\nwaste-bin,bin-a,甲桶\nwaste-bin,bin-b,乙桶\n");
    await dialog.getByRole("button", { name: "检查" }).click();
    await dialog.getByRole("button", { name: "登记 2 台设备" }).click();
    await dialog.getByText("已登记 2 台设备").waitFor();
    const { status } = await stage.gateway.call("GET", "/sites/xinfa/devices/bin-b");
    expect(status).toBe(200);
    expect(visitor.faults.filter((fault) => !fault.includes("400"))).toEqual([]);
  });

  test("reports: fires answered, alerts and devices reached in a month, as files and on paper", async () => {
    const visitor = await stage.open({ role: "viewer", ...desk });
    const { page } = visitor;
    const { body } = await stage.gateway.call<{ items: { id: string; device: string; name: string }[] }>(
      "GET",
      "/sites/xinfa/devices?kind=waste-bin",
    );
    const bin = body.items[0]!;
    stage.fleet.provoke(bin.id, "overfull");
    await eventually(
      () => stage.gateway.call<{ items: unknown[] }>("GET", `/alerts?device=${bin.device}`),
      (answer) => answer.body.items.length > 0,
    );
    await visitor.show("/reports");
    await page.getByRole("heading", { name: "火警响应" }).waitFor();
    await visitor.shot("reports-response-desk-zh");
    expect(await visitor.barriers()).toEqual([]);
    await page.getByRole("tab", { name: "告警" }).click();
    await page.getByText("按类型").waitFor();
    await visitor.shot("reports-desk-zh");
    expect(await visitor.barriers()).toEqual([]);
    expect(await saved()).toMatch(/^alerts-\d{4}-\d{2}\.csv$/);
    await page.getByRole("tab", { name: "设备在线率" }).click();
    await page.getByRole("row").filter({ hasText: "垃圾分类箱" }).getByText("100%").waitFor();
    await page.getByText(/自 .* 起有记录/).waitFor();
    await visitor.shot("reports-availability-desk-zh");
    expect(await visitor.barriers()).toEqual([]);
    expect(await saved()).toMatch(/^availability-xinfa-\d{4}-\d{2}\.csv$/);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("nav").first().isVisible()).toBe(false);
    await page.emulateMedia({ media: "screen" });
    await page.getByRole("tab", { name: "告警" }).click();
    await page.getByLabel("月份").fill("2020-01");
    await page.getByText("这个月没有告警").waitFor();
    await page.waitForURL(/month=2020-01/);
    expect(visitor.faults).toEqual([]);

    /** The name of the file that the report gives. */
    async function saved(): Promise<string> {
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "导出 CSV" }).click(),
      ]);
      return file.suggestedFilename();
    }
  });

  test("incidents and notifications: what burned, and that nobody can be told without a target", async () => {
    const { body } = await stage.gateway.call<{ items: { id: string; name: string }[] }>(
      "GET",
      "/sites/xinfa/devices?kind=fire-detector",
    );
    const visitor = await stage.open({ role: "firefighter", ...desk });
    const { page } = visitor;
    await visitor.show("/incidents?drills=noDrills");
    stage.fleet.provoke(body.items[0]!.id, "fire");
    const row = page.locator("li.open").filter({ hasText: body.items[0]!.name });
    await row.getByText("待接警").waitFor();
    await visitor.shot("incidents-desk-zh");
    expect(await visitor.barriers()).toEqual([]);
    expect(await row.getByRole("link", { name: "完整记录" }).getAttribute("href")).toMatch(
      /^\/incidents\/\w+$/,
    );
    await page.getByLabel("状态").selectOption("ended");
    await row.waitFor({ state: "detached" });
    await page.waitForURL(/state=ended/);
    await visitor.show("/notifications");
    await page.getByText("没有配置通知通道").waitFor();
    expect(await visitor.barriers()).toEqual([]);
    expect(visitor.faults).toEqual([]);
  });

  async function people(): Promise<Person[]> {
    return (await stage.gateway.call<{ items: Person[] }>("GET", "/people")).body.items;
  }
});
