import type { Credentials } from "../../gateway/state/contract.ts";
import { type AlertCheck, type Crossing, checkAlerts, crossingSaying, isRight } from "./support/crossing.ts";
import { createDeviceClient } from "./support/device-client.ts";
import { type FaultTrial, playTrial, recoverUnderFaults, type TrialReport } from "./support/fault-trial.ts";
import { createRandom } from "./support/random.ts";
import { onScene, type Scene, type SceneReport } from "./support/scene.ts";
import type { Plan } from "./support/town.ts";
import { until } from "./support/wait.ts";

/** How hard and how long. */
export interface DiskFaultOptions {
  readonly seed: number;
  /** Messages a second over all devices. */
  readonly perSecond: number;
  /** How long each fault lasts, ms. */
  readonly trialMs: number;
  /** How long the disk is slow, ms. */
  readonly slowMs: number;
  readonly onLine?: (line: string) => void;
}

/** What came out; `differences` is empty when everything is right. */
export interface DiskFaultReport extends SceneReport {
  readonly alerts: AlertCheck;
  readonly trials: readonly TrialReport[];
  readonly differences: readonly string[];
}

/**
 * Lets the kernel refuse, forget and delay what the gateway writes while devices talk, one fault after the other, and at the
 * end compares what was acknowledged with the journal and the alerts. Throws when the gateway dies.
 */
export function runDiskFaults(options: DiskFaultOptions): Promise<DiskFaultReport> {
  const random = createRandom(options.seed);
  const onLine = options.onLine ?? (() => {});
  // Segments so large that a new one means that the last one was given up.
  const env = {
    LINLI_JOURNAL_SEGMENT_BYTES: String(64 * 1024 * 1024),
    LINLI_ALERT_FAULTS_HOLD_MS: "1000",
  };
  return onScene({ site, plans: plans(), env, random, onLine }, async (scene) => {
    await leaveSubscriber(scene);
    scene.town.talk(options.perSecond);
    await scene.underLoad(500);
    const trials: TrialReport[] = [];
    for (const trial of trialsOf(options)) {
      trials.push(await playTrial(scene, trial));
      onLine(
        `${trial.name}: ${trials.at(-1)!.hits} calls, ${scene.acknowledged()} messages acknowledged so far`,
      );
    }
    trials.push(await recoverUnderFaults(scene));
    onLine(`${trials.at(-1)!.name}: ${trials.at(-1)!.hits} calls`);
    await scene.settle();
    const alerts = await checkAlerts(scene.gateway(), site, scene.town.talkers);
    const report = await scene.finish();
    const differences = [
      ...trials.flatMap((trial) => trial.differences.map((difference) => `${trial.name}: ${difference}`)),
      ...report.journal.examples,
      ...(isRight(alerts) ? [] : alerts.examples),
    ];
    return { ...report, alerts, trials, differences };
  });
}

const site = "faults";
const writes = ["pwrite64", "pwritev"];
// Without `write`, by which the pool's threads also wake the event loop.
const everything = [...writes, "fdatasync", "fsync", "openat", "ftruncate", "rename", "unlink"];
const database = ["pwrite64", "fdatasync", "fsync"];

function trialsOf({ trialMs, slowMs }: DiskFaultOptions): FaultTrial[] {
  const eio = "error=EIO";
  const disk = ["disk"] as const;
  return [
    {
      name: "one write fails",
      ...{ threads: ["one-disk"], calls: ["pwrite64"], fate: eio, when: "1" },
      ...{ lastsMs: trialMs, fault: "write-failed", newSegment: true, goesOn: true },
    },
    {
      name: "every third write fails",
      ...{ threads: disk, calls: writes, fate: eio, when: "3+3" },
      ...{ lastsMs: trialMs, fault: "write-failed", newSegment: true, goesOn: true },
    },
    {
      name: "every write fails",
      ...{ threads: disk, calls: writes, fate: eio },
      ...{ lastsMs: trialMs, fault: "write-failed", goesOn: false },
    },
    {
      name: "every call to the disk fails",
      ...{ threads: disk, calls: everything, fate: eio },
      ...{ lastsMs: trialMs, fault: "write-failed", goesOn: false },
    },
    {
      name: "writes write nothing, now and then",
      ...{ threads: disk, calls: writes, fate: "retval=0", when: "2+3" },
      ...{ lastsMs: trialMs, goesOn: true },
    },
    {
      name: "no room, though there is",
      ...{ threads: disk, calls: writes, fate: "error=ENOSPC" },
      ...{ lastsMs: trialMs, fault: "disk-full", goesOn: false },
    },
    {
      name: "each write takes 300 ms more",
      ...{ threads: disk, calls: [...writes, "fdatasync", "fsync"], fate: "delay_enter=300000" },
      ...{ lastsMs: slowMs, goesOn: true, lagP99Ms: 100, longestGapMs: 2_000 },
    },
    {
      name: "linli.db fails",
      ...{ threads: ["main"], calls: database, fate: eio, files: ["linli.db", "linli.db-wal"] },
      ...{ lastsMs: 2 * trialMs, fault: "view-failed", goesOn: true },
    },
    {
      name: "sessions.db fails",
      ...{ threads: ["main", "disk"], calls: database, fate: eio, files: ["sessions.db", "sessions.db-wal"] },
      ...{ lastsMs: 2 * trialMs, goesOn: true },
    },
  ];
}

/** A subscriber with a session is away, so that every message is kept for it in `sessions.db`. */
async function leaveSubscriber(scene: Scene): Promise<void> {
  const gateway = scene.gateway();
  const account = (await gateway.call("POST", "/api/v1/accounts", {
    ...{ name: "bridge", publish: [], subscribe: ["#"] },
  })) as { credentials: Credentials };
  let isSubscribed = false;
  const client = createDeviceClient({
    ...{ ...account.credentials, clientId: "bridge-1", port: gateway.mqttPort, window: 1 },
    ...{ subscribe: "#", session: "kept", onSubscribed: () => (isSubscribed = true) },
  });
  await until("the subscriber is known", () => isSubscribed);
  client.stop();
}

/** Raised and cleared by hand in each fault. */
const burning: Crossing = {
  kind: "waste-bin",
  rule: "fire",
  raise: { stream: "telemetry", fields: { burning: true, temperature: 20 } },
  clear: { stream: "telemetry", fields: { burning: false, temperature: 20 } },
};

const filling: Crossing = {
  kind: "waste-bin",
  rule: "nearly-full",
  raise: { stream: "telemetry", fields: { fill: 0.85 } },
  clear: { stream: "telemetry", fields: { fill: 0.3 } },
};

function plans(): Plan[] {
  const talking = Array.from({ length: 8 }, (_, i) => ({
    kind: "waste-bin",
    id: `bin-${i + 1}`,
    say: () => ({ stream: "telemetry" as const, fields: { fill: 0.42, temperature: 18.5 } }),
    ...{ share: 1, mayReboot: false, rule: undefined },
  }));
  const crosser = (id: string, crossing: Crossing, share: number): Plan => ({
    ...{
      kind: crossing.kind,
      id,
      say: crossingSaying(crossing),
      share,
      mayReboot: false,
      rule: crossing.rule,
    },
  });
  return [...talking, crosser("filling", filling, 0.05), crosser("fire", burning, 0)];
}
