import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../support/chromium.ts";
import { openTestGateway, type TestGateway } from "../support/gateway.ts";
import { desk, type Invited, launch, logIn, openVisitor } from "./stage.ts";

const path = findChromium();
const run = promisify(execFile);
const hasClients = spawnSync("mosquitto_pub", ["--help"]).error === undefined;
if (!hasClients) {
  process.stderr.write(
    "\nMISSING: mosquitto_pub (Debian: apt-get install mosquitto-clients). The line that a new device is given is NOT tried.\n",
  );
}

describe.skipIf(path === undefined || !hasClients)("a gateway that is still empty", () => {
  let browser: Browser;
  let gateway: TestGateway;
  beforeAll(async () => {
    browser = await launch(chromium, path as string);
    gateway = await openTestGateway();
    await gateway.call("DELETE", "/sites/xinfa");
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
  });

  test("leads to its first site and device, whose line works as it is pasted, and shows what was refused and what came", async () => {
    const visitor = await openVisitor(browser, gateway.url, desk);
    const { page } = visitor;
    const invite = async (person: object) =>
      (await gateway.call<Invited>("POST", "/people", person)).body.link.url;
    await logIn(page, gateway.url, "admin", invite);
    await visitor.show("/");
    await page.getByRole("heading", { name: "开始使用" }).waitFor();
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("first-steps-desk-zh");
    await page.getByRole("link", { name: "新建小区" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("编号").fill("xinfa");
    await dialog.getByLabel("名称").fill("新发小区");
    await dialog.getByRole("button", { name: "保存" }).click();
    await page.getByRole("heading", { name: "新发小区" }).waitFor();
    await page.getByRole("button", { name: "新建楼栋" }).click();
    await dialog.getByLabel("楼栋").fill("7号楼");
    await dialog.getByRole("button", { name: "新建楼栋" }).click();
    await page.getByText("1 栋楼").waitFor();

    await visitor.show("/");
    await page.getByRole("link", { name: "登记第一台设备并接入" }).click();
    await dialog.getByLabel("类型").selectOption("waste-bin");
    await dialog.getByLabel("编号").fill("bin-7");
    await dialog.getByLabel("名称").fill("7号楼厨余桶");
    await dialog.getByRole("button", { name: "登记设备" }).click();
    await page.getByText("等待第一条消息").waitFor();
    const line = (await dialog.locator("pre").textContent()) ?? "";
    await run("sh", ["-c", line.replace(/-m '.*'$/, `-m '{"fill":"very"}'`)]);
    await page.getByText("最近一条被拒收").waitFor();
    await run("sh", ["-c", line]);
    await page.getByText("已收到消息").waitFor();
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot("first-message-desk-zh");
    await page.getByRole("button", { name: "已保存，关闭" }).click();
    await visitor.show("/");
    await page.getByRole("heading", { name: "开始使用" }).waitFor({ state: "detached" });
    expect(visitor.faults).toEqual([]);
  });
});
