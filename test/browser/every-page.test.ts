import type { BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../support/chromium.ts";
import { eventually } from "../support/gateway.ts";
import { desk, openStage, phone, type Stage } from "./stage.ts";

const chromium = findChromium();
/** In an app of their own. */
const others = ["/fire", "/wall"];
const looks: readonly (readonly [string, BrowserContextOptions])[] = [
  ["Chinese on a desk, light", { ...desk, locale: "zh-CN", colorScheme: "light" }],
  ["English on a phone, dark", { ...phone, locale: "en-GB", colorScheme: "dark" }],
  ["Chinese on a phone, light", { ...phone, locale: "zh-CN", colorScheme: "light" }],
  [
    "English on a large screen, dark",
    { viewport: { width: 3840, height: 2160 }, locale: "en-GB", colorScheme: "dark" },
  ],
];

describe.skipIf(chromium === undefined)("every page of the property office", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium as string);
    const { body } = await stage.gateway.call<{ items: { id: string }[] }>(
      "GET",
      "/sites/xinfa/devices?kind=waste-bin&limit=1",
    );
    stage.fleet.provoke(body.items[0]?.id ?? "", "overfull");
    await eventually(
      () => stage.gateway.call<{ items: unknown[] }>("GET", "/alerts?state=raised"),
      (answer) => answer.body.items.length > 0,
    );
  });
  afterAll(() => stage?.close());

  test.each(looks)("speaks one language, fits the screen and has no barrier: %s", async (_look, options) => {
    const visitor = await stage.open({ role: "admin", ...options });
    const { page } = visitor;
    const isChinese = options.locale === "zh-CN";
    await visitor.show("/");
    const links = await page.evaluate<string[]>(
      "[...document.querySelectorAll('nav.side li a')].map((link) => link.getAttribute('href'))",
    );
    const pages = links.filter((path) => !others.includes(path));
    expect(pages.length).toBeGreaterThan(15);
    const seen: unknown[] = [];
    for (const path of pages) {
      await visitor.show(path);
      await page.locator("main h1").first().waitFor();
      await eventually(
        () => page.locator("main [aria-busy=true], main .skeleton").count(),
        (count) => count === 0,
      );
      const title = (await page.locator("main h1").first().textContent()) ?? "";
      const beside = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      const small = await visitor.lowerThan("main button, main nav a, header button", 44);
      const isRight = /[\u4e00-\u9fff]/.test(title) === isChinese;
      seen.push([path, isRight, beside, small, await visitor.barriers()]);
    }
    expect(seen).toEqual(pages.map((path) => [path, true, 0, [], []]));
    expect(visitor.faults).toEqual([]);
  });
});
