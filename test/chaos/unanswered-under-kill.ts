import { type Got, openPhones, type Phones } from "./support/phones.ts";
import { createRandom } from "./support/random.ts";
import { onScene, type Scene } from "./support/scene.ts";
import { pause, untilWithin } from "./support/wait.ts";

/** When the gateway is killed, and how long it is watched after somebody has answered. */
export interface UnansweredOptions {
  readonly seed: number;
  /** Times after the fire at which the gateway is killed, ms; in order. */
  readonly killAtMs: readonly number[];
  readonly quietMs: number;
  readonly onLine: (line: string) => void;
}

/** What came out; times are ms after the fire was detected. `differences` is empty when everything is right. */
export interface UnansweredReport {
  readonly kills: number;
  /** Attempts at the way that is broken, and the longest wait between two while the gateway ran. */
  readonly attempts: number;
  readonly longestGapMs: number;
  /** Calls by the second way, and of the supervisor. */
  readonly second: readonly number[];
  readonly supervisor: readonly number[];
  readonly afterAnswer: number;
  readonly differences: readonly string[];
}

const site = "unanswered";
const retriedWithinMs = 5_000;
/** When each must be called, at the earliest and at the latest, ms after detection. */
const windows = { second: [25_000, 30_000], supervisor: [85_000, 90_000] } as const;
/** Who was called is called again after so long, ms, and a moment later at most. */
const repeatMs = 60_000;
const lateMs = 5_000;

/** Lets one burn that nobody answers, with the first way to the crew broken, and kills the gateway in between. */
export async function leaveUnanswered(options: UnansweredOptions): Promise<UnansweredReport> {
  const phones = await openPhones();
  const targets = ["first", "second", "supervisor"].map((name) => ({ name, type: "sms" }) as const);
  const env = { ...phones.settings(targets), LINLI_API_PUBLIC_URL: "http://gate.example" };
  const { onLine } = options;
  try {
    const random = createRandom(options.seed);
    return await onScene({ site, plans: firePlans(), env, random, onLine }, (scene) =>
      play(scene, phones, options),
    );
  } finally {
    phones.close();
  }
}

async function play(scene: Scene, phones: Phones, options: UnansweredOptions): Promise<UnansweredReport> {
  const { killAtMs, quietMs, onLine } = options;
  await callablePeople(scene);
  phones.breakDown("first");
  await scene.underLoad(0);
  scene.town.talkers[0]!.say();
  await untilWithin({
    what: "the fire is an incident",
    isSo: async () => (await incidentOf(scene)) !== undefined,
    ms: 5_000,
    everyMs: 50,
  });
  const { detectedAt, marks } = (await incidentOf(scene))!;
  const since = Date.parse(detectedAt);
  const away: { from: number; to: number }[] = [];
  for (const ms of killAtMs) {
    await pause(since + ms - Date.now());
    const from = Date.now();
    await scene.kill();
    await scene.restart();
    away.push({ from, to: Date.now() });
    onLine(`killed ${ms / 1000} s after the fire, back after ${Date.now() - from} ms`);
  }
  await untilWithin({
    what: "the supervisor is called twice",
    isSo: () => phones.to("supervisor").length >= 2,
    ms: windows.supervisor[1] + repeatMs + lateMs,
    everyMs: 50,
  });
  onLine(`the supervisor was called again ${Date.now() - since} ms after the fire`);
  const after = await incidentOf(scene);
  const problem = await answerByLink(scene, phones.to("supervisor").at(-1)!);
  await pause(underWayMs);
  const answered = phones.got.length;
  onLine(`answered; watched for ${quietMs / 1000} s`);
  await pause(quietMs);

  const timesOf = (name: string) => phones.to(name).map(({ at }) => at - since);
  const [second, supervisor] = [timesOf("second"), timesOf("supervisor")];
  const attempts = phones.to("first");
  const longestGapMs = longestGap(attempts, away);
  const afterAnswer = phones.got.length - answered;
  await scene.settle();
  const { kills, journal } = await scene.finish();
  const [again = Number.NaN] = supervisor.slice(1);
  const differences = [
    ...(longestGapMs <= retriedWithinMs ? [] : [`the broken way was not tried for ${longestGapMs} ms`]),
    ...outside("second", second[0]),
    ...outside("supervisor", supervisor[0]),
    ...(again - supervisor[0]! <= repeatMs + lateMs
      ? []
      : [`the supervisor was called again at ${again} ms`]),
    ...(JSON.stringify(after?.marks) === JSON.stringify(marks)
      ? []
      : ["a kill moved the marks of the incident"]),
    ...problem,
    ...(afterAnswer === 0 ? [] : [`${afterAnswer} calls came after somebody had answered`]),
    ...journal.examples,
  ];
  return { kills, attempts: attempts.length, longestGapMs, second, supervisor, afterAnswer, differences };
}

