import { freezeScreen, freezeSubscriber } from "../../bench/support/frozen.ts";
import type { Gateway } from "../../bench/support/gateway.ts";
import type { Credentials } from "../../gateway/state/contract.ts";
import { type AlertCheck, checkAlerts, isRight } from "./support/crossing.ts";
import { createDeviceClient } from "./support/device-client.ts";
import { type CutTime, watchCuts } from "./support/frozen-clients.ts";
import { mixedPlans } from "./support/mixed-town.ts";
import { createRandom } from "./support/random.ts";
import { onScene, type Scene, type SceneReport } from "./support/scene.ts";
import { watchStream } from "./support/stream-watch.ts";
import { pause, until } from "./support/wait.ts";

/** How many freeze, under which load. */
export interface FrozenOptions {
  readonly subscribers: number;
  readonly screens: number;
  readonly seed: number;
  /** Messages a second over all devices. */
  readonly perSecond: number;
  /** How long it is measured without and with frozen clients, ms. */
  readonly phaseMs: number;
  readonly onLine: (line: string) => void;
}

/** Times of those that are not frozen, ms. */
export interface Others {
  readonly puback: { readonly count: number; readonly p50: number; readonly p99: number };
  readonly subscriber: { readonly count: number; readonly p50: number; readonly p99: number };
}

/** What came out; `differences` is empty when everything is right. */
export interface FrozenReport extends SceneReport {
  readonly cuts: readonly CutTime[];
  readonly without: Others;
  readonly with: Others;
  readonly slowestFireMs: number;
  readonly fires: number;
  /** Messages that the subscriber which reads has got, of those that were acknowledged to their publisher. */
  readonly delivered: number;
  readonly published: number;
  readonly alerts: AlertCheck;
  readonly differences: readonly string[];
}

const site = "frozen";
const cutWithinMs = 5_000;
const fireMs = 1_000;
/** Bytes of a bulk message, and time between two: 1.6 MB/s to each subscriber, so that buffers of the kernel fill. */
const bulkBytes = 16_384;
const bulkEveryMs = 10;

/**
 * Measures the others, then lets subscribers and screens stop reading and measures again: each must be cut in time, the others
 * must get everything.
 */
export function freezeUnderLoad(options: FrozenOptions): Promise<FrozenReport> {
  const random = createRandom(options.seed);
  const env = { LINLI_LIVE_SCREENS: String(options.screens + 10) };
  return onScene({ site, plans: plans(), env, random, onLine: options.onLine }, async (scene) => {
    const gateway = scene.gateway();
    const account = (await gateway.call("POST", "/api/v1/accounts", {
      ...{ name: "bulk", publish: ["bulk/#"], subscribe: ["bulk/#"] },
    })) as { credentials: Credentials };
    const bulk = await startBulk(gateway, account.credentials);
    const screen = await watchStream(gateway);
    scene.town.talk(options.perSecond);
    await scene.underLoad(500);

    const before = startMeasure(scene, bulk);
    await pause(options.phaseMs);
    const without = before.stop();
    options.onLine(`without: PUBACK p99 ${without.puback.p99.toFixed(1)} ms`);

    const during = startMeasure(scene, bulk);
    const fires = startFires(scene, screen);
    const frozen = await Promise.all([
      ...Array.from({ length: options.subscribers }, (_, i) =>
        freezeSubscriber(gateway, { ...account.credentials, clientId: `frozen-${i}` }, "bulk/#"),
      ),
      ...Array.from({ length: options.screens }, () => freezeScreen(gateway)),
    ]);
    const startedAt = performance.now();
    const cuts = await watchCuts(frozen, patienceMs);
    await pause(Math.max(0, options.phaseMs - (performance.now() - startedAt)));
    const fire = await fires.stop();
    const withFrozen = during.stop();

    await scene.settle();
    const { published, delivered } = await bulk.stop();
    const alerts = await checkAlerts(gateway, site, scene.town.talkers);
    const report = await scene.finish();
    const late = cuts.filter(({ sinceFullMs }) => !(sinceFullMs <= cutWithinMs));
    const differences = [
      ...late.map(({ kind, sinceFullMs }) => `a ${kind} was cut after ${sinceFullMs.toFixed(0)} ms`),
      ...(fire.slowestMs > fireMs ? [`a fire was on the screen after ${fire.slowestMs.toFixed(0)} ms`] : []),
      ...(delivered < published ? [`${published - delivered} messages did not reach who reads`] : []),
      ...report.journal.examples,
      ...(isRight(alerts) ? [] : alerts.examples),
    ];
    screen.close();
    return {
      ...{ ...report, cuts, without, with: withFrozen, alerts, published, delivered, differences },
      ...{ slowestFireMs: fire.slowestMs, fires: fire.count },
    };
  });
}

