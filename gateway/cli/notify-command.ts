import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { openTargets } from "../channels.ts";
import { createSystemClock } from "../clock.ts";
import { createClosers } from "../closers.ts";
import { readConfig } from "../config-sources.ts";
import { GatewayError, messageOf } from "../errors.ts";
import type { Delivery, Notification, Target } from "../notify/contract.ts";
import { printTable } from "./table.ts";

interface Options {
  readonly config?: string;
  readonly to?: string;
}

/** `linli notify test` */
export function addNotifyCommand(program: Command): void {
  const notify = program
    .command("notify")
    .description("the targets that people and machines are told through");

  notify
    .command("test [name]")
    .description("send a test message to every target of the settings, or to one; needs no running gateway")
    .option("-c, --config <file>", "YAML file with settings (default: linli.yaml when it is there)")
    .option("--to <address>", "number, address or user id for targets that reach one person at a time")
    .action(async (name: string | undefined, { config: file, to }: Options) => {
      const config = readConfig({ file, environment: process.env });
      const closers = createClosers({ error() {} });
      const clock = createSystemClock();
      try {
        const all = openTargets({ config, clock, closers }, () => 0);
        const rows = await Promise.all(chosen(all, name).map((target) => tryOne(target, to, clock.now())));
        printTable(
          ["target", "type", "outcome"],
          rows.map(({ cells }) => cells),
        );
        const refused = rows.filter(({ isRefused }) => isRefused).length;
        if (refused === 0) return;
        throw new GatewayError("notify-failed", `${refused} of ${rows.length} did not take it`);
      } finally {
        await closers.closeAll();
      }
    });
}

/** Throws `not-found` when there is nothing to try. */
function chosen(targets: readonly Target[], name: string | undefined): readonly Target[] {
  const found = name === undefined ? targets : targets.filter((target) => target.name === name);
  if (found.length > 0) return found;
  const known = targets.map((target) => target.name).join(", ");
  const what = name === undefined ? "notify.targets has no targets" : `there is no target ${name}`;
  throw new GatewayError("not-found", known === "" ? what : `${what}; there are: ${known}`);
}

async function tryOne(target: Target, to: string | undefined, now: number) {
  const { name, channel, isAddressed, sites } = target;
  const row = (outcome: string, isRefused = false) => ({ cells: [name, channel.type, outcome], isRefused });
  if (channel.type === "mqtt") return row("skipped: only a running gateway publishes there");
  if (isAddressed && to === undefined) return row("skipped: it reaches one person at a time; give --to");
  const delivery: Delivery = {
    notification: aTest(sites?.[0] ?? "linli", now),
    ...(isAddressed && to !== undefined && { recipient: { contact: "test", name: "test", address: to } }),
  };
  try {
    await channel.send(delivery);
    return row("taken");
  } catch (error) {
    return row(`refused: ${messageOf(error)}`, true);
  }
}

function aTest(site: string, at: number): Notification {
  return {
    ...{ id: `test-${randomUUID()}`, kind: "test", step: "test", at, site, siteName: site },
    ...{ urgency: "normal", severity: "info" },
    title: { zh: "邻里网关测试消息", en: "Test message of the Linli gateway" },
  };
}
