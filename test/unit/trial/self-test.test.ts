import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createLog } from "../../../gateway/log.ts";
import { startDeadMan } from "../../../gateway/trial/dead-man.ts";
import { selfTestDevice, topicOf } from "../../../gateway/trial/devices.ts";
import { healthOf } from "../../../gateway/trial/health-stages.ts";
import { trialPayload } from "../../../gateway/trial/kind.ts";
import { trialOf } from "../../../gateway/trial/mark.ts";
import { createSelfTestWatch } from "../../../gateway/trial/self-test-watch.ts";
import { cleanUp } from "../broker/support.ts";
import { aTestedPath, type Broken } from "./support.ts";

type TestedPath = Awaited<ReturnType<typeof aTestedPath>>;

let path: TestedPath;
afterEach(async () => {
  path.close();
  await cleanUp();
});

test("a test alarm comes through every stage, leaves one line in the journal, and is over", async () => {
  path = await aTestedPath();
  for (const run of [1, 2]) {
    const result = await path.test();
    expect(result).toMatchObject({ ok: true, at: path.clock.now() });
    expect(Object.keys(result.took).toSorted()).toEqual([
      ...["broker", "dispatcher", "journal", "judge", "screen"],
    ]);
    expect(path.isRaised()).toBe(false);
    expect(path.records).toHaveLength(run);
  }
  expect(JSON.parse(path.records[0]!)).toEqual({
    ...{ type: "trial", at: path.clock.now(), device: "gateway/gateway/self-test", selfTest: "run-1" },
  });
  expect(path.hub.screens()).toBe(0);
});

/** How each part is broken, and when the test can come no further, so that only time is left to pass. */
const harms: readonly {
  readonly stage: string;
  readonly reason: RegExp;
  readonly part?: Broken;
  readonly isStuck?: (path: TestedPath) => boolean;
  readonly health: string;
}[] = [
  { stage: "broker", reason: /ECONNREFUSED/, health: "broker" },
  {
    ...{ stage: "judge", part: "judge", reason: /no alarm was made/, health: "path" },
    isStuck: ({ seen }) => seen.has("arrived"),
  },
  {
    ...{ stage: "journal", part: "journal", reason: /did not become durable/, health: "journal" },
    isStuck: ({ seen }) => seen.has("probed"),
  },
  {
    ...{ stage: "screen", part: "screen", reason: /no screen was shown it/, health: "screens" },
    isStuck: ({ seen, isDisconnected }) => seen.has("probed") && isDisconnected(),
  },
  { ...{ stage: "screen", part: "stream", reason: /HTTP 503/, health: "screens" } },
  {
    ...{ stage: "dispatcher", part: "dispatcher", reason: /did not take it/, health: "notify" },
    isStuck: ({ seen, isDisconnected }) =>
      seen.has("probed") && seen.has("stream closed") && isDisconnected(),
  },
];

