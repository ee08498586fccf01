import type { Command } from "commander";
import { recordCommand } from "./commands/record.ts";
import { replayCommand } from "./commands/replay.ts";
import { scenarioCommand } from "./commands/scenario.ts";
import { simulateCommand } from "./commands/simulate.ts";

/** Adds `simulate`, `record`, `replay` and `scenario` to the command line. */
export function simulatorCommands(program: Command): void {
  simulateCommand(program);
  recordCommand(program);
  replayCommand(program);
  scenarioCommand(program);
}
