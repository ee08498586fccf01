import type { Command } from "commander";
import { recordCommand } from "./commands/record.ts";
import { replayCommand } from "./commands/replay.ts";
import { scenarioCommand } from "./commands/scenario.ts";
import { simulateCommand } from "./commands/simulate.ts";
import { simulateGb26875Command } from "./commands/simulate-gb26875.ts";

/** Adds `simulate`, `simulate-gb26875`, `record`, `replay` and `scenario` to the command line. */
export function simulatorCommands(program: Command): void {
  simulateCommand(program);
  simulateGb26875Command(program);
  recordCommand(program);
  replayCommand(program);
  scenarioCommand(program);
}
