import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { createServer, type ViteDevServer } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../house/sources.ts";
import { findChromium } from "../support/chromium.ts";
import { desk, launch, openVisitor, phone } from "./stage.ts";

const found = findChromium();

describe.skipIf(found === undefined)("the parts of the screens", () => {
  let server: ViteDevServer;
  let browser: Browser;
  let url: string;
  beforeAll(async () => {
    server = await createServer({
      configFile: join(root, "dashboards/web/vite.config.ts"),
      root: join(root, "test/browser/parts"),
      logLevel: "error",
      server: { port: 0, host: "127.0.0.1", fs: { allow: [root] }, proxy: {} },
    });
    await server.listen();
    url = `http://127.0.0.1:${(server.httpServer!.address() as AddressInfo).port}`;
    browser = await launch(chromium, found as string);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  async function open(options: Parameters<typeof openVisitor>[2]) {
    const visitor = await openVisitor(browser, url, options);
    await visitor.page.goto(url);
    await visitor.page.locator(".chart canvas").waitFor();
    return visitor;
  }

  test("a table of ten thousand rows draws those in sight, orders them, and is walked by keys", async () => {
    const { page, faults } = await open(desk);
    const table = page.getByRole("table", { name: "桶" });
    expect(await table.getAttribute("aria-rowcount")).toBe("10001");
    expect(await page.getByRole("row").count()).toBeLessThan(60);
    await page.getByRole("button", { name: "名称" }).click();
    await page.locator(".item").first().getByText("0号桶", { exact: true }).waitFor();
    await page.getByRole("button", { name: "名称" }).click();
    await page.locator(".item").first().getByText("9999号桶", { exact: true }).waitFor();
    await table.focus();
    for (const key of ["ArrowDown", "ArrowDown", "ArrowUp", "Enter"]) await page.keyboard.press(key);
    await page.getByText("9998号桶", { exact: true }).waitFor();
    const second = await page.locator(".item.active [role=cell]").nth(1).textContent();
    expect(await page.locator("output").textContent()).toBe(second);
    await page.keyboard.press("End");
    await page.locator(".item.active").getByText("0号桶", { exact: true }).waitFor();
    expect(await page.getByRole("row").count()).toBeLessThan(60);
    expect(faults).toEqual([]);
  });

  test("values say what their widgets say, with unit, quality and age", async () => {
    const { page } = await open(desk);
    const said = await page.locator(".values > li").allInnerTexts();
    const words = said.map((text) => text.replaceAll(/\s+/g, ""));
    for (const [index, part] of [
      "12.3L/min",
      "312kPa",
      "63%",
      "12%",
      "-3.2°C",
      "1月15日",
      "是",
      "已开",
      "v1.2.3",
      "—",
      "离线",
    ].entries()) {
      expect(words[index]).toContain(part);
    }
    expect(words[4]).toContain("数据存疑");
    expect(words[0]).toContain("刚刚");
  });

  test("tabs, fields and toasts answer", async () => {
    const { page } = await open(desk);
    await page.getByRole("tab", { name: "当前" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("tabpanel").getByText("two").waitFor();
    await page.getByText("请填写名称").waitFor();
    await page.getByLabel("名称", { exact: true }).fill("新桶");
    await page.getByText("请填写名称").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByText("已保存").waitFor();
    await page.getByRole("button", { name: "关闭" }).click();
    await page.getByText("已保存").waitFor({ state: "detached" });
  });

  test.each([
    ["desk", "light"],
    ["desk", "dark"],
    ["phone", "light"],
    ["phone", "dark"],
  ] as const)("have no barrier: %s, %s", async (size, colorScheme) => {
    const visitor = await open({ ...(size === "desk" ? desk : phone), colorScheme });
    expect(await visitor.barriers()).toEqual([]);
    expect(await visitor.lowerThan("button, select, .line, [role=tab]", 44)).toEqual([]);
    await visitor.shot(`parts-${size}-${colorScheme}`);
  });
});
