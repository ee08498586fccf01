import { expect, test } from "vitest";
import { runSeriesUnderKill } from "../chaos/series-under-kill.ts";

test("killed with the gateway, killed alone, its database broken: the series has each value of the journal once", async () => {
  const report = await runSeriesUnderKill({
    harms: { parent: 1, files: 1 },
    damages: ["truncate"],
    ...{ seed: 1, perSecond: 2_000, longestMs: 600 },
  });
  expect(report.differences).toEqual([]);
  expect(report.values.expected).toBeGreaterThan(0);
  expect(report).toMatchObject({ childKills: 2, setAside: 1 });
}, 60_000);
