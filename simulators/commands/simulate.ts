import type { Command } from "commander";
import { apiOptions, type ConnectionOptions } from "../../client/options.ts";
import { type BrokerOptions, brokerOptions } from "./options.ts";
import { run, speedOption, wholeNumber } from "./run.ts";

/** What `linli simulate` was told. */
export interface SimulateOptions extends ConnectionOptions, BrokerOptions {
  readonly community?: string;
  readonly site?: string;
  readonly devices?: number;
  readonly connections?: number;
  readonly seed: string;
  readonly speed: number;
  readonly start?: string;
  readonly for?: number;
  readonly ledger?: string;
  readonly credentials: string;
  readonly incidents?: number;
  readonly mqtt5?: boolean;
}

/** Adds `linli simulate`: devices of a community that live, send and answer. */
export function simulateCommand(program: Command): void {
  const command = program
    .command("simulate")
    .description(
      "let simulated devices live: registers a community at the gateway, connects it, sends believable traffic",
    )
    .option(
      "-c, --community <file>",
      "YAML file that says which devices there are (default: the 200 devices of the demo)",
    )
    .option("-s, --site <id>", "another id for the community's site, so that it can live more than once")
    .option(
      "-n, --devices <count>",
      "how many devices; the community repeats itself when it has fewer",
      wholeNumber(1, 100_000),
    )
    .option(
      "-m, --connections <count>",
      "share so many connections through a service account (default: one a device)",
      wholeNumber(1, 20_000),
    )
    .option("--seed <text>", "the same seed, start and speed make the same traffic", "linli")
    .option("-x, --speed <factor>", "how many times faster than life", speedOption("numbers"), 1)
    .option(
      "--start <time>",
      "time of day in the simulation, for example 2026-01-15T07:30:00+08:00 (default: now)",
    )
    .option(
      "--for <seconds>",
      "stop after so many seconds (default: until a signal)",
      wholeNumber(1, 31_536_000),
    )
    .option(
      "--incidents <seconds>",
      "now and then put one device into trouble, and out of it again",
      wholeNumber(2, 86_400),
    )
    .option("--ledger <file>", "append every acknowledged message as a line (device, stream, boot, seq, ts)")
    .option(
      "--credentials <file>",
      "where passwords of the devices are kept between runs",
      ".linli-simulate.json",
    )
    .option("--mqtt5", "speak MQTT 5 instead of 3.1.1");
  brokerOptions(apiOptions(command), "address-only");
  command
    .addHelpText("after", help)
    .action((options: SimulateOptions) =>
      run(async ({ signal }) => (await import("./run-simulate.ts")).simulate(options, signal)),
    );
}

const help = `
Examples:
  linli simulate
  linli simulate --devices 5000 --connections 50 --speed 60 --ledger acknowledged.ndjson
Exit codes: 0 ended as asked, 1 broker or API failed, 2 wrong usage`;
