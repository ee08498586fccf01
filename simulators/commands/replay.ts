import { randomBytes } from "node:crypto";
import { type Command, InvalidArgumentError } from "commander";
import { createSystemClock } from "../../gateway/clock.ts";
import type { Api } from "../api.ts";
import { openCassette } from "../cassette.ts";
import { startProgress } from "../progress.ts";
import { createRandom } from "../random.ts";
import { type ReplayStats, replay } from "../replay.ts";
import type { Rename } from "../replay-plan.ts";
import { simulatorSettings } from "../settings.ts";
import {
  type ApiOptions,
  apiOf,
  apiOptions,
  type BrokerOptions,
  brokerName,
  brokerOptions,
} from "./options.ts";
import { exitCodes, exitsWithUsageCode, run, speedOption, wholeNumber } from "./run.ts";

interface Options extends BrokerOptions, ApiOptions {
  readonly speed: number | "max";
  readonly loops: number;
  readonly seed?: string;
  readonly times: "shifted" | "kept";
  readonly asRecorded?: true;
  readonly rename?: Rename[];
  readonly window: number;
}

/** Adds `linli replay`: a cassette into a gateway. */
export function replayCommand(program: Command): void {
  const command = program
    .command("replay")
    .description(
      "Replay a cassette into a gateway; its readings are marked simulated, so nothing they cause leaves the gateway",
    )
    .argument("<file>", "cassette to replay")
    .option("-x, --speed <factor>", "how many times faster than recorded, or max", speedOption("max"), 1)
    .option("--loops <count>", "how often", wholeNumber(1, 1_000_000), 1)
    .option(
      "--seed <text>",
      "names the replay: with the seed of an earlier one, nothing is taken twice (default: chance)",
    )
    .option("--keep-times", "leave device times as recorded instead of moving them to now")
    .option(
      "--rename <what>",
      "site:old=new, device:old=new or prefix:old/=new/; may be given many times",
      readRename,
    )
    .option(
      "--as-recorded",
      "send every message byte for byte, unmarked and with retain flags: for a scratch gateway only",
    )
    .option("--window <count>", "messages in flight", wholeNumber(1, 1000), 64);
  apiOptions(brokerOptions(command, "credentials"));
  exitsWithUsageCode(command)
    .addHelpText("after", help)
    .action((file: string, options: Options & { keepTimes?: true }) =>
      run(({ signal }) => play(file, { ...options, times: options.keepTimes ? "kept" : "shifted" }, signal)),
    );
}

const help = `
Without a user name, a service account is made through the API for the time of the replay.

Examples:
  linli replay tuesday.ndjson --speed 10
  linli replay tuesday.ndjson --speed max --rename site:xinfa=scratch
Exit codes: 0 all acknowledged, 1 broker failed or refused messages, 2 wrong usage or a broken cassette`;

async function play(file: string, options: Options, signal: AbortSignal): Promise<number> {
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

async function makeReplayAccount(api: Api, { asRecorded }: Options) {
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

function readRename(text: string, before: Rename[] = []): Rename[] {
  const parts = /^(site|device|prefix):([^=]+)=(.+)$/.exec(text);
  if (parts === null)
    throw new InvalidArgumentError("must be site:old=new, device:old=new or prefix:old/=new/.");
  return [...before, { part: parts[1] as Rename["part"], from: parts[2]!, to: parts[3]! }];
}
