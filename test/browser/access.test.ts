import { connectAsync } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../support/chromium.ts";
import { desk, openStage, phone, type Stage } from "./stage.ts";

const chromium = findChromium();

describe.skipIf(chromium === undefined)("what one gets in with", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium as string);
  });
  afterAll(() => stage?.close());

  test("a program gets an account that works at once, another password beside the old one, and is shut out", async () => {
    const visitor = await stage.open({ role: "admin", ...desk });
    const { page } = visitor;
    await visitor.show("/access");
    await page.getByText("还没有 MQTT 账户").waitFor();
    await page.getByRole("button", { name: "新建账户" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("名称").fill("Not A Name");
    await dialog.getByRole("button", { name: "新建账户" }).click();
    await dialog.getByText("请用 1 到 64 个字母").waitFor();
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("access-add-desk-zh");
    await dialog.getByLabel("名称").fill("zigbee2mqtt");
    await dialog.getByRole("button", { name: "新建账户" }).click();
    await page.getByRole("heading", { name: "账户 zigbee2mqtt 的密码" }).waitFor();
    const password = await secret();
    await connects(password);
    await page.getByRole("button", { name: "更换密码" }).click();
    await dialog.getByLabel("旧密码").selectOption("再用 1 小时");
    await dialog.getByRole("button", { name: "更换密码" }).click();
    await page.getByText("旧密码有效至").waitFor();
    const next = await secret();
    await connects(password);
    await connects(next);
    await page.getByText("新旧密码同时有效").waitFor();
    await visitor.shot("access-desk-zh");
    await page.getByRole("button", { name: "停用" }).click();
    await dialog.getByRole("button", { name: "停用" }).click();
    await page.getByText("已停用").waitFor();
    await expect(connects(next)).rejects.toThrow();
    await page.getByRole("button", { name: "删除" }).click();
    await dialog.getByRole("button", { name: "删除" }).click();
    await page.getByText("还没有 MQTT 账户").waitFor();
    expect(visitor.faults.filter((fault) => !fault.includes("400"))).toEqual([]);

    /** The password that is shown, once. */
    async function secret(): Promise<string> {
      const shown = await dialog.locator("code").nth(1).textContent();
      await dialog.getByRole("button", { name: "已保存，关闭" }).click();
      return shown ?? "";
    }
  });

  test("a token for one operation reads what it may and nothing else, until it is removed", async () => {
    const visitor = await stage.open({ role: "admin", ...phone, locale: "en-GB" });
    const { page } = visitor;
    await visitor.show("/access?tab=tokens");
    await page.getByRole("button", { name: "Add a token" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("<b>wall</b>");
    await dialog.getByLabel("Only these operations").fill("listSites");
    await dialog.getByRole("button", { name: "Add a token" }).click();
    await page.getByRole("heading", { name: "Token <b>wall</b>" }).waitFor();
    const token = (await dialog.locator("code").first().textContent()) ?? "";
    await dialog.getByRole("button", { name: "I have kept it" }).click();
    expect([await asked(token, "/sites"), await asked(token, "/alerts")]).toEqual([200, 403]);
    await page.getByText("Operations: 1").waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("access-tokens-phone-en");
    await page
      .locator("li")
      .filter({ hasText: "<b>wall</b>" })
      .getByRole("button", { name: "Remove" })
      .click();
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.locator("li").filter({ hasText: "<b>wall</b>" }).waitFor({ state: "detached" });
    expect(await asked(token, "/sites")).toBe(401);
    expect(visitor.faults).toEqual([]);
  });

  test("a person changes his own password, and ends what he has left open elsewhere", async () => {
    const visitor = await stage.open({ role: "viewer", ...phone });
    const { page } = visitor;
    await visitor.show("/");
    await page.getByRole("button", { name: "更多" }).click();
    await page.getByRole("dialog").getByRole("link", { name: "我的账户" }).click();
    await page.getByText("本设备", { exact: true }).waitFor();
    await page.getByText("只读 · 全部小区").waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("account-phone-zh");
    const login = (await page.locator("dd").first().textContent()) ?? "";
    expect(await logsIn(login, "a short sentence")).toBe(200);
    await page.reload();
    await page.getByRole("button", { name: "退出", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "退出" }).click();
    await page.getByText("已退出 1 个登录").waitFor();

    await fill("not my password", "a longer sentence", "another sentence");
    await page.getByText("两次输入的新密码不一致").waitFor();
    await fill("not my password", "a longer sentence", "a longer sentence");
    await page.getByText("当前密码不正确").waitFor();
    await fill("a short sentence", login, login);
    await page.getByText("太容易被猜到").waitFor();
    await fill("a short sentence", "a longer sentence", "a longer sentence");
    await page.getByText("密码已修改").waitFor();
    expect(await logsIn(login, "a short sentence")).toBe(401);
    expect(await logsIn(login, "a longer sentence")).toBe(200);
    // This browser is still in, and its stream comes back by itself.
    await visitor.show("/account");
    expect(visitor.faults.filter((fault) => !/40[01]/.test(fault))).toEqual([]);

    async function fill(old: string, next: string, again: string): Promise<void> {
      await page.getByLabel("当前密码").fill(old);
      await page.getByLabel("新密码", { exact: true }).fill(next);
      await page.getByLabel("再输入一次新密码").fill(again);
      await page.getByRole("button", { name: "修改密码" }).click();
    }
  });

  async function connects(password: string): Promise<void> {
    const client = await connectAsync(stage.gateway.mqttUrl, {
      ...{ username: "zigbee2mqtt", password, clientId: "z2m", reconnectPeriod: 0 },
    });
    await client.endAsync();
  }

  async function asked(token: string, path: string): Promise<number> {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${stage.gateway.url}/api/v1${path}`, { headers })).status;
  }

  /** Logs in from another browser; the status of the answer. */
  async function logsIn(login: string, password: string): Promise<number> {
    const answer = await fetch(`${stage.gateway.url}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ login, password }),
    });
    return answer.status;
  }
});
