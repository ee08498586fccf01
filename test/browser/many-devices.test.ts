import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../support/chromium.ts";
import { desk, openStage, phone, type Stage } from "./stage.ts";

const chromium = findChromium();
const count = 10_000;
const changesPerSecond = 1000;

/** In the page: a stream of our own with many devices that talk all the time. */
const stream = `(() => {
  const real = window.fetch;
  const now = () => new Date().toISOString();
  const items = Array.from({ length: ${count} }, (_, i) => ({
    device: "xinfa/waste-bin/d-" + i, site: "xinfa", kind: "waste-bin", id: "d-" + i, name: "设备" + i,
    building: (i % 30) + "号楼", floor: null, presence: i % 20 ? "online" : "offline", lastAt: now(),
    values: { fill: { value: 0.5, unit: "ratio", ts: now(), at: now(), quality: "good" } },
  }));
  const counts = { total: ${count}, online: ${count}, offline: 0, unknown: 0 };
  const site = { id: "xinfa", name: "新发小区", address: null, phone: null, createdAt: now(), buildings: 30, kinds: {},
    devices: counts, alerts: { critical: 0, major: 0, minor: 0, info: 0 } };
  const say = (id, event, data) => "id: " + id + "\\nevent: " + event + "\\ndata: " + JSON.stringify(data) + "\\n\\n";
  window.fetch = (url, options) => {
    if (!String(url).includes("/api/v1/stream")) return real(url, options);
    const text = new TextEncoder();
    let said = 1;
    const body = new ReadableStream({
      start(out) {
        out.enqueue(text.encode(say(1, "snapshot", { sequence: 1, at: now(), reset: null, sites: [site],
          devices: { items, complete: true }, alerts: { items: [], complete: true }, incidents: [], dutyChecks: [], mutes: [] })));
        setInterval(() => {
          let all = "";
          for (let i = 0; i < ${changesPerSecond / 20}; i++) {
            const { device, site, kind } = items[(said * 7919) % ${count}];
            all += say(++said, "reading", { device, site, kind, stream: "telemetry", at: now(), ts: now(), quality: "good",
              values: { fill: (said % 100) / 100 } });
          }
          out.enqueue(text.encode(all));
        }, 50);
      },
    });
    return Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
  };
})()`;

/** In the page: scrolls for two seconds; how long frames took, ms, ascending. */
const scroll = `new Promise((done) => {
  const table = document.querySelector("[role=table]");
  const gaps = [];
  let last = performance.now();
  const end = last + 2000;
  const frame = (now) => {
    gaps.push(now - last);
    last = now;
    table.scrollTop += 60;
    if (now < end) requestAnimationFrame(frame);
    else done(gaps.sort((a, b) => a - b));
  };
  requestAnimationFrame(frame);
})`;

describe.skipIf(chromium === undefined)(`the list of ${count} devices`, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium as string);
  });
  afterAll(() => stage?.close());

  test.each([
    ["desk", desk],
    ["phone", phone],
  ])(
    "scrolls while a thousand values change each second, and draws what is in sight: %s",
    async (_, size) => {
      const visitor = await stage.open({ role: "viewer", ...size });
      const { page } = visitor;
      await page.addInitScript(stream);
      await visitor.show("/devices?sort=last");
      const table = page.getByRole("table");
      await table.locator(".item").first().waitFor();
      expect(await table.getAttribute("aria-rowcount")).toBe(String(count + 1));
      const frames = await page.evaluate<number[]>(scroll);
      // 60 frames a second are 16.7 ms each; a machine that does other work too is given three times that.
      expect(frames[Math.floor(frames.length / 2)]).toBeLessThan(50);
      expect(await table.locator(".item").count()).toBeLessThan(80);
      await page.getByRole("searchbox").fill("设备9999");
      await page.locator(".item").filter({ hasText: "设备9999" }).waitFor();
      expect(await table.locator(".item").count()).toBe(1);
      expect(visitor.faults).toEqual([]);
    },
  );

  test("keeps the site in the address when there are several, and a link brings it back", async () => {
    await stage.gateway.call("POST", "/sites", { id: "yida", name: "怡达小区" });
    await stage.gateway.call("POST", "/sites/yida/devices", {
      kind: "waste-bin",
      id: "only",
      name: "怡达唯一",
    });
    const one = await stage.open({ role: "viewer", ...desk });
    await one.show("/devices");
    await one.page.getByLabel("小区", { exact: true }).selectOption({ label: "怡达小区" });
    await one.page.waitForURL(/site=yida/);
    await one.page.getByText("怡达唯一").waitFor();
    expect(await one.page.locator(".item").count()).toBe(1);
    const other = await stage.open({ role: "viewer", ...desk });
    await other.show("/devices?site=yida");
    await other.page.getByText("怡达唯一").waitFor();
    expect(await other.page.locator(".item").count()).toBe(1);
    expect(other.page.url()).toContain("site=yida");
    expect([...one.faults, ...other.faults]).toEqual([]);
  });
});
