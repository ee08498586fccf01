import { readFileSync } from "node:fs";
import { faultOf } from "./alert/fault-table.ts";
import { GatewayError, messageOf } from "./errors.ts";
import type { History } from "./history.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Channel } from "./notify/contract.ts";
import { createOutbound } from "./notify/outbound.ts";
import { createRetry, createRetryMeters } from "./notify/retry.ts";
import { createScreenChannel } from "./notify/screen.ts";
import { readSecret } from "./notify/settings.ts";
import { createWebhookChannel, type Describe } from "./notify/webhook.ts";
import type { SharedParts } from "./shared-parts.ts";

/** Told which targets do not take notifications, and why; undefined when all do again. */
type Failing = (reason: string | undefined) => void;

/**
 * Opens every way to tell people of alarms: the screens, and the webhooks of the settings. Throws `settings-invalid` when the
 * file of a secret cannot be read or holds none.
 */
export function openChannels(
  { config, clock, metrics, closers }: SharedParts,
  { registry }: Pick<Knowledge, "registry">,
  { hub }: Pick<History, "hub">,
  failing: Failing,
): readonly Channel[] {
  const settings = config.notify;
  const outbound = createOutbound({ settings, clock });
  const meters = createRetryMeters(metrics);
  /** Why each target fails, by its channel's name and place in the settings. */
  const reasons = new Map<string, string>();

  /** What the ids in a change mean to people. */
  const describe: Describe = ({ device, rule }) => {
    const known = registry.device(device);
    const title = known?.definition.rules.find(({ id }) => id === rule)?.title ?? faultOf(rule)?.title;
    const place = known && { name: known.name, building: known.building, floor: known.floor };
    return { title, ...place };
  };

  const webhooks = settings.webhooks.map(({ url, secret, secretFile }, index) => {
    const place = `notify.webhooks.${index}`;
    const key = keyOf({ secret, secretFile, place });
    const channel = createWebhookChannel({ url, key, outbound, clock, describe });
    const retrying = createRetry({
      ...{ channel, settings, clock, meters, random: Math.random },
      failing(reason) {
        if (reason === undefined) reasons.delete(place);
        else reasons.set(place, reason);
        failing(reasons.size === 0 ? undefined : [...new Set(reasons.values())].join("; "));
      },
    });
    closers.add(place, () => retrying.close());
    return retrying;
  });
  metrics.gauge("alarms_waiting", "Notifications that a target has not taken yet", () =>
    webhooks.reduce((sum, { waiting }) => sum + waiting(), 0),
  );
  return [createScreenChannel(hub), ...webhooks];
}

function keyOf({ secret, secretFile, place }: Secret): Buffer {
  const key = readSecret(secret ?? readFile(secretFile ?? "", place));
  if (key !== undefined) return key;
  throw new GatewayError(
    "settings-invalid",
    `${place}.secretFile: ${secretFile} must hold whsec_ and 24 to 64 bytes in base 64`,
  );
}

function readFile(path: string, place: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new GatewayError("settings-invalid", `${place}.secretFile: ${messageOf(cause)}`, { cause });
  }
}

interface Secret {
  readonly secret: string | undefined;
  readonly secretFile: string | undefined;
  /** Where in the settings. */
  readonly place: string;
}
