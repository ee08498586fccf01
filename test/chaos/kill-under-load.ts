import { type AlertCheck, type Crossing, checkAlerts, crossingSaying, isRight } from "./support/crossing.ts";
import { createRandom } from "./support/random.ts";
import { onScene, type SceneReport } from "./support/scene.ts";
import type { Plan, Saying } from "./support/town.ts";

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
  return onScene({ site, plans: plans(), random, onLine }, async (scene) => {
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

/** Crossed up and down by some devices, so that the number of alerts is known from what was acknowledged; one in each lane of the journal. */
const crossings: Readonly<Record<string, Crossing>> = {
  filling: {
    kind: "waste-bin",
    rule: "nearly-full",
    raise: { stream: "telemetry", fields: { fill: 0.85 } },
    clear: { stream: "telemetry", fields: { fill: 0.3 } },
  },
  burning: {
    kind: "waste-bin",
    rule: "fire",
    raise: { stream: "telemetry", fields: { burning: true, temperature: 20 } },
    clear: { stream: "telemetry", fields: { burning: false, temperature: 20 } },
  },
};

/** Said all the time, in turn, without any alert. */
const everyday: Readonly<Record<string, readonly Saying[]>> = {
  "waste-bin": [{ stream: "telemetry", fields: { fill: 0.42, temperature: 18.5, battery: 87 } }],
  "access-gate": [
    { stream: "telemetry", fields: { state: "closed", mode: "normal", mains: true } },
    { stream: "event", fields: { event: "passage", direction: "in", result: "allow", method: "card" } },
    { stream: "event", fields: { event: "closed", state: "closed" } },
  ],
};

function plans(): Plan[] {
  const busy = Object.entries(everyday).flatMap(([kind, sayings]) =>
    Array.from({ length: 4 }, (_, i) => ({
      kind,
      id: `${kind}-${i + 1}`,
      say: (n: number) => sayings[n % sayings.length]!,
      share: 1,
      mayReboot: i % 2 === 0,
      rule: undefined,
    })),
  );
  const crossers = Object.entries(crossings).flatMap(([name, crossing]) =>
    Array.from({ length: 3 }, (_, i) => ({
      kind: crossing.kind,
      id: `${name}-${i + 1}`,
      say: crossingSaying(crossing),
      share: 0.05,
      mayReboot: false,
      rule: crossing.rule,
    })),
  );
  return [...busy, ...crossers];
}