/** Longest wait until all are cut: a slow screen's buffers fill slowly, ms. */
const patienceMs = 60_000;

const plans = () => [
  ...mixedPlans(),
  {
    ...{ kind: "waste-bin", id: "fire", share: 0, mayReboot: false, rule: "fire" },
    say: (n: number) => ({
      stream: "telemetry" as const,
      fields: { burning: n % 2 === 0, temperature: 20 },
    }),
  },
];

/** A publisher of large messages and a subscriber that takes them. */
async function startBulk(gateway: Gateway, credentials: Credentials) {
  const filler = "x".repeat(bulkBytes - 20);
  let times: number[] = [];
  let published = 0;
  let isSubscribed = false;
  const got = new Set<string>();
  const subscriber = createDeviceClient({
    ...{ ...credentials, clientId: "reader", port: gateway.mqttPort, window: 1, subscribe: "bulk/#" },
    onSubscribed() {
      isSubscribed = true;
    },
    onMessage(payload) {
      const [n = "", sentAt] = payload.toString("latin1", 0, 40).split(" ");
      got.add(n);
      times.push(performance.now() - Number(sentAt));
    },
  });
  const publisher = createDeviceClient({
    ...{ ...credentials, clientId: "writer", port: gateway.mqttPort, window: 64 },
  });
  await until("the bulk flows", () => isSubscribed && publisher.isConnected);
  let n = 0;
  const timer = setInterval(() => {
    const isSent = publisher.publish({
      topic: "bulk/a",
      payload: `${n + 1} ${performance.now()} ${filler}`,
      acknowledged: () => {
        published += 1;
      },
    });
    if (isSent) n += 1;
  }, bulkEveryMs);
  return {
    /** The times since the last call. */
    times() {
      const taken = times;
      times = [];
      return taken;
    },
    async stop() {
      clearInterval(timer);
      await until("the bulk is acknowledged", () => publisher.outstanding === 0);
      await until("the bulk has arrived", () => got.size >= published).catch(() => undefined);
      publisher.stop();
      subscriber.stop();
      return { published, delivered: got.size };
    },
  };
}

function startMeasure(scene: Scene, bulk: { times(): number[] }) {
  bulk.times();
  scene.town.pubackTimes();
  return {
    stop: (): Others => ({ puback: summary(scene.town.pubackTimes()), subscriber: summary(bulk.times()) }),
  };
}

function summary(times: readonly number[]) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99) };
}

/** A fire every second, raised and cleared in turn. */
function startFires(
  scene: Scene,
  screen: { cameAt(event: string, text: string, since: number): number | undefined },
) {
  const fire = scene.town.talkers.find(({ plan }) => plan.id === "fire")!;
  let isOver = false;
  let slowestMs = 0;
  let count = 0;
  async function run(): Promise<void> {
    while (!isOver || count % 2 === 1) {
      const at = performance.now();
      fire.say();
      await until("the fire is on a screen", () => screen.cameAt("alert", fire.device, at) !== undefined);
      slowestMs = Math.max(slowestMs, screen.cameAt("alert", fire.device, at)! - at);
      count += 1;
      await pause(500);
    }
  }
  const running = run();
  return {
    async stop() {
      isOver = true;
      await running;
      return { slowestMs, count };
    },
  };
}
