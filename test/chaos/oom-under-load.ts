import type { KillOptions, KillReport } from "./kill-under-load.ts";
import { checkAlerts, isRight } from "./support/crossing.ts";
import type { MemoryCage } from "./support/memory-cage.ts";
import { mixedPlans } from "./support/mixed-town.ts";
import { createRandom } from "./support/random.ts";
import { onScene } from "./support/scene.ts";

/** What came out; `differences` is empty when everything is right. */
export interface MemoryReport extends KillReport {
  /** Processes that the kernel killed: the gateway, and its series store when that was larger. */
  readonly killed: number;
  readonly starts: number;
}

/**
 * Lets a neighbour take all memory until the kernel kills the gateway, starts it again on the same data, and at the end
 * compares what was acknowledged with the journal and the alerts. Throws when the gateway does not come back.
 */
export function killByMemory(cage: MemoryCage, options: KillOptions): Promise<MemoryReport> {
  const random = createRandom(options.seed);
  const onLine = options.onLine ?? (() => {});
  const { under } = cage;
  return onScene({ site: "oom", plans: mixedPlans(), under, random, onLine }, async (scene) => {
    scene.town.talk(options.perSecond);
    for (let cycle = 1; cycle <= options.cycles; cycle++) {
      await scene.underLoad(options.longestMs);
      const gateway = scene.gateway();
      await cage.eat(() => !gateway.isAlive());
      await scene.fell();
      await scene.restart();
      onLine(`${cycle} of ${options.cycles}: killed, ${scene.acknowledged()} messages acknowledged so far`);
    }
    await scene.settle();
    const alerts = await checkAlerts(scene.gateway(), "oom", scene.town.talkers);
    const report = await scene.finish();
    const killed = cage.kills();
    const differences = [
      ...report.journal.examples,
      ...(isRight(alerts) ? [] : alerts.examples),
      ...(killed < options.cycles ? [`the kernel killed ${killed} processes, not ${options.cycles}`] : []),
    ];
    return { ...report, alerts, killed, starts: report.kills, differences };
  });
}
