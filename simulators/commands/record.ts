import type { Command } from "commander";
import { createSystemClock } from "../../gateway/clock.ts";
import { startProgress } from "../progress.ts";
import { startRecorder } from "../record.ts";
import { simulatorSettings } from "../settings.ts";
import { type BrokerOptions, brokerName, brokerOptions } from "./options.ts";
import { aborted, exitCodes, exitsWithUsageCode, gather, run, wholeNumber } from "./run.ts";

interface Options extends BrokerOptions {
  readonly topic?: string[];
  readonly append?: true;
  readonly for?: number;
  readonly messages?: number;
}

/** Adds `linli record`: traffic of any broker into a cassette. */
export function recordCommand(program: Command): void {
  const command = program
    .command("record")
    .description("Record MQTT traffic of any broker into a cassette, one NDJSON line a message")
    .argument("<file>", "cassette to write")
    .option("-t, --topic <filter>", "topic filter to record; may be given many times (default: #)", gather)
    .option("--append", "go on with a cassette that exists")
    .option("--for <seconds>", "stop after so many seconds", wholeNumber(1, 31_536_000))
    .option("--messages <count>", "stop after so many messages", wholeNumber(1, 1_000_000_000));
  exitsWithUsageCode(brokerOptions(command, "credentials"))
    .addHelpText("after", help)
    .action((file: string, options: Options) => run(({ signal }) => record(file, options, signal)));
}

const help = `
Every line after the first is {"offsetMs", "topic", "qos", "retain", "payload"}; the payload is base64.
A cassette holds what devices said, personal data included: treat it as such.

Examples:
  linli record tuesday.ndjson --topic 'linli/v1/xinfa/#' -u recorder -p …
  linli record zigbee.ndjson -b mqtt://192.168.1.5 -t 'zigbee2mqtt/#' --for 3600
Exit codes: 0 stopped as asked, 1 broker or disk failed, 2 wrong usage`;

async function record(file: string, options: Options, signal: AbortSignal): Promise<number> {
  const clock = createSystemClock();
  const filters = options.topic ?? ["#"];
  const recorder = await startRecorder({
    url: options.broker,
    username: options.username,
    password: options.password,
    clientId: `${options.username ?? "linli"}-record-${process.pid}`,
    filters,
    file,
    mode: options.append ? "append" : "new",
    clock,
    settings: simulatorSettings.parse({}),
    maxMessages: options.messages,
  });
  const read = () => recorder.stats();
  const progress = startProgress({ output: process.stderr, clock, read, rates: ["messages", "bytes"] });
  progress.say(`recording ${filters.join(" ")} of ${brokerName(options)} into ${file}; stop with Ctrl+C`);
  const limit =
    options.for === undefined
      ? []
      : [new Promise<void>((resolve) => clock.after(options.for! * 1000, resolve))];
  try {
    await Promise.race([aborted(signal), recorder.done, ...limit]);
  } finally {
    await recorder.stop();
    progress.end();
  }
  return exitCodes.ok;
}
