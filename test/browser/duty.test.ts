import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Chain, Contact, Crew, Roster } from "../../gateway/api/contract.ts";
import { findChromium } from "../support/chromium.ts";
import { eventually } from "../support/gateway.ts";
import { desk, openStage, phone, type Stage, type Visitor } from "./stage.ts";

const chromium = findChromium();
const site = "/sites/xinfa";
const wicked = "王 <i>建国</i>";

describe.skipIf(chromium === undefined)("the duty page", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium as string);
  });
  afterAll(() => stage?.close());

  test("crews and contacts: one is founded, gets members, and is not removed while it has them", async () => {
    const visitor = await stage.open({ role: "manager", ...desk });
    const { page } = visitor;
    const dialog = page.getByRole("dialog");
    await visitor.show("/duty?tab=crews");
    await page.getByText("还没有登记消防队").waitFor();
    await page.getByRole("button", { name: "新建消防队" }).click();
    await dialog.getByLabel("名称").fill("东区微型消防站");
    await dialog.getByLabel("每班至少几人").fill("2");
    await dialog.getByLabel("7号楼").check();
    await dialog.getByRole("button", { name: "加一个时间" }).click();
    await dialog.getByText("再随机抽查").click();
    await dialog.getByLabel("每天几次").fill("20");
    await dialog.getByRole("button", { name: "新建消防队" }).click();
    await dialog.getByText("22:00 至 06:00 之间最多再随机查 7 次").waitFor();
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("duty-crew-desk-zh");
    await dialog.getByLabel("每天几次").fill("1");
    await dialog.getByRole("button", { name: "新建消防队" }).click();
    await page.getByRole("heading", { name: "东区微型消防站" }).waitFor();
    await page.getByText("每天 08:30、22:00–06:00 随机 1 次").waitFor();

    await page.getByRole("button", { name: "添加新人" }).click();
    await dialog.getByLabel("姓名").fill(wicked);
    await dialog.getByLabel("职责").selectOption("leader");
    await dialog.getByLabel("渠道").fill("phone");
    await dialog.getByLabel("号码或地址").fill("000-0000-0042");
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("duty-contact-desk-zh");
    await dialog.getByRole("button", { name: "添加联系人" }).click();
    await page.locator("main li").getByText(wicked).waitFor();
    for (const [id, name] of [
      ["li", "李秀兰"],
      ["zhang", "张志强"],
    ])
      await stage.gateway.call("POST", `${site}/contacts`, {
        id,
        name,
        role: "member",
        crew: await crewId(),
      });
    await stage.gateway.call("POST", `${site}/contacts`, {
      id: "office",
      name: "值班经理",
      role: "supervisor",
    });

    await stage.gateway.call("POST", `${site}/crews`, { id: "west", name: "西区微型消防站" });
    await stage.gateway.call("POST", `${site}/contacts`, {
      id: "zhou",
      name: "周卫东",
      role: "member",
      crew: "west",
    });
    await visitor.show("/duty?tab=crews");
    await page.getByRole("button", { name: "选队员" }).first().click();
    await dialog.getByLabel("周卫东").check();
    await dialog.getByLabel("周卫东 的职责").selectOption("leader");
    await dialog.getByLabel("李秀兰 的职责").selectOption("leader");
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("duty-members-desk-zh");
    await dialog.getByRole("button", { name: "保存" }).click();
    await page.getByText("已更新 2 人").waitFor();
    const { body } = await stage.gateway.call<Contact>("GET", `${site}/contacts/zhou`);
    expect(body).toMatchObject({ role: "leader", crew: await crewId() });
    await stage.gateway.call("DELETE", `${site}/contacts/zhou`);
    await stage.gateway.call("DELETE", `${site}/crews/west`);
    await visitor.show("/duty?tab=crews");

    await page.getByRole("button", { name: "删除 东区微型消防站" }).click();
    await dialog.getByRole("button", { name: "删除消防队" }).click();
    await dialog.getByText("还有联系人").waitFor();
    await page.keyboard.press("Escape");

    await page.getByRole("tab", { name: "联系人" }).click();
    await page.getByText("000-0000-0042").waitFor();
    await page.getByLabel("按姓名查找").fill("李");
    await page.waitForURL(/name=/);
    await page.getByRole("button", { name: "修改 李秀兰" }).click();
    await dialog.getByRole("button", { name: "添加联系方式" }).click();
    await dialog.getByLabel("渠道").fill("phone");
    await dialog.getByLabel("号码或地址").fill(" ");
    await dialog.getByRole("button", { name: "保存" }).click();
    await dialog.getByText("请填 1 到 256 个字").waitFor();
    await dialog.getByLabel("号码或地址").fill("000-0000-0043");
    await dialog.getByRole("button", { name: "保存" }).click();
    await page.getByText("000-0000-0043").waitFor();
    await page.getByLabel("按姓名查找").fill("");
    await page.getByRole("button", { name: "删除 值班经理" }).click();
    await dialog.getByRole("button", { name: "删除联系人" }).click();
    await page.getByText("已删除 值班经理").waitFor();
    await page.locator("main").getByText("张志强").waitFor();
    expect(await page.locator("main i").count()).toBe(0);
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("duty-people-desk-zh");
    expect(unexpected(visitor)).toEqual([]);
  });

  test("the roster: people are put on duty, a shift is changed and removed, a file is checked and taken, a week repeated", async () => {
    const visitor = await stage.open({ role: "manager", ...desk });
    const { page } = visitor;
    const dialog = page.getByRole("dialog");
    await visitor.show("/duty?tab=roster&week=2027-03-03");
    const tuesday = page.getByRole("region", { name: "周二 3/2" });
    await tuesday.getByText("全天无人").waitFor();
    await tuesday.getByRole("button", { name: "在 周二 3/2 排班" }).click();
    await dialog.getByRole("button", { name: "20:00–08:00" }).click();
    await dialog.getByText("3月2日 20:00 至 3月3日 08:00，共 12 小时").waitFor();
    await dialog.getByLabel(wicked).check();
    await dialog.getByLabel("李秀兰").check();
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("duty-shift-desk-zh");
    await dialog.getByRole("button", { name: "排 2 班" }).click();
    const shift = (who: string, hours: string) =>
      page.getByRole("button", { name: hours }).filter({ hasText: who });
    const night = shift(wicked, "3月2日 20:00 至 3月3日 08:00，修改");
    await night.waitFor();
    await tuesday.getByText("00:00–20:00 无人").waitFor();
    await page.getByRole("region", { name: "周三 3/3" }).getByText("08:00–24:00 无人").waitFor();

    await night.click();
    await dialog.getByLabel("下班").fill("09:00");
    await dialog.getByRole("button", { name: "保存" }).click();
    await shift(wicked, "3月2日 20:00 至 3月3日 09:00，修改").waitFor();
    await shift("李秀兰", "3月2日 20:00").click();
    await dialog.getByRole("button", { name: "删除这一班" }).click();
    await dialog.getByRole("button", { name: "删除这一班" }).click();
    await eventually(shifts, (found) => found.length === 1);

    await page.getByRole("button", { name: "导入", exact: true }).click();
    const line = (who: string, from: string) => `东区微型消防站,${who},2027-03-04,${from},20:00,否`;
    const header = "班组,人员,日期,上班,下班,带班";
    await dialog
      .getByLabel("或粘贴表格内容")
      .fill([header, line("李秀兰", "08:00"), line("王小明", "8点")].join("\n"));
    await dialog.getByRole("button", { name: "检查" }).click();
    await dialog.getByText("没有“王小明”这个联系人").waitFor();
    await dialog.getByText("这里是“8点”").waitFor();
    expect(await dialog.getByText("第 3 行").count()).toBe(1);
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("duty-import-desk-zh");
    const buffer = Buffer.from([header, line("李秀兰", "08:00"), line("张志强", "8:00")].join("\r\n"));
    await dialog.getByLabel("选择文件").setInputFiles({ name: "roster.csv", mimeType: "text/csv", buffer });
    await dialog.getByText("检查通过：加 2 班").waitFor();
    await dialog.getByRole("button", { name: "导入 2 班" }).click();
    await eventually(shifts, (found) => found.length === 3);
    await page.getByRole("region", { name: "周四 3/4" }).getByText("张志强").waitFor();

    // The keyboard leads from day to day, past those without anything.
    await page.getByRole("region", { name: "周四 3/4" }).getByRole("button").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowLeft");
    expect(await page.evaluate("document.activeElement.ariaLabel")).toContain("在 周三 3/3 排班");
    await page.keyboard.press("Enter");
    await dialog.getByLabel("连排到").fill("2027-03-04");
    await dialog.getByRole("button", { name: "08:00–20:00" }).click();
    await dialog.getByLabel(wicked).check();
    await dialog.getByLabel("张志强").check();
    await dialog.getByRole("button", { name: "排 4 班" }).click();
    await dialog.getByText("已加 2 班，标红的没有加上").waitFor();
    await dialog.getByText("张志强 在 3月4日 08:00 至 3月4日 20:00 已有排班").waitFor();
    await page.keyboard.press("Escape");
    await eventually(shifts, (found) => found.length === 5);

    await page.getByRole("button", { name: "下一周" }).click();
    await page.waitForURL(/week=2027-03-08/);
    await page.getByRole("button", { name: "照上周排" }).click();
    await dialog.getByRole("button", { name: "照上周排" }).click();
    await page.getByRole("region", { name: "周四 3/11" }).getByText("张志强").waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "导出本周" }).click(),
    ]);
    expect(file.suggestedFilename()).toBe("roster-xinfa-2027-03-08.csv");
    await page.goBack();
    await page.waitForURL(/week=2027-03-03/);
    await page.getByRole("region", { name: "周四 3/4" }).getByText("张志强").waitFor();
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("duty-roster-desk-zh");
    expect(unexpected(visitor)).toEqual([]);
  });

  test("a chain: its steps are read, changed where the gateway allows it, and put back", async () => {
    await stage.gateway.call("POST", `${site}/contacts`, {
      ...{ id: "night-office", name: "值班经理", role: "supervisor" },
      ways: [{ target: "phone", address: "000-0000-0001" }],
    });
    const visitor = await stage.open({ role: "manager", locale: "en-GB", ...desk });
    const { page } = visitor;
    await visitor.show("/duty?tab=chains");
    await page.getByText("after 1 min 25 sec").waitFor();
    await page.getByText("值班经理 (phone)").waitFor();
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("duty-chain-desk-en");
    await page.getByText("Major alerts").click();
    await page.waitForURL(/class=major/);
    await page.getByText("after 10 min").waitFor();
    await page.locator("main").getByText("Fire", { exact: true }).first().click();
    await page.getByRole("button", { name: "Change this chain" }).click();
    const first = page.getByRole("group", { name: "Step 1" });
    await first.getByLabel("When").selectOption("time");
    await first.getByLabel("How long").fill("10");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("the first step is at 0").waitFor();
    expect(await visitor.barriers()).toEqual([]);
    await first.getByLabel("When").selectOption("now");
    await page.getByRole("button", { name: "Remove step 6" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("This site's own").waitFor();
    const { body } = await stage.gateway.call<Chain>("GET", `${site}/chains/fire`);
    expect(body).toMatchObject({ isOwn: true, stages: { length: 5 }, repeatMs: 60_000 });
    await page.getByRole("button", { name: "Back to the built-in one" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Back to the built-in one" }).click();
    await page.getByText("Built in").waitFor();
    expect(unexpected(visitor)).toEqual([]);
  });

  test("duty checks: one is asked now, and the month can be printed and exported", async () => {
    const visitor = await stage.open({ role: "manager", ...desk });
    const { page } = visitor;
    await visitor.show("/duty?tab=checks");
    await page.getByRole("button", { name: "现在查岗：东区微型消防站" }).click();
    await page.getByText("等待应答").first().waitFor();
    expect(await page.getByRole("link", { name: "打印月表" }).getAttribute("href")).toBe(
      `${site}/duty-checks`,
    );
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "导出 CSV" }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^duty-checks-xinfa-\d{4}-\d{2}\.csv$/);
    await visitor.shot("duty-checks-desk-zh");
    expect(await visitor.barriers()).toEqual([]);
    await page.getByRole("tab", { name: "现在" }).click();
    await page.getByText("查岗中，等待应答").waitFor();
    await page.getByText("缺 2 人").waitFor();
    await visitor.shot("duty-now-desk-zh");
    expect(await visitor.barriers()).toEqual([]);
    expect(unexpected(visitor)).toEqual([]);
  });

  test("on a phone in English everything is read, and a viewer is offered no change and sees no number", async () => {
    const visitor = await stage.open({ role: "viewer", ...phone, locale: "en-GB" });
    const { page } = visitor;
    for (const [tab, said] of [
      ["now", "2 short"],
      ["roster&week=2027-03-04", "张志强"],
      ["crews", "7号楼"],
      ["people", "•••42"],
      ["chains", "Who would be called now"],
      ["checks", "open"],
    ] as const) {
      await visitor.show(`/duty?tab=${tab}`);
      await page.locator("main").getByText(said).first().waitFor({ state: "attached" });
      expect(await page.evaluate("document.documentElement.scrollWidth"), tab).toBe(390);
      expect(await visitor.lowerThan("main button, main a", 44), tab).toEqual([]);
      expect(await visitor.barriers(), tab).toEqual([]);
      const change = /^(Add|Change|Remove|Import|Copy|Choose|Ask)/;
      expect(await page.locator("main").getByRole("button", { name: change }).count(), tab).toBe(0);
      await visitor.shot(`duty-${tab.split("&")[0]}-phone-en`);
    }
    expect(unexpected(visitor)).toEqual([]);
  });

  test("on a phone a manager changes a shift and a chain", async () => {
    const visitor = await stage.open({ role: "manager", ...phone, locale: "en-GB" });
    const { page } = visitor;
    await visitor.show("/duty?tab=roster&week=2027-03-04");
    await page.getByRole("button", { name: /张志强.*4 Mar, 08:00.*change/ }).click();
    expect(await visitor.lowerThan("dialog button, dialog select, dialog label.check", 44)).toEqual([]);
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("duty-shift-phone-en");
    await page.getByRole("dialog").getByLabel("Leads the shift").check();
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await eventually(shifts, (found) => found.some(({ leads, contact }) => leads && contact === "zhang"));
    await visitor.show("/duty?tab=chains");
    await page.getByRole("button", { name: "Change this chain" }).click();
    await page.getByRole("group", { name: "Step 1" }).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(await visitor.lowerThan("main button, main select", 44)).toEqual([]);
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("duty-chain-change-phone-en");
    expect(unexpected(visitor)).toEqual([]);
  });

  async function crewId(): Promise<string> {
    const { body } = await stage.gateway.call<{ items: Crew[] }>("GET", `${site}/crews`);
    return body.items.find(({ name }) => name.startsWith("东区"))?.id ?? "";
  }

  /** The shifts of the first week of March 2027, with those who have them. */
  async function shifts(): Promise<(Roster["items"][number] & { contact: Contact["id"] })[]> {
    const { body } = await stage.gateway.call<Roster>(
      "GET",
      `${site}/shifts?from=2027-03-01T00:00:00Z&to=2027-03-07T00:00:00Z`,
    );
    return body.items;
  }
});

/** What went wrong beside the refusals that the test asked for. */
function unexpected({ faults }: Visitor): string[] {
  return faults.filter((fault) => !/status of (400|409)/.test(fault));
}
