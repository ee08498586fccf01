import { afterEach, beforeEach, expect, test } from "vitest";
import { createSystemClock } from "../../../gateway/clock.ts";
import { type Cassette, cassetteFrom, encodeHeader, encodeMessage } from "../../../simulators/cassette.ts";
import { createRandom } from "../../../simulators/random.ts";
import { replay, replayInto } from "../../../simulators/replay.ts";
import { planReplay, type ReplayPlan } from "../../../simulators/replay-plan.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { collect, openTestBroker, settings } from "./support.ts";

const recordedAt = Date.parse("2026-01-10T02:00:00Z");
const startAt = Date.parse("2026-02-01T00:00:00Z");

function aPlan(over: Partial<ReplayPlan> = {}): ReplayPlan {
  return { seed: "s", startAt, speed: 1, loops: 1, times: "shifted", marking: "simulated", ...over };
}

function aCassette(
  messages: readonly (readonly [offsetMs: number, topic: string, payload: string | Buffer])[],
): Promise<Cassette> {
  const text =
    encodeHeader({ format: "linli-cassette", version: 1, recordedAt, broker: "mqtt://x", filters: ["#"] }) +
    messages
      .map(([offsetMs, topic, payload]) =>
        encodeMessage({ offsetMs, topic, qos: 1, retain: true, payload: Buffer.from(payload as string) }),
      )
      .join("");
  return cassetteFrom({ name: "tape", chunks: () => [text], ...settings });
}

const telemetry = "linli/v1/old/some-kind/d1/telemetry";

async function plan(
  payload: string | Buffer,
  over: Partial<ReplayPlan> = {},
  offsetMs = 1000,
): Promise<string[]> {
  const cassette = await aCassette([[offsetMs, telemetry, payload]]);
  return (await collect(planReplay(cassette, aPlan(over)))).map((message) => message.payload.toString());
}

test("the same cassette, seed and start give the same bytes, and another seed gives other keys", async () => {
  const cassette = await aCassette([
    [0, telemetry, `{"ts":${recordedAt},"seq":1,"boot":7,"a":1.0}`],
    [500, telemetry, `[{"ts":${recordedAt},"seq":2,"boot":7}]`],
  ]);
  const run = async (seed: string) =>
    JSON.stringify(await collect(planReplay(cassette, aPlan({ seed, loops: 3, speed: 7 }))));
  expect(await run("a")).toBe(await run("a"));
  expect(await run("a")).not.toBe(await run("b"));
});

test("a reading is marked, its time moves with the replay, and all other bytes stay", async () => {
  const late = recordedAt + 1000 - 250;
  const payload = `{"ts":${late}, "seq":1,"boot":7,"a":1.0,"a":2 ,"text":"}{\\"ts\\":5"}`;
  expect(await plan(payload)).toEqual([
    `{"simulated":true,"ts":${startAt + 750}, "seq":1,"boot":"s.0.7","a":1.0,"a":2 ,"text":"}{\\"ts\\":5"}`,
  ]);
});

test("every object of a batch is marked, and a sequence number without boot gets one", async () => {
  expect(await plan('[ {"seq":1} , {} ]')).toEqual([
    '[ {"simulated":true,"boot":"s.0","seq":1} , {"simulated":true} ]',
  ]);
});

test("a reading that says it is not simulated is marked all the same", async () => {
  expect(await plan('{"simulated":false,"a":1}')).toEqual(['{"simulated":true,"a":1}']);
});

test.each([
  [recordedAt / 1000, startAt / 1000],
  [recordedAt * 1000, startAt * 1000],
  ["2026-01-10T02:00:00Z", "2026-02-01T00:00:00.000Z"],
  ["yesterday", "yesterday"],
  [12, 12],
])("a time %s keeps the way it is written", async (before, after) => {
  expect(await plan(JSON.stringify({ ts: before, a: 1 }), {}, 0)).toEqual([
    JSON.stringify({ simulated: true, ts: after, a: 1 }),
  ]);
});

test("junk stays the junk it was", async () => {
  for (const junk of ["{oops", "", "42", "[1]"]) expect(await plan(junk)).toEqual([junk]);
  const bytes = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
  const cassette = await aCassette([[0, telemetry, bytes]]);
  const [message] = await collect(planReplay(cassette, aPlan()));
  expect(message?.payload).toEqual(bytes);
});

