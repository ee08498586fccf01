import { type AlertCheck, checkAlerts, isRight } from "./support/crossing.ts";
import { mixedPlans } from "./support/mixed-town.ts";
import { createRandom } from "./support/random.ts";
import { onScene, type SceneReport } from "./support/scene.ts";

/** How hard and how long. */
export interface KillOptions {
  readonly cycles: number;
  readonly seed: number;
  /** Messages a second over all devices. */
  readonly perSecond: number;
  /** Longest time under load before the next kill, ms. */
  readonly longestMs: number;
  /** Told what happens, one line at a time. */
  readonly onLine?: (line: string) => void;
}

/** What came out; `differences` is empty when everything is right. */
export interface KillReport extends SceneReport {
  readonly alerts: AlertCheck;
  readonly differences: readonly string[];
}

/**
 * Kills a gateway with SIGKILL while devices talk to it, starts it again on the same data, and at the end compares what
 * was acknowledged with the journal and the alerts. Throws when the gateway does not come back or leaves messages without PUBACK.
 */
export function killUnderLoad(options: KillOptions): Promise<KillReport> {
  const random = createRandom(options.seed);
  const onLine = options.onLine ?? (() => {});
  return onScene({ site, plans: mixedPlans(), random, onLine }, async (scene) => {
    scene.town.talk(options.perSecond);
    for (let cycle = 1; cycle <= options.cycles; cycle++) {
      await scene.underLoad(options.longestMs);
      await scene.kill();
      await scene.restart();
      onLine(`${cycle} of ${options.cycles}: killed, ${scene.acknowledged()} messages acknowledged so far`);
    }
    await scene.settle();
    const alerts = await checkAlerts(scene.gateway(), site, scene.town.talkers);
    const report = await scene.finish();
    const differences = [...report.journal.examples, ...(isRight(alerts) ? [] : alerts.examples)];
    return { ...report, alerts, differences };
  });
}

const site = "chaos";
