import { type Command, InvalidArgumentError } from "commander";
import { apiOptions, type ConnectionOptions } from "../../client/options.ts";
import type { Rename } from "../replay-plan.ts";
import { type BrokerOptions, brokerOptions } from "./options.ts";
import { run, speedOption, wholeNumber } from "./run.ts";

/** What `linli replay` was told. */
export interface ReplayCommandOptions extends BrokerOptions, ConnectionOptions {
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
      "replay a cassette into a gateway; its readings are marked simulated, so nothing they cause leaves the gateway",
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
  command
    .addHelpText("after", help)
    .action((file: string, options: ReplayCommandOptions & { keepTimes?: true }) =>
      run(async ({ signal }) => {
        const { playCassette } = await import("./run-replay.ts");
        return playCassette(file, { ...options, times: options.keepTimes ? "kept" : "shifted" }, signal);
      }),
    );
}

const help = `
Without a user name, a service account is made through the API for the time of the replay.

Examples:
  linli replay tuesday.ndjson --speed 10
  linli replay tuesday.ndjson --speed max --rename site:xinfa=scratch
Exit codes: 0 all acknowledged, 1 broker failed or refused messages, 2 wrong usage or a broken cassette`;

function readRename(text: string, before: Rename[] = []): Rename[] {
  const parts = /^(site|device|prefix):([^=]+)=(.+)$/.exec(text);
  if (parts === null)
    throw new InvalidArgumentError("must be site:old=new, device:old=new or prefix:old/=new/.");
  return [...before, { part: parts[1] as Rename["part"], from: parts[2]!, to: parts[3]! }];
}