test("only readings are sent, without retain; as-recorded sends everything as it was", async () => {
  const others = [
    "linli/v1/old/k/d/status",
    "linli/v1/old/k/d/command",
    "linli/v1/old/k/d/reject",
    "zigbee2mqtt/x",
  ];
  const cassette = await aCassette([telemetry, ...others].map((topic) => [0, topic, '{"a":1}'] as const));
  const skipped: string[] = [];
  const marked = await collect(planReplay(cassette, aPlan(), (topic) => skipped.push(topic)));
  expect(marked.map(({ topic, retain }) => [topic, retain])).toEqual([[telemetry, false]]);
  expect(skipped).toEqual(others);

  const raw = await collect(planReplay(cassette, aPlan({ marking: "as-recorded" })));
  expect(raw.map(({ topic }) => topic)).toEqual([telemetry, ...others]);
  expect(raw.every(({ payload, retain }) => payload.toString() === '{"a":1}' && retain)).toBe(true);
});

test("sites, devices and foreign topics are renamed", async () => {
  const cassette = await aCassette([
    [0, telemetry, "{}"],
    [0, "linli/v1/other/some-kind/d1/telemetry", "{}"],
    [0, "zigbee2mqtt/x", "{}"],
  ]);
  const renames = [
    { part: "site", from: "old", to: "new" },
    { part: "device", from: "d1", to: "d9" },
    { part: "prefix", from: "zigbee2mqtt/", to: "z/" },
  ] as const;
  const planned = planReplay(cassette, aPlan({ renames, marking: "as-recorded" }));
  expect((await collect(planned)).map(({ topic }) => topic)).toEqual([
    "linli/v1/new/some-kind/d9/telemetry",
    "linli/v1/other/some-kind/d9/telemetry",
    "z/x",
  ]);
});

test("speed and loops set when a message is due, and full speed ends now", async () => {
  const cassette = await aCassette([
    [0, telemetry, `{"ts":${recordedAt},"a":1}`],
    [999, telemetry, `{"ts":${recordedAt + 999},"a":2}`],
  ]);
  const due = async (over: Partial<ReplayPlan>) =>
    (await collect(planReplay(cassette, aPlan({ loops: 2, ...over })))).map(({ dueMs }) => dueMs);
  expect(await due({})).toEqual([0, 999, 1000, 1999]);
  expect(await due({ speed: 10 })).toEqual([0, 100, 100, 200]);
  expect(await due({ speed: "max" })).toEqual([0, 0, 0, 0]);
  const fast = await collect(planReplay(cassette, aPlan({ speed: "max" })));
  expect(fast.map(({ payload }) => JSON.parse(payload.toString()).ts)).toEqual([startAt - 1000, startAt - 1]);
});

test("replayInto moves the clock to each message and feeds them in order", async () => {
  const cassette = await aCassette([
    [0, telemetry, '{"n":0}'],
    [400, telemetry, '{"n":1}'],
  ]);
  const clock = createFakeClock(startAt);
  const seen: [number, string][] = [];
  const accept = ({ payload }: { payload: Buffer }) => seen.push([clock.now() - startAt, payload.toString()]);
  expect(await replayInto({ cassette, plan: aPlan(), clock, accept })).toBe(2);
  expect(seen).toEqual([
    [0, '{"simulated":true,"n":0}'],
    [400, '{"simulated":true,"n":1}'],
  ]);
});

let broker: Awaited<ReturnType<typeof openTestBroker>>;
beforeEach(async () => {
  broker = await openTestBroker();
});
afterEach(() => broker.close());

test("a replay over the wire keeps the order and waits for every acknowledgement", async () => {
  const cassette = await aCassette(
    Array.from({ length: 500 }, (_, n) => [n, telemetry, `{"n":${n}}`] as const),
  );
  const stats = await replay({
    url: broker.url,
    clientId: "replay",
    cassette,
    plan: aPlan({ speed: "max", startAt: Date.now() }),
    random: createRandom("x"),
    clock: createSystemClock(),
    settings,
  });
  expect(stats).toEqual({ sent: 500, acknowledged: 500, refused: 0, skipped: 0, inFlight: 0 });
  const numbers = broker.received.map(({ payload }) => JSON.parse(payload).n);
  expect(numbers).toEqual(Array.from({ length: 500 }, (_, n) => n));
});

test("a replay that is stopped ends at once, in the middle of a wait", async () => {
  const cassette = await aCassette([
    [0, telemetry, '{"n":0}'],
    [3_600_000, telemetry, '{"n":1}'],
  ]);
  const stop = new AbortController();
  const stats = await replay({
    url: broker.url,
    clientId: "replay",
    cassette,
    plan: aPlan({ startAt: Date.now() }),
    random: createRandom("x"),
    clock: createSystemClock(),
    settings,
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  expect(stats).toMatchObject({ sent: 1, acknowledged: 1 });
});
