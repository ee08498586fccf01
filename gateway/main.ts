#!/usr/bin/env node
import { CommanderError } from "commander";
import { exitCodeOf, exitCodes } from "./cli/exit-codes.ts";
import { createProgram } from "./cli/program.ts";
import { GatewayError, messageOf } from "./errors.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { printableLines } from "./printable.ts";

// A reader that has seen enough, such as head, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.ok);
  throw error;
});

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

/** Says in plain words what went wrong; the exit code for scripts. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof GatewayError) {
    // An address that somebody typed may carry a password.
    process.stderr.write(`linli: ${printableLines(maskSecrets(error.message))}\n`);
    return exitCodeOf(error.code);
  }
  const stack = error instanceof Error ? error.stack : undefined;
  process.stderr.write(`linli: a fault of the program: ${maskSecrets(stack ?? messageOf(error))}\n`);
  return exitCodes.failed;
}
