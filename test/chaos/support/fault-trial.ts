import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Gateway } from "../../../bench/support/gateway.ts";
import { readLag, shareWithin } from "./loop-lag.ts";
import type { Scene } from "./scene.ts";
import { type Injection, injectFaults, straceWords } from "./strace.ts";
import { watchStream } from "./stream-watch.ts";
import { pause, until } from "./wait.ts";

/** A fault of the disk, and what must hold while it lasts. */
export interface FaultTrial extends Omit<Injection, "pid" | "paths"> {
  readonly name: string;
  /** Files of the data folder; all when absent. */
  readonly files?: readonly string[];
  readonly lastsMs: number;
  /** The alert of the gateway itself that must be raised, and end by itself. */
  readonly fault?: string;
  /** Whether the journal must have gone on in a new segment. */
  readonly newSegment?: boolean;
  /** Whether messages are still acknowledged. */
  readonly goesOn: boolean;
  /** Bound of the event loop's lag, 99 % of the time, ms. */
  readonly lagP99Ms?: number;
  /** Longest time without an acknowledgement while it lasts, ms. */
  readonly longestGapMs?: number;
}

/** What was seen. */
export interface TrialReport {
  readonly name: string;
  /** Calls that failed, or were late. */
  readonly hits: number;
  readonly acknowledged: number;
  /** Time from the PUBLISH of a fire to a screen, ms. */
  readonly fireMs: number;
  readonly longestGapMs: number;
  /** Time from the end of the fault until everything that waited was acknowledged, ms. */
  readonly recoveredMs: number;
  /** Share of the time in which the event loop was late by at most 100 ms, %. */
  readonly lagWithin: number;
  readonly differences: readonly string[];
}

/** Longest time in which a fire must be on a screen, ms. */
const fireMs = 1_000;
/** Longest time until it goes on when the fault is over, ms. */
const recoveryMs = 10_000;

/** Plays one fault under load. */
export async function playTrial(scene: Scene, trial: FaultTrial): Promise<TrialReport> {
  const differences: string[] = [];
  const gateway = scene.gateway();
  const screen = await watchStream(gateway);
  const fire = scene.town.talkers.find(({ plan }) => plan.id === "fire")!;
  const segments = await segmentsOf(scene);
  const ownBefore = await alertsOf(gateway, trial.fault);
  const lagBefore = await readLag(gateway);
  const paths = trial.files?.map((file) => join(scene.folder, file));
  const injected = await injectFaults({ ...trial, pid: gateway.pid, ...(paths && { paths }) });
  const begun = { at: performance.now(), acknowledged: scene.acknowledged() };
  const gaps = watchGaps(scene);
  await pause(trial.lastsMs / 2);

  const fireAt = performance.now();
  fire.say();
  await until(
    `${trial.name}: the fire is on a screen`,
    () => screen.cameAt("alert", fire.device, fireAt) !== undefined,
  );
  const tookMs = screen.cameAt("alert", fire.device, fireAt)! - fireAt;
  if (tookMs > fireMs) differences.push(`the fire was on the screen after ${tookMs.toFixed(0)} ms`);
  await pause(Math.max(0, trial.lastsMs - (performance.now() - begun.at)));

  const acknowledged = scene.acknowledged() - begun.acknowledged;
  const longestGapMs = gaps.stop();
  const lag = shareWithin(lagBefore, await readLag(gateway), 0.1);
  const hits = await injected.stop();
  if (hits === 0) differences.push("nothing was tampered with");
  if (trial.goesOn && acknowledged === 0) differences.push("nothing was acknowledged");
  if (trial.longestGapMs !== undefined && longestGapMs > trial.longestGapMs)
    differences.push(`nothing was acknowledged for ${longestGapMs.toFixed(0)} ms`);
  if (trial.lagP99Ms !== undefined && lag < 0.99)
    differences.push(
      `the event loop was on time within 100 ms in ${(100 * lag).toFixed(2)} % of the time only`,
    );

  const overAt = performance.now();
  const waiting = new Set(scene.town.talkers.filter(({ client }) => client.outstanding > 0));
  const before = scene.acknowledged();
  await until(`${trial.name}: it goes on`, () => scene.acknowledged() > before || waiting.size === 0);
  await until(`${trial.name}: the fire is acknowledged`, () => fire.client.outstanding === 0);
  const recoveredMs = performance.now() - overAt;
  if (recoveredMs > recoveryMs) differences.push(`it took ${recoveredMs.toFixed(0)} ms to recover`);
  fire.say();
  await until(`${trial.name}: the end of the fire is acknowledged`, () => fire.client.outstanding === 0);
  if (trial.fault !== undefined)
    await expectFault({ gateway, rule: trial.fault, before: ownBefore.length, differences });
  if (trial.newSegment && (await segmentsOf(scene)).length <= segments.length)
    differences.push("the journal went on in the segment that had failed");
  if (!gateway.isAlive()) differences.push(`the gateway died:\n${gateway.output()}`);
  screen.close();
  return {
    name: trial.name,
    hits,
    acknowledged,
    fireMs: tookMs,
    longestGapMs,
    recoveredMs,
    lagWithin: 100 * lag,
    differences,
  };
}

