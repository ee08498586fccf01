import { GatewayError } from "../errors.ts";
import type { Channel, Delivery, Notification } from "./contract.ts";
import { type Manner, tell } from "./text.ts";

/**
 * Publishes a message of the gateway and says how many subscribers are there now. `retain`: the broker keeps it for those who
 * come later, until an empty one takes its place.
 */
export type PublishAlert = (topic: string, payload: string, options: { readonly retain: boolean }) => number;

interface MqttParts {
  readonly publish: PublishAlert;
  readonly zone: string;
  readonly clock: { now(): number };
}

/** Steps after which nobody needs to be told of a fire who comes later. */
const over: ReadonlySet<string> = new Set(["closed", "false-alarm"]);

/** What may be written down after the end as well, and changes nothing. */
const silent: ReadonlySet<string> = new Set(["noted"]);

/** Ended incidents that are remembered, so that a step that comes late cannot open one again; the oldest is forgotten. */
const mostEnded = 1_000;

/**
 * The gateway's own broker, for sirens, lights and apps. Each notification goes to `linli/v1/{site}/alerts/{urgency}/{kind}`
 * once. An incident stands retained at `linli/v1/{site}/alerts/open/{incident}` with its latest step until it is closed, so
 * that a siren which comes back during a fire learns of it. A fire that nobody hears is not taken.
 */
export function createMqttChannel({ publish, zone, clock }: MqttParts): Channel {
  const ended = new Set<string>();

  function keepOpen({ kind, step, site, incident }: Notification, payload: string): void {
    if (kind !== "incident" || incident === undefined || silent.has(step) || ended.has(incident)) return;
    const isOver = over.has(step);
    publish(`${rootOf(site)}/open/${incident}`, isOver ? "" : payload, { retain: true });
    if (!isOver) return;
    ended.add(incident);
    if (ended.size > mostEnded) ended.delete(ended.values().next().value!);
  }

  return {
    type: "mqtt",
    async send(delivery) {
      const { notification } = delivery;
      const payload = payloadOf(delivery, zone, clock.now());
      keepOpen(notification, payload);
      const topic = `${rootOf(notification.site)}/${notification.urgency}/${notification.kind}`;
      const listeners = publish(topic, payload, { retain: false });
      if (listeners > 0 || notification.urgency !== "fire") return;
      throw new GatewayError("notify-failed", `nobody is subscribed to ${topic}`, { retryable: true });
    },
  };
}

function rootOf(site: string): string {
  return `linli/v1/${site}/alerts`;
}

function payloadOf({ notification, link }: Delivery, zone: string, now: number): string {
  const { at, ...facts } = notification;
  const title = (language: Manner["language"]) => tell({ notification }, { language, zone }, now).title;
  return JSON.stringify({
    ...facts,
    at: new Date(at).toISOString(),
    text: { zh: title("zh"), en: title("en") },
    link,
  });
}
