import type { Command } from "../../state/contract.ts";
import type { Command as ShownCommand } from "../contract.ts";
import { iso, isoOrNull } from "../schemas/shared.ts";

/** A command with its whole life. */
export function presentCommand(command: Command): ShownCommand {
  return {
    id: command.id,
    device: command.device,
    name: command.name,
    args: { ...command.args },
    state: command.state,
    by: command.by,
    queuedAt: iso(command.queuedAt),
    expiresAt: iso(command.expiresAt),
    sentAt: isoOrNull(command.sentAt),
    endedAt: isoOrNull(command.endedAt),
    error: command.error ?? null,
  };
}
