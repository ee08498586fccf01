import type { Command } from "commander";
import { type BrokerOptions, brokerOptions } from "./options.ts";
import { gather, run, wholeNumber } from "./run.ts";

/** What `linli record` was told. */
export interface RecordCommandOptions extends BrokerOptions {
  readonly topic?: string[];
  readonly append?: true;
  readonly for?: number;
  readonly messages?: number;
}

/** Adds `linli record`: traffic of any broker into a cassette. */
export function recordCommand(program: Command): void {
  const command = program
    .command("record")
    .description("record MQTT traffic of any broker into a cassette, one NDJSON line a message")
    .argument("<file>", "cassette to write")
    .option("-t, --topic <filter>", "topic filter to record; may be given many times (default: #)", gather)
    .option("--append", "go on with a cassette that exists")
    .option("--for <seconds>", "stop after so many seconds", wholeNumber(1, 31_536_000))
    .option("--messages <count>", "stop after so many messages", wholeNumber(1, 1_000_000_000));
  brokerOptions(command, "credentials")
    .addHelpText("after", help)
    .action((file: string, options: RecordCommandOptions) =>
      run(async ({ signal }) => (await import("./run-record.ts")).record(file, options, signal)),
    );
}

const help = `
Every line after the first is {"offsetMs", "topic", "qos", "retain", "payload"}; the payload is base64.
A cassette holds what devices said, personal data included: treat it as such.

Examples:
  linli record tuesday.ndjson --topic 'linli/v1/xinfa/#' -u recorder -p …
  linli record zigbee.ndjson -b mqtt://192.168.1.5 -t 'zigbee2mqtt/#' --for 3600
Exit codes: 0 stopped as asked, 1 broker or disk failed, 2 wrong usage`;
