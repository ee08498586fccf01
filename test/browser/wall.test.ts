import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Incident } from "../../gateway/api/contract.ts";
import { findChromium } from "../support/chromium.ts";
import { eventually } from "../support/gateway.ts";
import { openStage, type Stage } from "./stage.ts";

const chromium = findChromium();
const sizes = [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
];

describe.skipIf(chromium === undefined)("the wall", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium as string);
  });
  afterAll(() => stage?.close());

  test("fits every resolution without scrolling, in both languages", async () => {
    for (const locale of ["zh-CN", "en-GB"]) {
      const visitor = await stage.open({ role: "viewer", locale, viewport: sizes[0]! });
      for (const viewport of sizes) {
        await visitor.page.setViewportSize(viewport);
        for (const name of ["status", "alerts"]) {
          await visitor.show(`/wall?pages=${name}`);
          expect(await visitor.page.evaluate("document.documentElement.scrollHeight")).toBe(viewport.height);
          expect(await visitor.page.evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
        }
      }
      await visitor.show("/wall?pages=status");
      await visitor.shot(`wall-4k-${locale.slice(0, 2)}`);
      expect(await visitor.barriers()).toEqual([]);
      expect(visitor.faults).toEqual([]);
    }
  });

  test("turns its pages by itself, as the address says", async () => {
    const visitor = await stage.open({ role: "viewer", viewport: sizes[1]! });
    const { page } = visitor;
    await page.clock.install();
    await visitor.show("/wall?every=30&pages=status,alerts");
    const heading = page.locator("header .page");
    const first = (await heading.textContent()) ?? "";
    expect(["总览", "未恢复告警"]).toContain(first);
    await page.clock.fastForward(30_000);
    await heading.filter({ hasNotText: first }).waitFor();
    await page.clock.fastForward(30_000);
    await heading.filter({ hasText: first }).waitFor();
  });

  test("belongs to a fire until somebody has it in hand", async () => {
    const visitor = await stage.open({ role: "viewer", viewport: sizes[1]! });
    const { page } = visitor;
    await visitor.show("/wall");
    const { body } = await stage.gateway.call<{ items: { id: string }[] }>(
      "GET",
      "/sites/xinfa/devices?kind=fire-detector",
    );
    stage.fleet.provoke(body.items[0]!.id, "fire");
    await page.getByText("尚无人接警").waitFor();
    await visitor.shot("wall-fire-zh");
    expect(await visitor.barriers()).toEqual([]);
    const open = await eventually(
      () => stage.gateway.call<{ items: Incident[] }>("GET", "/incidents?state=open"),
      ({ body: { items } }) => items.length > 0,
    );
    const { id } = open.body.items[0]!;
    await stage.gateway.call("POST", `/incidents/${id}/acknowledge`);
    await page.getByText("admin 已接警").waitFor();
    stage.fleet.provoke(body.items[0]!.id, "normal");
    await stage.gateway.call("POST", `/incidents/${id}/false-alarm`, { reason: "x" });
    await page.getByText("尚无人接警").or(page.getByText("admin 已接警")).waitFor({ state: "detached" });
    await page.locator("header .page").waitFor();
    expect(visitor.faults).toEqual([]);
  });
});
