import { createSystemClock } from "../../gateway/clock.ts";
import { startProgress } from "../progress.ts";
import { startRecorder } from "../record.ts";
import { simulatorSettings } from "../settings.ts";
import { brokerName } from "./options.ts";
import type { RecordCommandOptions } from "./record.ts";
import { aborted, exitCodes } from "./run.ts";

/** Runs `linli record`. */
export async function record(
  file: string,
  options: RecordCommandOptions,
  signal: AbortSignal,
): Promise<number> {
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
