import { createHmac } from "node:crypto";
import type { Channel, Delivery } from "./contract.ts";
import type { Outbound } from "./outbound.ts";
import { refuseStatus } from "./refusal.ts";

interface WebhookParts {
  readonly url: string;
  /** Key of the signatures. */
  readonly key: Buffer;
  readonly outbound: Pick<Outbound, "post">;
  readonly clock: { now(): number };
}

/**
 * One target that takes notifications as CloudEvents 1.0 in structured mode, signed as Standard Webhooks has it. `webhook-id`
 * is the notification's id, followed by the contact's when it is for one person, so that a receiver tells doubles.
 */
export function createWebhookChannel({ url, key, outbound, clock }: WebhookParts): Channel {
  const { host } = new URL(url);
  return {
    type: "webhook",
    async send(delivery) {
      const now = clock.now();
      const id = idOf(delivery);
      const body = JSON.stringify({ ...eventOf(delivery), id });
      const timestamp = String(Math.floor(now / 1000));
      const signed = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
      const answer = await outbound.post(url, {
        body,
        headers: {
          "content-type": "application/cloudevents+json; charset=utf-8",
          "user-agent": "linli",
          "webhook-id": id,
          "webhook-timestamp": timestamp,
          "webhook-signature": `v1,${signed}`,
        },
      });
      refuseStatus(answer, { host, now, mend: "the receiver needs the same secret, and the right time" });
    },
  };
}

/** Two people who are told of the same thing get two events. A dot would end the id in what is signed. */
function idOf({ notification, recipient }: Delivery): string {
  return recipient === undefined ? notification.id : `${notification.id}:${recipient.contact}`;
}

function eventOf({ notification, recipient, link }: Delivery): Readonly<Record<string, unknown>> {
  const { id: _, kind, at, device, deviceName, parts, ...facts } = notification;
  const [, deviceKind, deviceId] = device?.split("/") ?? [];
  return {
    specversion: "1.0",
    source: `/linli/sites/${notification.site}`,
    type: typeOf(kind, notification.step),
    ...((device ?? notification.incident) !== undefined && { subject: device ?? notification.incident }),
    time: new Date(at).toISOString(),
    datacontenttype: "application/json",
    data: {
      ...facts,
      kind: deviceKind,
      device: deviceId,
      name: deviceName,
      ...(parts && { parts: parts.map((part) => ({ ...part, type: typeOf(part.kind, part.step) })) }),
      recipient,
      link,
    },
  };
}

/** `linli.alert.raised`, `linli.incident.detected`, `linli.call`. */
function typeOf(kind: string, step: string): string {
  return kind === "alert" || kind === "incident" ? `linli.${kind}.${step}` : `linli.${kind}`;
}
