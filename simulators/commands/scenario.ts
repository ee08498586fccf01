import type { Command } from "commander";
import { apiOptions, type ConnectionOptions } from "../../client/options.ts";
import { type BrokerOptions, brokerOptions } from "./options.ts";
import { run, speedOption } from "./run.ts";

/** What `linli scenario` was told. */
export interface ScenarioCommandOptions extends BrokerOptions, ConnectionOptions {
  readonly speed: number;
  readonly site?: string;
  readonly keep?: true;
  readonly list?: true;
  readonly quiet?: true;
}

/** Adds `linli scenario`: plays scenario files and compares the alerts. */
export function scenarioCommand(program: Command): void {
  const command = program
    .command("scenario")
    .description("play scenarios against a gateway and compare its alerts with what they expect")
    .argument(
      "[files...]",
      "scenario files, or names of those that come with the gateway; all of them for `all`",
    )
    .option("--list", "list the scenarios that come with the gateway")
    .option("-x, --speed <factor>", "shortens pauses", speedOption("numbers"), 1)
    .option("--site <id>", "id of the site to make (default: the scenario's name and the time)")
    .option("--keep", "keep the site and its devices even when all was as expected")
    .option("-q, --quiet", "only results, no steps");
  brokerOptions(apiOptions(command), "address-only");
  command
    .addHelpText("after", help)
    .action((files: string[], options: ScenarioCommandOptions) =>
      run(async ({ signal }) => (await import("./run-scenario.ts")).playScenarios(files, options, signal)),
    );
}

const help = `
Each scenario makes a site of its own, so it can be played against a gateway in use. Alerts of a scenario are real
alerts there: they are shown and notified.

Examples:
  linli scenario --list
  linli scenario fire-at-night leak
  linli scenario my/own.yaml --keep
Exit codes: 0 all as expected, 1 broker or API failed, 2 wrong usage or scenario file, 3 a difference`;
