import type { Gateway } from "../../../bench/support/gateway.ts";
import type { ReadingRecord } from "../../../gateway/types.ts";
import { askMetric, exportLines } from "./series-answers.ts";
import { createValueTally, type ValueComparison } from "./series-values.ts";
import { untilWithin } from "./wait.ts";

/** Waits until the series store has caught up, and holds every value of the last day against the journal's readings. */
export async function compareSeries(
  gateway: Gateway,
  { site, stored }: { site: string; stored: readonly ReadingRecord[] },
): Promise<ValueComparison> {
  await untilWithin({
    what: "the series store has every record of the journal",
    ...{ ms: 60_000, everyMs: 50 },
    isSo: async () =>
      (await askMetric(gateway, "linli_series_up")) === 1 &&
      (await askMetric(gateway, "linli_journal_lag_series")) === 0,
  });
  const tally = createValueTally();
  for (const reading of stored) tally.expect(reading);
  const to = Date.now() + hourMs;
  for (const kind of new Set(stored.map(({ device }) => device.split("/")[1] ?? ""))) {
    const range = { from: to - 24 * hourMs, to };
    for await (const line of exportLines(gateway, { site, kind, simulated: false, ...range }))
      tally.store(line);
  }
  return tally.compare();
}

const hourMs = 3_600_000;
