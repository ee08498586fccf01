import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../bench/support/child.ts";
import { type Gateway, openGateway, startGateway } from "../../bench/support/gateway.ts";
import { GatewayError } from "../../gateway/errors.ts";
import { type AlertCheck, type Crossing, checkAlerts, crossingSaying, isRight } from "./support/crossing.ts";
import { type Comparison, createLedger } from "./support/ledger.ts";
import { createRandom } from "./support/random.ts";
import { storedKeys } from "./support/stored-keys.ts";
import { openTown, type Plan, type Saying } from "./support/town.ts";
import { pause, until } from "./support/wait.ts";

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
export interface KillReport {
  readonly kills: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly resent: number;
  readonly reboots: number;
  /** From the start of the process to readiness, ms, at worst. */
  readonly slowestStartMs: number;
  readonly journal: Comparison;
  readonly alerts: AlertCheck;
  readonly differences: readonly string[];
}

/**
 * Kills a gateway with SIGKILL while devices talk to it, starts it again on the same data, and at the end compares what
 * was acknowledged with the journal and the alerts. Throws when the gateway does not come back or leaves messages without PUBACK.
 */
export async function killUnderLoad(options: KillOptions): Promise<KillReport> {
  const folder = await mkdtemp(join(tmpdir(), "linli-kill-"));
  const random = createRandom(options.seed);
  const say = options.onLine ?? (() => {});
  const place = {
    dataDir: folder,
    mqttPort: await freePort(),
    httpPort: await freePort(),
    adminToken: "chaos-token-chaos-token-chaos",
    // Many checkpoints and segments, so that crashes fall between a checkpoint and the journal's end, and on new segments.
    env: { LINLI_CHECKPOINT_MS: "200", LINLI_JOURNAL_SEGMENT_BYTES: "262144" },
  };
  const ledger = createLedger(join(folder, "ledger.txt"));
  let gateway: Gateway = await openGateway(place);
  const town = await openTown({
    gateway,
    site,
    plans: plans(),
    window: 16,
    ledger,
    random,
    port: place.mqttPort,
  });
  let kills = 0;
  let reboots = 0;
  let slowestStartMs = 0;

  async function restart(): Promise<void> {
    const startedAt = Date.now();
    gateway = await startGateway(place);
    // Now and then the next crash comes in the middle of the recovery of the last one.
    if (random() < 0.2) {
      await pause(50 + random() * 400);
      await gateway.stop("SIGKILL");
      kills += 1;
      return restart();
    }
    await gateway.ready();
    slowestStartMs = Math.max(slowestStartMs, Date.now() - startedAt);
  }

  try {
    town.talk(options.perSecond);
    for (let cycle = 1; cycle <= options.cycles; cycle++) {
      await until("every device is connected", () => town.talkers.every(({ client }) => client.isConnected));
      await pause(50 + random() * options.longestMs);
      await gateway.stop("SIGKILL");
      kills += 1;
      for (const talker of town.talkers) {
        if (!talker.plan.mayReboot || random() > 0.2) continue;
        talker.reboot();
        reboots += 1;
      }
      await restart();
      say(`${cycle} of ${options.cycles}: killed, ${ledger.acknowledgedCount} messages acknowledged so far`);
    }
    town.hush();
    await until("every message is acknowledged", () => town.outstanding() === 0);
    const alerts = await checkAlerts(gateway, site, town.talkers);
    town.stop();
    await gateway.stop();
    const journal = await ledger.compare(storedKeys(folder));
    const differences = [...journal.examples, ...(isRight(alerts) ? [] : alerts.examples)];
    if (differences.length === 0) await rm(folder, { recursive: true });
    else say(`the data is kept in ${folder}`);
    return {
      kills,
      sent: ledger.sentCount,
      acknowledged: ledger.acknowledgedCount,
      resent: town.talkers.reduce((sum, { client }) => sum + client.resent, 0),
      reboots,
      slowestStartMs,
      journal,
      alerts,
      differences,
    };
  } catch (cause) {
    throw new GatewayError(
      "scenario-failed",
      `the data is kept in ${folder}; the gateway said:\n${gateway.output()}`,
      { cause },
    );
  } finally {
    town.stop();
    await gateway.stop("SIGKILL");
    ledger.close();
  }
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
