import { expect, test } from "vitest";
import { killUnderLoad } from "../chaos/kill-under-load.ts";

test("killed three times under load, the gateway keeps what it acknowledged, once, in order, with the right alerts", async () => {
  const report = await killUnderLoad({ cycles: 3, seed: 1, perSecond: 3_000, longestMs: 600 });
  expect(report.differences).toEqual([]);
  expect(report.acknowledged).toBeGreaterThan(0);
}, 60_000);
