import { createHmac } from "node:crypto";
import { GatewayError } from "../errors.ts";
import type { Channel, Notification } from "./contract.ts";
import type { Outbound } from "./outbound.ts";

interface WebhookParts {
  readonly url: string;
  /** Key of the signatures. */
  readonly key: Buffer;
  readonly outbound: Outbound;
  readonly clock: { now(): number };
}

/**
 * One target that takes changes as CloudEvents 1.0 in structured mode, signed as Standard Webhooks has it. `webhook-id` is
 * the change's id, so that a receiver tells doubles. Each `send` is one attempt.
 */
export function createWebhookChannel({ url, key, outbound, clock }: WebhookParts): Channel {
  const { host } = new URL(url);
  return {
    type: "webhook",
    async send({ notification }) {
      const body = JSON.stringify(eventOf(notification));
      const timestamp = String(Math.floor(clock.now() / 1000));
      const signed = createHmac("sha256", key)
        .update(`${notification.id}.${timestamp}.${body}`)
        .digest("base64");
      const { status, location } = await outbound.post(url, {
        body,
        headers: {
          "content-type": "application/cloudevents+json; charset=utf-8",
          "user-agent": "linli",
          "webhook-id": notification.id,
          "webhook-timestamp": timestamp,
          "webhook-signature": `v1,${signed}`,
        },
      });
      if (status >= 200 && status < 300) return;
      throw new GatewayError("notify-failed", `${host} answered ${status}${hintOf(status, location)}`, {
        retryable: status >= 500 || mayPass.has(status),
      });
    },
  };
}

/** Request timeout, too early, too many requests. */
const mayPass: ReadonlySet<number> = new Set([408, 425, 429]);

function hintOf(status: number, location: string | undefined): string {
  if (status < 300 || status >= 400) return "";
  // Only the host: a path may hold a secret.
  const target = location !== undefined && URL.canParse(location) ? ` to ${new URL(location).host}` : "";
  return `, a redirect${target}; redirects are not followed, set the final address in notify.webhooks`;
}

function eventOf(notification: Notification): Readonly<Record<string, unknown>> {
  const { id, at, kind, step, site, device, ...facts } = notification;
  return {
    specversion: "1.0",
    id,
    source: `/linli/sites/${site}`,
    type: `linli.${kind}.${step}`,
    subject: device ?? site,
    time: new Date(at).toISOString(),
    datacontenttype: "application/json",
    data: { ...facts, step, site, device },
  };
}
