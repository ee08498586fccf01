import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../support/chromium.ts";
import { openFaultyProxy } from "../support/faulty-proxy.ts";
import { eventually } from "../support/gateway.ts";
import { desk, openStage, phone, type Stage } from "./stage.ts";

const chromium = findChromium();

describe.skipIf(chromium === undefined)("the property screens", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium as string);
  });
  afterAll(() => stage?.close());

  test("lead somebody without a session to the log-in, and back to where he wanted", async () => {
    const { page, faults } = await stage.open(desk);
    await page.goto(`${stage.gateway.url}/alerts`);
    await page.waitForURL(/\/login\?to=%2Falerts$/);
    const { body } = await stage.gateway.call<{ link: { url: string } }>("POST", "/people", {
      ...{ login: "zhang", name: "张经理", grants: [{ role: "manager" }] },
    });
    const secret = body.link.url.split("/").at(-1);
    await stage.gateway.call("POST", "/links/use", { link: secret, password: "a short sentence" });
    await page.locator("input[name=login]").fill("zhang");
    await page.locator("input[name=password]").fill("a short sentence");
    await page.locator("form button").click();
    await page.waitForURL(`${stage.gateway.url}/alerts`);
    await page.getByText("张经理").waitFor();
    // The one refusal was what led to the log-in.
    expect(faults.filter((fault) => !fault.includes("401"))).toEqual([]);
  });

  test("show every kind with its devices, alive, in both languages, without a fault", async () => {
    const visitor = await stage.open({ role: "manager", ...desk });
    const { page } = visitor;
    await visitor.show("/");
    const { body } = await stage.gateway.call<{ kinds: Record<string, number> }>("GET", "/sites/xinfa");
    const { items } = (
      await stage.gateway.call<{ items: { name: string; title: { zh: string; en: string } }[] }>(
        "GET",
        "/kinds",
      )
    ).body;
    const titles = items.filter(({ name }) => body.kinds[name]);
    expect(titles.length).toBeGreaterThan(5);
    for (const { title } of titles)
      await page.getByRole("heading", { name: title.zh, exact: true, level: 2 }).waitFor();
    await visitor.shot("overview-desk-zh");
    await page.getByRole("button", { name: "显示设置" }).click();
    await page.getByText("English").click();
    await page.getByRole("button", { name: "Close" }).first().click();
    for (const { title } of titles)
      await page.getByRole("heading", { name: title.en, exact: true, level: 2 }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("en-GB");
    await page.reload();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    expect(visitor.faults).toEqual([]);
  });

  test("show an alert the moment it is raised and take it away when it ends, on every open screen", async () => {
    const [one, two] = await Promise.all([
      stage.open({ role: "viewer", ...desk }),
      stage.open({ role: "firefighter", ...phone }),
    ]);
    await Promise.all([one.show("/"), two.show("/")]);
    const device = await aDevice(stage, "waste-bin");
    stage.fleet.provoke(device.id, "overfull");
    const lines = [one, two].map(({ page }) =>
      page.locator(".alerts > li").filter({ hasText: device.name }).filter({ hasText: "垃圾满溢" }),
    );
    await Promise.all(lines.map((line) => line.first().waitFor()));
    const { body } = await stage.gateway.call<{ items: { id: string; device: string }[] }>(
      "GET",
      `/alerts?state=raised&device=${device.device}`,
    );
    for (const { id } of body.items) await stage.gateway.call("POST", `/alerts/${id}/resolve`, {});
    await Promise.all(lines.map((line) => line.first().waitFor({ state: "detached" })));
    expect([...one.faults, ...two.faults]).toEqual([]);
  });

  test("put a fire above everything, with one way to where it is answered", async () => {
    const visitor = await stage.open({ role: "firefighter", ...phone });
    const { page } = visitor;
    await visitor.show("/");
    const device = await aDevice(stage, "micro-fire-station");
    stage.fleet.provoke(device.id, "sos");
    const banner = page.getByRole("alert").filter({ hasText: "火警进行中" });
    await banner.waitFor();
    await visitor.shot("overview-phone-fire");
    expect(await visitor.barriers()).toEqual([]);
    await banner.click();
    await page.waitForURL(`${stage.gateway.url}/fire`);
    await page.getByText("待接警").first().waitFor();
    await visitor.shot("fire-phone");
    expect(await visitor.barriers()).toEqual([]);
    for (const [button, state] of [
      ["接警", "已接警"],
      ["出动", "已出动"],
      ["到场", "已到场"],
      ["已控制", "已控制"],
    ] as const) {
      expect(await visitor.lowerThan(".step button", 60)).toEqual([]);
      await page.getByRole("button", { name: button, exact: true }).first().click();
      await page.locator(".state").getByText(state, { exact: true }).first().waitFor();
    }
    await visitor.shot("fire-phone-controlled");
    const { body } = await stage.gateway.call<{ items: { state: string }[] }>("GET", "/incidents");
    expect(body.items[0]?.state).toBe("controlled");
    expect(visitor.faults).toEqual([]);
  });

  test("say so when the connection is lost, and go on by themselves when it is back", async () => {
    const way = await openFaultyProxy(stage.gateway.url);
    const visitor = await stage.open({ role: "viewer", ...desk });
    const { page } = visitor;
    await visitor.show("/", way.url);
    way.set({ kind: "refuse" });
    await page.getByRole("alert").filter({ hasText: "实时连接已中断" }).waitFor();
    await visitor.shot("overview-desk-lost");
    expect(await visitor.barriers()).toEqual([]);
    way.set({ kind: "none" });
    await page.locator("[role=status].live").waitFor();
    await eventually(
      () => page.getByText("实时连接已中断").count(),
      (count) => count === 0,
    );
    await way.stop();
  });

  test.each([
    ["desk", "light", "zh-CN", {}],
    ["desk", "dark", "en-GB", {}],
    ["phone", "light", "en-GB", {}],
    ["phone", "dark", "zh-CN", {}],
    ["desk", "light", "zh-CN", { contrast: "more", text: "large" }],
    ["phone", "dark", "en-GB", { contrast: "more", text: "large" }],
  ] as const)(
    "have no barrier and nothing beside the screen: %s, %s, %s %o",
    async (size, colorScheme, locale, look) => {
      const place = size === "desk" ? desk : phone;
      const visitor = await stage.open({ role: "viewer", ...place, colorScheme, locale });
      const { page } = visitor;
      await page.evaluate(
        `localStorage.setItem("linli.appearance", ${JSON.stringify(JSON.stringify(look))})`,
      );
      for (const path of ["/", "/fire", "/wall", "/reports/nothing"]) {
        await visitor.show(path);
        await page.locator("h1, .title").first().waitFor();
        expect([path, await visitor.barriers()]).toEqual([path, []]);
        expect([path, await overflow()]).toEqual([path, 0]);
      }
      await visitor.show("/");
      await page.locator(".tiles").waitFor();
      await visitor.shot(`overview-${size}-${colorScheme}${"contrast" in look ? "-contrast" : ""}`);
      // What a finger must hit is 44 px high.
      const small = await visitor.lowerThan("nav a, header button, main button", 44);
      expect(small).toEqual([]);
      expect(visitor.faults).toEqual([]);

      function overflow(): Promise<number> {
        return page.evaluate("document.documentElement.scrollWidth - innerWidth");
      }
    },
  );

  test("can be used by keyboard alone: past the navigation, into the dialog and out again", async () => {
    const visitor = await stage.open({ role: "viewer", ...desk });
    const { page } = visitor;
    await visitor.show("/");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("location.hash")).toBe("#main");
    await page.getByRole("button", { name: "显示设置" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "显示设置" }).waitFor();
    expect(await visitor.barriers()).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });
});

async function aDevice(stage: Stage, kind: string): Promise<{ id: string; name: string; device: string }> {
  const { body } = await stage.gateway.call<{ items: { id: string; name: string; device: string }[] }>(
    "GET",
    `/sites/xinfa/devices?kind=${kind}&limit=20`,
  );
  return body.items[Math.floor(body.items.length / 2)]!;
}