/** What was on its way when somebody answered may still arrive, ms. */
const underWayMs = 3_000;

interface Incident {
  readonly id: string;
  readonly state: string;
  readonly detectedAt: string;
  readonly marks: Readonly<Record<string, string>>;
  readonly times: Readonly<Record<string, { readonly by: string }>>;
}

async function incidentOf(scene: Scene): Promise<Incident | undefined> {
  return (await scene.gateway().list<Incident>(`/api/v1/incidents?site=${site}`))[0];
}

const supervisorName = "赵主任";

/** A crew of one, who has two ways, and somebody above him. */
async function callablePeople(scene: Scene): Promise<void> {
  const add = (what: string, body: object) =>
    scene.gateway().call("POST", `/api/v1/sites/${site}/${what}`, body);
  await add("crews", { id: "crew-1", name: "东区微型消防站", least: 1 });
  const ways = (...names: string[]) => names.map((target, i) => ({ target, address: `1380000000${i}` }));
  await add("contacts", { name: "王芳", role: "member", crew: "crew-1", ways: ways("first", "second") });
  await add("contacts", { name: supervisorName, role: "supervisor", ways: ways("supervisor") });
}

/** Presses the button behind the link of a message; what was wrong with that. */
async function answerByLink(scene: Scene, { body }: Got): Promise<string[]> {
  const { link } = JSON.parse(body) as { link: string };
  if (!URL.canParse(link)) return ["the supervisor's message has no link"];
  const url = `http://127.0.0.1:${scene.gateway().httpPort}${new URL(link).pathname}`;
  const looked = await fetch(url);
  const pressed = await fetch(url, { method: "POST" });
  const { state, times } = (await incidentOf(scene))!;
  const isRight = state === "acknowledged" && times.acknowledged?.by === supervisorName;
  if (looked.ok && pressed.ok && isRight) return [];
  return [`the link was answered ${looked.status} and ${pressed.status}; the incident is ${state}`];
}

/** The longest wait between two attempts, without the times in which there was no gateway. */
function longestGap(attempts: readonly Got[], away: readonly { from: number; to: number }[]): number {
  const gaps = attempts.slice(1).map(({ at }, i) => {
    const before = attempts[i]!.at;
    const lost = away
      .map(({ from, to }) => Math.min(to, at) - Math.max(from, before))
      .filter((ms) => ms > 0)
      .reduce((sum, ms) => sum + ms, 0);
    return at - before - lost;
  });
  return Math.max(...gaps, attempts.length < 2 ? Number.POSITIVE_INFINITY : 0);
}

function outside(name: keyof typeof windows, at = Number.NaN): string[] {
  const [from, to] = windows[name];
  return at >= from && at <= to ? [] : [`${name} was called ${at} ms after the fire`];
}

const firePlans = () => [
  {
    ...{ kind: "fire-detector", id: "smoke-1", share: 0, mayReboot: false, rule: "fire" },
    say: () => ({ stream: "telemetry" as const, fields: { smoke: true } }),
  },
];