describe("one part of the path after another is broken", () => {
  test.each(harms)(
    "$stage: people are told after 90 s, and the watcher hears nothing ($reason)",
    async (harm) => {
      path = await aTestedPath();
      const { clock, broken, metrics } = path;
      const told: string[] = [];
      let results = 0;
      let pings = 0;
      const log = createLog({ level: "silent" });
      const watch = createSelfTestWatch({
        async test() {
          const result = await path.test();
          results += 1;
          return result;
        },
        stages: ["broker", "judge", "journal", "screen", "dispatcher"],
        onBroken: (isBroken, reason) => void told.push(`${isBroken} ${reason}`),
        ...{ settings: { selfTestMs: 30_000, failAfterMs: 90_000 }, clock, metrics, log },
      });
      const ended = (count: number) => expect.poll(() => results).toBe(count);
      watch.start();
      await ended(1);
      startDeadMan({
        ...{ isWorking: watch.isWorking, settings: { url: "https://example.com/", everyMs: 60_000 } },
        ...{ clock, metrics, log },
        async get() {
          pings += 1;
          return { status: 200 };
        },
      });
      const stages = () => healthOf(watch.state(), clock.now());
      expect(stages().every(({ ok }) => ok)).toBe(true);

      if (harm.part === undefined) await path.broker.broker.stop();
      else broken.add(harm.part);
      // What is stuck takes all the time that a test may; the next one begins 30 s after it all the same.
      const stuckMs = harm.isStuck === undefined ? 0 : 10_000;
      clock.advance(30_000);
      for (const run of [2, 3, 4]) {
        if (harm.isStuck !== undefined) await expect.poll(() => harm.isStuck?.(path)).toBe(true);
        clock.advance(stuckMs);
        await ended(run);
        if (run === 4) break;
        expect(told).toEqual([]);
        clock.advance(30_000 - stuckMs);
      }
      expect(told).toEqual([expect.stringMatching(harm.reason)]);
      expect(told[0]).toMatch(new RegExp(`^true no test alarm has come through for 90 s; ${harm.stage}: `));
      expect(stages().filter(({ ok }) => !ok)).toEqual([
        { stage: harm.health, ok: false, detail: expect.stringMatching(harm.reason) },
      ]);
      expect(pings).toBe(0);
      expect(await metrics.text()).toMatch(/dead_man_pings_total\{result="held-back"\} [1-9]/);

      if (harm.part === undefined) return;
      broken.clear();
      clock.advance(30_000 - stuckMs);
      await ended(5);
      expect(told.slice(1)).toEqual(["false test alarms come through again"]);
      expect(stages().every(({ ok }) => ok)).toBe(true);
      clock.advance(60_000);
      expect(pings).toBe(1);
    },
  );
});

test("a door that is open and says nothing is the broker's fault", async () => {
  path = await aTestedPath();
  const mute = createServer((socket) => void socket.on("error", () => {}));
  await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
  const { port } = mute.address() as { port: number };
  const came = new Promise((resolve) => mute.once("connection", resolve));
  const result = path.test({ mqttPort: port });
  await came;
  path.clock.advance(10_000);
  expect(await result).toMatchObject({ ok: false, stage: "broker", reason: "no CONNACK" });
  mute.close();
});

test("self-tests that are switched off say nothing", async () => {
  path = await aTestedPath();
  const watch = createSelfTestWatch({
    ...{
      test: () => path.test(),
      stages: [],
      onBroken() {},
      settings: { selfTestMs: 0, failAfterMs: 90_000 },
    },
    ...{ clock: path.clock, metrics: path.metrics, log: createLog({ level: "silent" }) },
  });
  await watch.start()();
  path.clock.advance(600_000);
  expect(path.records).toEqual([]);
  expect(healthOf(watch.state(), path.clock.now())).toEqual([]);
});

test("what nobody but the gateway may say is refused on every other way into the path", async () => {
  path = await aTestedPath();
  const payload = Buffer.from(trialPayload({ selfTest: "x" }, true));
  const about = { topic: topicOf(selfTestDevice), payload, qos: 1, dup: false, will: false } as const;
  const principals = [
    undefined,
    { type: "account", name: "bridge", publish: ["#"], subscribe: ["#"] } as const,
    {
      type: "device",
      name: "gateway/self-test",
      device: selfTestDevice,
      publish: [],
      subscribe: [],
    } as const,
  ];
  for (const principal of principals) {
    expect(trialOf({ principal, payload })).toBeUndefined();
    const refusal = await new Promise((resolve) => path.pipeline.accept({ ...about, principal }, resolve));
    expect(refusal).toMatchObject({
      code: "device-unknown",
      message: expect.stringContaining("nobody else"),
    });
  }
  expect(path.isRaised()).toBe(false);
});

test("a stop cuts the test that is under way, and says nothing of the path", async () => {
  path = await aTestedPath();
  path.broken.add("dispatcher");
  const told: boolean[] = [];
  const watch = createSelfTestWatch({
    ...{ test: (stopped) => path.test({ stopped }), stages: [], onBroken: (isBroken) => told.push(isBroken) },
    ...{ settings: { selfTestMs: 30_000, failAfterMs: 90_000 }, clock: path.clock, metrics: path.metrics },
    log: createLog({ level: "silent" }),
  });
  const stop = watch.start();
  await expect.poll(() => path.seen.has("probed")).toBe(true);
  await stop();
  path.clock.advance(600_000);
  expect([told, watch.state().last]).toEqual([[], undefined]);
  expect(path.isRaised()).toBe(false);
});
