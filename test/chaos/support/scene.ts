import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../bench/support/child.ts";
import { type Gateway, openGateway, startGateway } from "../../../bench/support/gateway.ts";
import { GatewayError } from "../../../gateway/errors.ts";
import { type Comparison, createLedger } from "./ledger.ts";
import { storedKeys } from "./stored-keys.ts";
import { openTown, type Plan, type Town } from "./town.ts";
import { pause, until } from "./wait.ts";

/** A gateway on a folder of its own, killed and started again, and a town that talks to it all the time. */
export interface Scene {
  readonly folder: string;
  readonly town: Town;
  /** The process that runs now. */
  gateway(): Gateway;
  /** Messages whose PUBACK came. */
  acknowledged(): number;
  /** Lets devices talk: until all are connected, then for a time up to `longestMs`. */
  underLoad(longestMs: number): Promise<void>;
  /** Kills the gateway with SIGKILL; some devices lose their power with it. */
  kill(): Promise<void>;
  /** The gateway has died by itself; some devices lose their power with it. */
  fell(): Promise<void>;
  /** Starts it again on the same data; now and then the next crash comes in the middle of the recovery of the last one. */
  restart(): Promise<void>;
  /** Starts it once on the same data, under the words of another program, and waits for nothing. */
  start(under?: readonly string[]): Promise<Gateway>;
  /** No new messages; waits until every one that was sent is acknowledged. */
  settle(): Promise<void>;
  /** Ends the town and the gateway, and joins the ledger with the journal. */
  finish(): Promise<SceneReport>;
}

/** What a scene counted. */
export interface SceneReport {
  readonly kills: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly resent: number;
  readonly reboots: number;
  /** From the start of the process to readiness, ms, at worst. */
  readonly slowestStartMs: number;
  readonly journal: Comparison;
}

/** Who plays, and on what ground. */
export interface SceneOptions {
  readonly site: string;
  readonly plans: readonly Plan[];
  /** Settings of the gateway beside those of every scene. */
  readonly env?: Readonly<Record<string, string>>;
  /** Words of a program that runs every gateway of the scene. */
  readonly under?: readonly string[];
  readonly random: () => number;
  readonly onLine: (line: string) => void;
}

/**
 * Opens a scene, runs what is to happen on it, and takes it away; the data is kept when the result has differences. Throws
 * `scenario-failed` with the end of the gateway's log when it cannot be played to its end.
 */
export async function onScene<R extends { readonly differences: readonly string[] }>(
  { site, plans, env, under = [], random, onLine }: SceneOptions,
  run: (scene: Scene) => Promise<R>,
): Promise<R> {
  const folder = await mkdtemp(join(tmpdir(), "linli-kill-"));
  const place = {
    dataDir: folder,
    mqttPort: await freePort(),
    httpPort: await freePort(),
    adminToken: "chaos-token-chaos-token-chaos",
    under,
    // Many checkpoints and segments, so that crashes fall between a checkpoint and the journal's end, and on new segments.
    env: { LINLI_CHECKPOINT_MS: "200", LINLI_JOURNAL_SEGMENT_BYTES: "262144", ...env },
  };
  const ledger = createLedger(join(folder, "ledger.txt"));
  let gateway = await openGateway(place);
  const port = place.mqttPort;
  const town = await openTown({ gateway, site, plans, window: 16, ledger, random, port });
  let kills = 0;
  let reboots = 0;
  let slowestStartMs = 0;

  async function restart(): Promise<void> {
    const startedAt = Date.now();
    gateway = await startGateway(place);
    if (random() < 0.2) {
      await pause(50 + random() * 400);
      await gateway.stop("SIGKILL");
      kills += 1;
      return restart();
    }
    await gateway.ready();
    slowestStartMs = Math.max(slowestStartMs, Date.now() - startedAt);
  }

  const scene: Scene = {
    ...{ folder, town, restart },
    async start(words = under) {
      gateway = await startGateway({ ...place, under: words });
      return gateway;
    },
    gateway: () => gateway,
    acknowledged: () => ledger.acknowledgedCount,
    async underLoad(longestMs) {
      await until("every device is connected", () => town.talkers.every(({ client }) => client.isConnected));
      await pause(50 + random() * longestMs);
    },
    async kill() {
      await gateway.stop("SIGKILL");
      await scene.fell();
    },
    async fell() {
      kills += 1;
      for (const talker of town.talkers) {
        if (!talker.plan.mayReboot || random() > 0.2) continue;
        talker.reboot();
        reboots += 1;
      }
    },
    async settle() {
      town.hush();
      await until("every message is acknowledged", () => town.outstanding() === 0);
    },
    async finish() {
      town.stop();
      await gateway.stop();
      return {
        kills,
        sent: ledger.sentCount,
        acknowledged: ledger.acknowledgedCount,
        resent: town.talkers.reduce((sum, { client }) => sum + client.resent, 0),
        reboots,
        slowestStartMs,
        journal: await ledger.compare(storedKeys(folder)),
      };
    },
  };

  try {
    const result = await run(scene);
    if (result.differences.length === 0) await rm(folder, { recursive: true });
    else onLine(`the data is kept in ${folder}`);
    return result;
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