/** Starts that may fail before one must succeed, as a service manager would make them. */
const startsMost = 3;

/** Kills the gateway and lets the first sync of its recovery fail. */
export async function recoverUnderFaults(scene: Scene): Promise<TrialReport> {
  const name = "the sync of the recovery fails";
  const differences: string[] = [];
  await scene.underLoad(500);
  const before = scene.acknowledged();
  await scene.kill();
  const startedAt = performance.now();
  const strace = straceWords({ calls: ["fdatasync"], fate: "error=EIO", when: "1" });
  let starts = 1;
  let gateway = await scene.start(strace.words);
  for (;;) {
    try {
      await gateway.ready();
      break;
    } catch (error) {
      if (starts++ >= startsMost) throw error;
      gateway = await scene.start();
    }
  }
  const recoveredMs = performance.now() - startedAt;
  const hits = strace.hits();
  if (hits === 0) differences.push("nothing was tampered with");
  if (starts > 1) differences.push(`it took ${starts} starts`);
  await until(`${name}: it goes on`, () => scene.acknowledged() > before);
  return {
    ...{ name, hits, recoveredMs, differences, acknowledged: scene.acknowledged() - before },
    ...{ fireMs: Number.NaN, longestGapMs: Number.NaN, lagWithin: Number.NaN },
  };
}

/** The fault must be in the list, once more than before, and over. */
async function expectFault({
  gateway,
  rule,
  before,
  differences,
}: {
  gateway: Gateway;
  rule: string;
  before: number;
  differences: string[];
}): Promise<void> {
  const end = Date.now() + 8_000;
  const isOver = (alerts: readonly OwnAlert[]) =>
    alerts.length > before && alerts.every(({ state }) => state !== "raised");
  let found = await alertsOf(gateway, rule);
  while (!isOver(found) && Date.now() < end) {
    await pause(50);
    found = await alertsOf(gateway, rule);
  }
  const raised = found.length - before;
  if (raised !== 1) differences.push(`${raised} alerts "${rule}" were raised, 1 was due`);
  if (found.some(({ state }) => state === "raised")) differences.push(`the alert "${rule}" did not end`);
}

interface OwnAlert {
  readonly rule: string;
  readonly state: string;
}

async function alertsOf(gateway: Gateway, rule: string | undefined): Promise<OwnAlert[]> {
  const listed = await gateway.list<OwnAlert>("/api/v1/alerts?site=gateway&limit=200");
  return listed.filter((alert) => alert.rule === rule);
}

/** Longest time without an acknowledgement. */
function watchGaps(scene: Scene): { stop(): number } {
  let count = scene.acknowledged();
  let at = performance.now();
  let longest = 0;
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - at);
    if (scene.acknowledged() === count) return;
    count = scene.acknowledged();
    at = now;
  };
  const timer = setInterval(look, 5);
  return {
    stop() {
      clearInterval(timer);
      look();
      return longest;
    },
  };
}

async function segmentsOf({ folder }: Scene): Promise<string[]> {
  return (await readdir(join(folder, "journal"))).filter((name) => name.endsWith(".log"));
}
