#!/usr/bin/env node
import { CommanderError } from "commander";
import { exitCodes } from "./cli/exit-codes.ts";
import { createProgram } from "./cli/program.ts";
import { GatewayError, messageOf } from "./errors.ts";

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

/** Says in plain words what went wrong; the exit code for scripts. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  process.stderr.write(`linli: ${messageOf(error)}\n`);
  if (!(error instanceof GatewayError) && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return error instanceof GatewayError && error.code === "settings-invalid"
    ? exitCodes.settings
    : exitCodes.failed;
}
