import { readFileSync } from "node:fs";
import { GatewayError, messageOf } from "./errors.ts";
import type { Target } from "./notify/contract.ts";
import { createOutbound } from "./notify/outbound.ts";
import { readSecret } from "./notify/settings.ts";
import { createWebhookChannel } from "./notify/webhook.ts";
import type { SharedParts } from "./shared-parts.ts";

/** Opens the targets of the settings. Throws `settings-invalid` when the file of a secret cannot be read or holds none. */
export function openTargets({ config, clock }: Pick<SharedParts, "config" | "clock">): readonly Target[] {
  const outbound = createOutbound({ settings: config.notify, clock });
  return config.notify.webhooks.map(({ url, secret, secretFile }, index) => {
    const key = keyOf({ secret, secretFile, place: `notify.webhooks.${index}` });
    return {
      ...{
        name: `webhook-${index}`,
        sites: undefined,
        least: "major",
        refusesFire: false,
        isAddressed: false,
      },
      ...{ perMinute: Number.POSITIVE_INFINITY, merges: false },
      channel: createWebhookChannel({ url, key, outbound, clock }),
    };
  });
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
