import { randomBytes } from "node:crypto";
import type { Api } from "../../client/api.ts";
import { apiOf } from "../../client/options.ts";
import { createSystemClock } from "../../gateway/clock.ts";
import { openCassette } from "../cassette.ts";
import { startProgress } from "../progress.ts";
import { createRandom } from "../random.ts";
import { type ReplayStats, replay } from "../replay.ts";
import { simulatorSettings } from "../settings.ts";
import { brokerName } from "./options.ts";
import type { ReplayCommandOptions } from "./replay.ts";
import { exitCodes } from "./run.ts";

/** Runs `linli replay`. */
export async function playCassette(
  file: string,
  options: ReplayCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const clock = createSystemClock();
  const settings = simulatorSettings.parse({ window: options.window });
  const cassette = await openCassette(file, settings);
  const seed = options.seed ?? randomBytes(4).toString("hex");
  const account =
    options.username === undefined
      ? await makeReplayAccount(apiOf(options, settings.connectTimeoutMs), options)
      : undefined;
  const { username, password } = account?.credentials ?? options;

  let stats: ReplayStats = { sent: 0, acknowledged: 0, refused: 0, skipped: 0, inFlight: 0 };
  const read = () => ({ ...stats });
  const progress = startProgress({ output: process.stderr, clock, read, rates: ["acknowledged"] });
  progress.say(`replaying ${file} into ${brokerName(options)} with seed ${seed}`);
  try {
    stats = await replay({
      url: options.broker,
      username,
      password,
      clientId: `${username}-replay-${process.pid}`,
      cassette,
      plan: {
        seed,
        startAt: clock.now(),
        speed: options.speed,
        loops: options.loops,
        times: options.times,
        marking: options.asRecorded ? "as-recorded" : "simulated",
        renames: options.rename ?? [],
      },
      random: createRandom(seed),
      clock,
      settings,
      signal,
      onProgress: (now) => {
        stats = now;
      },
    });
  } finally {
    progress.end();
    await account?.remove();
  }
  if (stats.skipped > 0) {
    process.stderr.write(
      `${stats.skipped} messages that are not readings were left out; --as-recorded sends them\n`,
    );
  }
  return stats.refused > 0 ? exitCodes.failed : exitCodes.ok;
}

async function makeReplayAccount(api: Api, { asRecorded }: ReplayCommandOptions) {
  const name = `replay-${randomBytes(5).toString("hex")}`;
  const { credentials } = await api.post<{ credentials: { username: string; password: string } }>(
    "/accounts",
    {
      name,
      publish: asRecorded ? ["#"] : ["linli/v1/#"],
      subscribe: [],
    },
  );
  return { credentials, remove: () => api.remove(`/accounts/${name}`) };
}
