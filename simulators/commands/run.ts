import { CommanderError, InvalidArgumentError } from "commander";
import { GatewayError, messageOf } from "../../gateway/errors.ts";
import { maskSecrets } from "../../gateway/mask-secrets.ts";
import { printableLines } from "../../gateway/printable.ts";

/** Exit codes of the simulators' commands. */
export const exitCodes = {
  ok: 0,
  /** Something outside failed: no broker, no API, a disk. */
  failed: 1,
  /** The command line or a file is wrong. */
  usage: 2,
  /** A scenario ended differently than its file expects. */
  difference: 3,
} as const;

/** What a command may use while it runs. */
export interface Run {
  /** Aborted at the first SIGINT or SIGTERM; the second ends the process at once. */
  readonly signal: AbortSignal;
}

/** Runs the body of a command: signals become an abort, what it throws becomes one line on standard error and an exit code. */
export async function run(body: (run: Run) => Promise<number>): Promise<void> {
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(exitCodes.failed);
    stop.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  // The clock's timers do not keep a process alive, and a scenario may wait while nothing is connected.
  const awake = setInterval(() => {}, 60_000);
  try {
    process.exitCode = await body({ signal: stop.signal });
  } catch (error) {
    if (error instanceof CommanderError) throw error;
    process.stderr.write(`linli: ${printableLines(maskSecrets(messageOf(error)))}\n`);
    process.exitCode = codeOf(error);
  } finally {
    clearInterval(awake);
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}

function codeOf(error: unknown): number {
  const isUsage =
    error instanceof GatewayError && ["invalid-request", "cassette-invalid", "conflict"].includes(error.code);
  return isUsage ? exitCodes.usage : exitCodes.failed;
}

/** Resolves at the first signal. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

/** Reads a whole number within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}.`);
  };
}

/** Reads a speed: a number above 0, or with `max` that word. */
export function speedOption<T extends "max" | "numbers">(
  allow: T,
): (text: string) => T extends "max" ? number | "max" : number {
  return (text) => {
    if (allow === "max" && text === "max") return "max" as never;
    const number = Number(text.replace(/^[x×]/, ""));
    if (Number.isFinite(number) && number > 0) return number as never;
    throw new InvalidArgumentError(`must be a number above 0${allow === "max" ? ", or max" : ""}.`);
  };
}

/** Gathers an option that may be given many times. */
export function gather(text: string, before: string[] = []): string[] {
  return [...before, text];
}
