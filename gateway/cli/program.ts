import { Command } from "commander";
import { simulatorCommands } from "../../simulators/cli.ts";
import { readVersion } from "../version.ts";
import { addAccountCommand } from "./account-command.ts";
import { addAuditCommand } from "./audit-command.ts";

import { addBackupCommand } from "./backup-command.ts";
import { addConfigCommand } from "./config-command.ts";
import { addDemoCommand } from "./demo-command.ts";
import { addDeviceCommand } from "./device-command.ts";
import { addDrillCommand } from "./drill-command.ts";
import { addDutyCommand } from "./duty-command.ts";
import { addJournalCommand } from "./journal-command.ts";
import { addMuteCommand } from "./mute-command.ts";
import { addNotifyCommand } from "./notify-command.ts";
import { addPeopleCommand } from "./people-command.ts";

import { addPersonCommand } from "./person-command.ts";

import { addRestoreCommand } from "./restore-command.ts";
import { addServeCommand } from "./serve-command.ts";
import { addSiteCommand } from "./site-command.ts";
import { addTlsCommand } from "./tls-command.ts";
import { addTokenCommand } from "./token-command.ts";

/** The command line `linli`. */
export function createProgram(): Command {
  const program = new Command("linli")
    .description("Smart-community IoT gateway: devices speak MQTT to it, people and programs use its API")
    .version(readVersion())
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, "linli: ")),
    })
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 failed, 2 wrong command line or input, 3 a check found a difference, 78 wrong settings.",
    );
  addServeCommand(program);
  addDemoCommand(program);
  addConfigCommand(program);
  addNotifyCommand(program);
  addSiteCommand(program);
  addDeviceCommand(program);
  addDutyCommand(program);
  addMuteCommand(program);
  addAccountCommand(program);
  addTokenCommand(program);
  addTlsCommand(program);
  addPeopleCommand(program);

  addAuditCommand(program);

  addPersonCommand(program);
  addDrillCommand(program);
  addJournalCommand(program);
  addBackupCommand(program);
  addRestoreCommand(program);
  simulatorCommands(program);
  pointToHelp(program, "linli");
  return program;
}

/** After a wrong command line the fault must be the last thing on the screen, not the first of a page of help. */
function pointToHelp(command: Command, name: string): void {
  command.showHelpAfterError(`${name} --help explains the command`);
  for (const child of command.commands) pointToHelp(child, `${name} ${child.name()}`);
}
