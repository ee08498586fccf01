import type { Command, CommandEvent } from "../../../../gateway/api/contract.ts";

/** States after which nothing follows. */
export const endStates: ReadonlySet<Command["state"]> = new Set(["done", "failed", "expired"]);

const order: readonly Command["state"][] = ["queued", "sent", "acknowledged", "done", "failed", "expired"];

/** A list of commands after a step; a command that is not in it yet comes first. Steps that came late change nothing. */
export function withStep(commands: readonly Command[], step: CommandEvent): readonly Command[] {
  const known = commands.find(({ id }) => id === step.id);
  if (known === undefined) return step.step === "queued" ? [commandOf(step), ...commands] : commands;
  if (endStates.has(known.state) || order.indexOf(step.step) <= order.indexOf(known.state)) return commands;
  const next: Command = {
    ...known,
    state: step.step,
    sentAt: step.step === "sent" ? step.at : known.sentAt,
    endedAt: endStates.has(step.step) ? step.at : known.endedAt,
    error: step.error ?? known.error,
  };
  return commands.map((command) => (command.id === step.id ? next : command));
}

function commandOf({ id, device, name = "", args = {}, at, expiresAt = at, by = "" }: CommandEvent): Command {
  return {
    ...{ id, device, name, args, by, state: "queued", queuedAt: at, expiresAt },
    ...{ sentAt: null, endedAt: null, error: null },
  };
}
