import { createHmac } from "node:crypto";
import { GatewayError } from "../errors.ts";
import type { Change } from "../types.ts";
import type { Channel } from "./contract.ts";
import type { Outbound } from "./outbound.ts";

/** What a person wants to know of a change besides what it says itself. */
export type Describe = (change: Change) => Readonly<Record<string, unknown>>;

interface WebhookParts {
  readonly url: string;
  /** Key of the signatures. */
  readonly key: Buffer;
  readonly outbound: Outbound;
  readonly clock: { now(): number };
  readonly describe: Describe;
}

/**
 * One target that takes changes as CloudEvents 1.0 in structured mode, signed as Standard Webhooks has it. `webhook-id` is
 * the change's id, so that a receiver tells doubles. Each `send` is one attempt.
 */
export function createWebhookChannel({ url, key, outbound, clock, describe }: WebhookParts): Channel {
  const { host } = new URL(url);
  return {
    name: `webhook:${host}`,
    async send({ change }) {
      const body = JSON.stringify(eventOf(change, describe));
      const timestamp = String(Math.floor(clock.now() / 1000));
      const signed = createHmac("sha256", key).update(`${change.id}.${timestamp}.${body}`).digest("base64");
      const { status, location } = await outbound.post(url, {
        body,
        headers: {
          "content-type": "application/cloudevents+json; charset=utf-8",
          "user-agent": "linli",
          "webhook-id": change.id,
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

function eventOf(change: Change, describe: Describe): Readonly<Record<string, unknown>> {
  const { id, at, step, device, ...facts } = change;
  const [site = "", kind, name] = device.split("/");
  return {
    specversion: "1.0",
    id,
    source: `/linli/sites/${site}`,
    type: `linli.alert.${step}`,
    subject: device,
    time: new Date(at).toISOString(),
    datacontenttype: "application/json",
    data: { ...facts, step, site, kind, device: name, ...describe(change) },
  };
}
