import { exportReadings } from "../../bench/support/journal-export.ts";
import type { DeviceSeriesAnswer } from "../../gateway/api/contract.ts";
import { createRandom } from "./support/random.ts";
import { onScene, type Scene, type SceneReport } from "./support/scene.ts";
import { askMetric, askSteps, exportLines, type TimeRange } from "./support/series-answers.ts";
import type { Damage } from "./support/series-damage.ts";
import { createFoldCheck, type FoldComparison } from "./support/series-folds.ts";
import { createHarms, type HarmCounts, type HarmName } from "./support/series-harms.ts";
import { createLateDays, seriesPlans, talkingKinds } from "./support/series-town.ts";
import { createValueTally, type ValueComparison } from "./support/series-values.ts";
import { untilWithin } from "./support/wait.ts";

/** What is done to the store, how often, under which load. */
export interface SeriesKillOptions {
  /** How often each harm is done; they come in turn. */
  readonly harms: Readonly<Partial<Record<HarmName, number>>>;
  /** Ways in which the database is broken: under load, the last one when all is said. */
  readonly damages: readonly Damage[];
  readonly seed: number;
  /** Messages a second over all devices. */
  readonly perSecond: number;
  /** Longest time under load before the next harm, ms. */
  readonly longestMs: number;
  /** Told what happens, one line at a time. */
  readonly onLine?: (line: string) => void;
}

/** What came out; `differences` is empty when everything is right. */
export interface SeriesKillReport extends SceneReport, HarmCounts {
  readonly values: ValueComparison;
  readonly folds: FoldComparison;
  /** Journal records a second that a store made anew took in; undefined when none was. */
  readonly catchUpPerSecond: number | undefined;
  readonly differences: readonly string[];
}

/**
 * Kills the gateway, or its time series store alone, while devices talk, breaks the store's database, and at the end compares
 * every value of an export, and folded steps, with what follows from the journal. Throws when the store does not come back.
 */
export function runSeriesUnderKill(options: SeriesKillOptions): Promise<SeriesKillReport> {
  const random = createRandom(options.seed);
  const late = createLateDays(random);
  const onLine = options.onLine ?? (() => {});
  const plans = seriesPlans(random, late);
  return onScene({ site, plans, env, random, onLine }, async (scene) => {
    const { harms, damage, counts, release } = createHarms(scene, random);
    const last = options.damages.at(-1);
    const steps = inTurn({ ...options.harms }, options.damages.slice(0, -1));
    try {
      scene.town.talk(options.perSecond);
      for (const [index, { name, isDamage }] of steps.entries()) {
        late.open();
        await scene.underLoad(options.longestMs);
        await (isDamage ? damage(name as Damage, "files") : harms[name as HarmName]());
        onLine(`${index + 1} of ${steps.length}: ${name}, ${scene.acknowledged()} messages so far`);
      }
      await scene.settle();
      await untilCaughtUp(scene);
      let catchUpPerSecond: number | undefined;
      if (last !== undefined) {
        await damage(last, "stop");
        const begunAt = Date.now();
        const records = (await askMetric(scene.gateway(), "linli_journal_last_sequence")) ?? 0;
        await untilCaughtUp(scene);
        catchUpPerSecond = (records * 1000) / (Date.now() - begunAt);
        onLine(`made anew after "${last}" from ${records} records`);
      }
      const alerts = await damageAlerts(scene);
      const to = Date.now() + hourMs;
      const range = { from: to - (late.oldest() + 2) * dayMs, to };
      const compared = await compare(scene, range);
      const { report } = compared;
      const differences = [
        ...report.journal.examples,
        ...compared.values.examples,
        ...compared.folds.examples,
        ...(alerts === Math.min(1, counts.setAside)
          ? []
          : [`${alerts} alerts of a damaged store after ${counts.setAside} were put aside`]),
      ];
      return {
        ...{ ...report, ...counts, catchUpPerSecond, differences },
        ...{ values: compared.values, folds: compared.folds },
      };
    } finally {
      release();
    }
  });
}

const site = "chaos";
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Small bounds, so that folding, files and restarts happen all the time. */
const env = {
  LINLI_SERIES_BATCH_MS: "50",
  LINLI_SERIES_DUCKDB_FRESH_ROWS: "2000",
  LINLI_SERIES_DUCKDB_FRESH_MS: "1000",
  LINLI_SERIES_DUCKDB_SEAL_AFTER_MS: "0",
  LINLI_SERIES_RESTART_MIN_MS: "50",
  LINLI_SERIES_RESTART_MAX_MS: "500",
  // A sign of life comes every 5 s.
  LINLI_SERIES_HUNG_AFTER_MS: "9000",
  // Metrics are asked for again and again.
  LINLI_API_REQUESTS_PER_SECOND: "10000",
  LINLI_API_REQUESTS_BURST: "10000",
};

/** Harms and damages, each spread evenly over the run. */
function inTurn(
  harms: Readonly<Partial<Record<HarmName, number>>>,
  damages: readonly Damage[],
): { name: HarmName | Damage; isDamage: boolean }[] {
  const spread = (name: HarmName, count: number) =>
    Array.from({ length: count }, (_, i) => ({ name, isDamage: false, place: (i + 0.5) / count }));
  const all = [
    ...Object.entries(harms).flatMap(([name, count]) => spread(name as HarmName, count)),
    ...damages.map((name, i) => ({ name, isDamage: true, place: (i + 1) / (damages.length + 1) })),
  ];
  return all.sort((a, b) => a.place - b.place);
}

/** Waits until every record of the journal is in the store. */
function untilCaughtUp(scene: Scene): Promise<void> {
  return untilWithin({
    what: "the series store has every record of the journal",
    ms: 120_000,
    everyMs: 50,
    isSo: async () => {
      const gateway = scene.gateway();
      const isUp = (await askMetric(gateway, "linli_series_up")) === 1;
      return isUp && (await askMetric(gateway, "linli_journal_lag_series")) === 0;
    },
  });
}

async function damageAlerts(scene: Scene): Promise<number> {
  const alerts = await scene
    .gateway()
    .list<{ device: string; rule: string }>("/api/v1/alerts?site=gateway&limit=200");
  return alerts.filter(({ device, rule }) => device === "gateway/gateway/self" && rule === "series-damaged")
    .length;
}

/** Asks the gateway for everything, ends it, and holds against it what the journal says. */
async function compare(
  scene: Scene,
  range: TimeRange,
): Promise<{ report: SceneReport; values: ValueComparison; folds: FoldComparison }> {
  const gateway = scene.gateway();
  const tally = createValueTally();
  for (const kind of talkingKinds) {
    for (const simulated of [false, true]) {
      for await (const line of exportLines(gateway, { site, kind, simulated, ...range })) tally.store(line);
    }
  }
  const answers = new Map<string, DeviceSeriesAnswer[]>();
  for (const { device } of scene.town.talkers) {
    // The level of 5 minutes for today and yesterday only: an answer may not be larger.
    const recent = { ...range, from: range.to - 2 * dayMs };
    const hours = await askSteps(gateway, { device, step: "1h", ...range });
    const minutes = await askSteps(gateway, { device, step: "5m", ...recent });
    answers.set(device, [hours, minutes]);
  }
  const report = await scene.finish();
  const check = createFoldCheck(answers);
  for await (const reading of exportReadings(scene.folder)) {
    tally.expect(reading);
    check.expect(reading);
  }
  return { report, values: tally.compare(), folds: check.compare() };
}
