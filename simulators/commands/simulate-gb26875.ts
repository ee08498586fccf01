import { type Command, InvalidArgumentError } from "commander";
import { run, wholeNumber } from "./run.ts";

/** What `linli simulate-gb26875` was told. */
export interface SimulateGb26875Options {
  readonly source: string;
  readonly components: number;
  readonly heartbeat: number;
  readonly incidents?: number;
  readonly duty: number;
  readonly seed: string;
  readonly for?: number;
}

/** Adds `linli simulate-gb26875`: a building's fire alarm system behind a transmission device. */
export function simulateGb26875Command(program: Command): void {
  program
    .command("simulate-gb26875")
    .description(
      "play a fire alarm transmitter (GB/T 26875.3) with smoke detectors behind it; register it at the gateway first",
    )
    .argument("<address>", "host:port of the gateway's GB/T 26875.3 listener", readAddress)
    .option("-s, --source <hex>", "source address, 6 bytes as sent", readSource, "790300000000")
    .option("-n, --components <count>", "how many smoke detectors", wholeNumber(0, 2000), 3)
    .option("--heartbeat <seconds>", "time between two heartbeats", wholeNumber(1, 3600), 30)
    .option(
      "--incidents <seconds>",
      "so often one detector sees smoke or is faulty, and is well again",
      wholeNumber(3, 86_400),
    )
    .option("--duty <seconds>", "time to answer a duty check; 0: nobody does", wholeNumber(0, 3600), 5)
    .option("--seed <text>", "the same seed lets the same happen", "linli")
    .option(
      "--for <seconds>",
      "stop after so many seconds (default: until a signal)",
      wholeNumber(1, 31_536_000),
    )
    .addHelpText("after", help)
    .action((address: { host: string; port: number }, options: SimulateGb26875Options) =>
      run(async ({ signal }) => {
        const { simulateGb26875 } = await import("./run-simulate-gb26875.ts");
        return simulateGb26875(address, options, signal);
      }),
    );
}

const help = `
Detectors have the addresses 01-01-28-01000100, 01-01-28-01000200 and so on. See docs/gb26875.md for how to register them.

Examples:
  linli simulate-gb26875 127.0.0.1:5200
  linli simulate-gb26875 127.0.0.1:5200 --components 100 --incidents 20
Exit codes: 0 ended as asked and acknowledged, 1 frames were refused or never acknowledged, 2 wrong usage`;

function readAddress(text: string): { host: string; port: number } {
  const parts = /^\[?([^\]]+?)\]?:(\d{1,5})$/.exec(text);
  const port = Number(parts?.[2]);
  if (parts?.[1] === undefined || port < 1 || port > 65_535)
    throw new InvalidArgumentError("must be host:port, for example 127.0.0.1:5200.");
  return { host: parts[1], port };
}

function readSource(text: string): string {
  if (/^[0-9A-Fa-f]{12}$/.test(text)) return text.toUpperCase();
  throw new InvalidArgumentError("must be 12 hexadecimal digits, for example 790300000000.");
}
