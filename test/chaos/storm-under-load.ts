import { openCrowd } from "./support/crowd.ts";
import { type Got, most, openPhones, type Phones, robotMessages } from "./support/phones.ts";
import { createRandom } from "./support/random.ts";
import { onScene, type Scene } from "./support/scene.ts";
import { pause, untilWithin } from "./support/wait.ts";

/** How large the storm is, and how long it is watched. */
export interface StormOptions {
  /** Devices that go offline in the same moment. */
  readonly devices: number;
  /** How often the fire must be told again before somebody answers. */
  readonly repeats: number;
  /** How long it must be quiet afterwards, ms. */
  readonly quietMs: number;
  readonly onLine: (line: string) => void;
}

/** What came out; `differences` is empty when everything is right. */
export interface StormReport {
  /** Messages at the robot, and the most of them in any 60 s. */
  readonly messages: number;
  readonly mostInMinute: number;
  /** Place of the fire's first message among all of them, from 1, and when it came after the PUBLISH, ms. */
  readonly firePlace: number;
  readonly fireMs: number;
  /** From one telling of the fire to the next while nobody answered, ms. */
  readonly repeatMs: readonly number[];
  readonly afterAnswer: number;
  readonly listed: number;
  readonly expected: number;
  readonly differences: readonly string[];
}

const site = "storm";
/** On a fire exit, so that the group hears of each that is gone. */
const exits = { kind: "access-gate", facts: { fireExit: true }, says: { state: "closed" } };
const fireName = "storm-smoke";
const robot = "robot";
/** A connection that ended raises its alert after so long, ms; soon, so that the storm comes in one piece. */
const lostHoldMs = 1_000;
/** Chains repeat after so long, ms, and the tick that does it comes a moment later. */
const repeatedWithinMs = 65_000;
const toldWithinMs = 1_000;

/** Cuts many devices off at once, lets one burn, and looks at what a group with a robot is told. */
export async function stormUnderLoad(options: StormOptions): Promise<StormReport> {
  const phones = await openPhones();
  const env = {
    ...phones.settings([{ name: robot, type: "wecom" }]),
    LINLI_ALERT_QUIET_LOST_HOLD_MS: String(lostHoldMs),
    LINLI_BROKER_CONNECTIONS_PER_ADDRESS: String(options.devices + 100),
  };
  try {
    const random = createRandom(1);
    return await onScene({ site, plans: firePlans(), env, random, onLine: options.onLine }, (scene) =>
      play(scene, phones, options),
    );
  } finally {
    phones.close();
  }
}

async function play(scene: Scene, phones: Phones, options: StormOptions): Promise<StormReport> {
  const { devices, repeats, quietMs, onLine } = options;
  const gateway = scene.gateway();
  await scene.underLoad(0);
  const crowd = await openCrowd({ gateway, site, count: devices, ...exits });
  onLine(`${devices} devices are connected`);

  const before = phones.got.length;
  const fires = () => phones.to(robot).filter(({ body }) => body.includes(fireName));
  const firedAt = Date.now();
  crowd.cut();
  scene.town.talkers[0]!.say();
  await untilWithin({ what: "the fire is told", isSo: () => fires().length > 0, ms: 10_000 });
  onLine(`the fire was told after ${fires()[0]!.at - firedAt} ms`);

  const expected = devices + 1;
  const listed = async () =>
    (await gateway.list<{ device: string }>(`/api/v1/alerts?site=${site}&limit=500`)).map(
      ({ device }) => device,
    );
  await untilWithin({
    what: "every alert is in the list",
    isSo: async () => (await listed()).length >= expected,
    ms: 60_000,
    everyMs: 500,
  });
  const calls: Got[] = [];
  while (calls.length < repeats) {
    const since = Date.now();
    // What is told at the beginning, of the alert and of its incident, comes together.
    await pause(togetherMs);
    await untilWithin({
      what: "the fire is told again",
      isSo: () => fires().some(({ at }) => at > since + togetherMs),
      ms: repeatedWithinMs,
      everyMs: 50,
    });
    calls.push(fires().find(({ at }) => at > since + togetherMs)!);
    onLine(`told again ${calls.at(-1)!.at - firedAt} ms after the fire`);
  }

  const [incident] = await gateway.list<{ id: string }>(`/api/v1/incidents?site=${site}`);
  for (const move of ["acknowledge", "arrive", "control"]) {
    await gateway.call("POST", `/api/v1/incidents/${incident?.id}/${move}`, {});
  }
  // That somebody has answered is told too.
  await pause(togetherMs);
  const answered = fires().length;
  onLine(`answered; watched for ${quietMs / 1000} s`);
  await pause(quietMs);

  const all = phones.to(robot).slice(before);
  const firePlace = all.findIndex(({ body }) => body.includes(fireName)) + 1;
  const fireMs = fires()[0]!.at - firedAt;
  const told = [fires()[0]!, ...calls];
  const repeatMs = calls.map(({ at }, i) => at - told[i]!.at);
  const names = new Set(await listed());
  const missing = crowd.ids.filter((id) => !names.has(`${site}/${exits.kind}/${id}`));
  const afterAnswer = fires().length - answered;
  const mostInMinute = most(phones.to(robot));
  await scene.settle();
  const { journal } = await scene.finish();
  const differences = [
    ...(firePlace === 1 ? [] : [`the fire was message ${firePlace}`]),
    ...(fireMs <= toldWithinMs ? [] : [`the fire was told after ${fireMs} ms`]),
    ...(mostInMinute <= robotMessages ? [] : [`${mostInMinute} messages came within a minute`]),
    ...missing.slice(0, 5).map((id) => `${id} has no alert in the list`),
    ...(afterAnswer === 0 ? [] : [`the fire was told ${afterAnswer} times after it was answered`]),
    ...journal.examples,
  ];
  return {
    ...{
      messages: all.length,
      mostInMinute,
      firePlace,
      fireMs,
      repeatMs,
      afterAnswer,
      expected,
      differences,
    },
    listed: names.size,
  };
}

const togetherMs = 10_000;

const firePlans = () => [
  {
    ...{ kind: "fire-detector", id: fireName, share: 0, mayReboot: false, rule: "fire" },
    say: () => ({ stream: "telemetry" as const, fields: { smoke: true } }),
  },
];
