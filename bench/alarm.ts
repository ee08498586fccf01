import { type AlarmScene, alarmScenes } from "./support/alarm-scenes.ts";
import { type AlarmStage, type AlarmTimes, openStage } from "./support/alarm-stage.ts";
import { readFlags } from "./support/options.ts";
import { type Percentiles, percentiles } from "./support/statistics.ts";
import { table } from "./support/table.ts";

const flags = readFlags("From PUBLISH of a fire to a screen, and to a webhook that has taken it.", {
  fires: { default: 200, help: "fires of each scene" },
  "every-ms": { default: 100, help: "time between two fires, which wait for nobody, ms" },
  connections: {
    default: 50,
    help: "devices of which the load is measured; the overload has five times as many",
  },
  only: { default: "", help: `scenes to run, with commas: ${Object.keys(alarmScenes).join(",")}` },
});

/** Longest wait for what has not been told yet, ms. */
const patienceMs = 30_000;
/** How long the full rate is measured, after as many messages to warm up. */
const rateMessages = 60_000;

const names = flags.only === "" ? Object.keys(alarmScenes) : flags.only.split(",");
const unknown = names.filter((name) => alarmScenes[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(
    `there is no scene ${unknown.join(", ")}; there are ${Object.keys(alarmScenes).join(", ")}\n`,
  );
  process.exit(64);
}

const rows: string[][] = [];
for (const name of names) {
  process.stderr.write(`${name}\n`);
  rows.push(...(await play(alarmScenes[name]!)));
}
const head = ["scene", "load msg/s", "to", "p50 ms", "p99 ms", "max ms", "goal p99", "p99/goal", "never"];
process.stdout.write(
  `${flags.fires} fires in each scene, one every ${flags["every-ms"]} ms, each of another building\n\n${table(head, rows)}\n`,
);

async function play(scene: AlarmScene): Promise<string[][]> {
  const receivers = await scene.receivers?.();
  const stage = await openStage({
    fires: flags.fires,
    devices: scene.load === "none" ? 0 : flags.connections * 5,
    more: receivers?.urls ?? [],
  });
  let undo: (() => void) | undefined;
  try {
    const load = await startLoad(stage, scene.load);
    undo = await scene.harm?.(stage);
    const times = await stage.burn(flags["every-ms"], patienceMs);
    await load.stop();
    return (["screen", "webhook"] as const).map((to) => rowOf(scene, load.perSecond, to, times));
  } finally {
    undo?.();
    await stage.close();
    receivers?.close();
  }
}

/** Measures what the gateway takes, then lets the load run on its own. */
async function startLoad(
  stage: AlarmStage,
  level: AlarmScene["load"],
): Promise<{ perSecond: number; stop(): Promise<void> }> {
  if (level === "none") return { perSecond: 0, stop: async () => {} };
  const measured = await stage.openLoad(flags.connections);
  await measured.run({ messages: rateMessages, perSecond: 0 });
  const { acknowledged, seconds } = await measured.run({ messages: rateMessages, perSecond: 0 });
  await measured.stop();
  const rate = acknowledged / seconds;

  const isHalf = level === "half";
  const load = await stage.openLoad(isHalf ? flags.connections : flags.connections * 5);
  const perSecond = isHalf ? Math.round(rate / 2) : 0;
  const lastsS = (flags.fires * flags["every-ms"] + patienceMs) / 1000;
  let isOver = false;
  let failure: unknown;
  const running = load.run({ messages: Math.ceil(rate * lastsS), perSecond }).catch((error: unknown) => {
    if (!isOver) failure = error;
  });
  return {
    perSecond: isHalf ? perSecond : rate,
    async stop() {
      isOver = true;
      await load.stop();
      await running;
      if (failure !== undefined) throw failure;
    },
  };
}

function rowOf(
  { title, goalMs }: AlarmScene,
  perSecond: number,
  to: keyof AlarmTimes,
  times: AlarmTimes,
): string[] {
  const never = times[to].filter((ms) => ms === Number.POSITIVE_INFINITY).length;
  const { p50, p99, max }: Percentiles = percentiles(times[to]);
  const shown = [p50, p99, max].map((ms) => ms.toFixed(1));
  const load = Math.round(perSecond).toLocaleString("en");
  return [title, load, to, ...shown, String(goalMs), (p99 / goalMs).toFixed(2), String(never)];
}
