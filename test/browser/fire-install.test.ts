import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../support/chromium.ts";
import { openStage, phone, type Stage } from "./stage.ts";

const chromium = findChromium();

describe.skipIf(chromium === undefined)("the fire screen on a home screen", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium as string);
  });
  afterAll(() => stage?.close());

  test("can be put there: the browser reads its manifest and icons, and finds nothing against it", async () => {
    const visitor = await stage.open({ role: "firefighter", ...phone });
    const { page } = visitor;
    await visitor.show("/fire");
    const devtools = await page.context().newCDPSession(page);
    const { url, data, errors } = await devtools.send("Page.getAppManifest");
    expect(url).toBe(`${stage.gateway.url}/fire.webmanifest`);
    expect(errors).toEqual([]);
    const { start_url, icons } = JSON.parse(data ?? "") as {
      start_url: string;
      icons: { src: string; sizes: string }[];
    };
    expect(start_url).toBe("/fire");
    for (const { src, sizes } of icons) {
      const size = await page.evaluate(
        `fetch(${JSON.stringify(src)}).then((answer) => answer.blob()).then(createImageBitmap).then(({ width, height }) => width + "x" + height)`,
      );
      expect([src, size]).toEqual([src, sizes]);
    }
    // A context of a test is private, where nothing can be installed; there is no other objection.
    const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
    expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(["in-incognito"]);
    expect(visitor.faults).toEqual([]);
  });

  test("keeps no copy of itself: what was once shown is never shown as live", async () => {
    const visitor = await stage.open({ role: "firefighter", ...phone });
    await visitor.show("/fire");
    const workers = await visitor.page.evaluate(
      "navigator.serviceWorker.getRegistrations().then(({ length }) => length)",
    );
    expect(workers).toBe(0);
  });
});
