import type { Channel, Notification } from "./contract.ts";
import type { Outbound } from "./outbound.ts";
import { refuseStatus } from "./refusal.ts";
import { type Manner, placeOf, tell } from "./text.ts";
import { isOver } from "./words.ts";

interface AlertmanagerParts {
  /** Of the Alertmanager itself; `/api/v2/alerts` follows. */
  readonly url: string;
  /** The whole header `Authorization`. */
  readonly authorization: string | undefined;
  readonly manner: Manner;
  readonly outbound: Pick<Outbound, "post">;
  readonly clock: { now(): number };
}

/**
 * How long Alertmanager may take an alert to stand when nobody says that it is over, ms. It resolves an alert by itself after a
 * few minutes unless its client repeats it; an alert here stands until it is cleared, and that is told once.
 */
const standsForMs = 30 * 86_400_000;

/** Steps that say nothing of whether an alert stands: told of one that has passed, they would raise it anew. */
const silent: ReadonlySet<string> = new Set(["assigned", "commented"]);

/** A test shows and goes. */
const testForMs = 300_000;

/**
 * Prometheus Alertmanager, API v2 (https://prometheus.io/docs/alerting/latest/alerts_api/). It groups and waits, so fires must not
 * go this way alone; the target refuses them.
 */
export function createAlertmanagerChannel({
  url,
  authorization,
  manner,
  outbound,
  clock,
}: AlertmanagerParts): Channel {
  const target = new URL(`${url.replace(/\/+$/, "")}/api/v2/alerts`);
  return {
    type: "alertmanager",
    async send(delivery) {
      if (silent.has(delivery.notification.step)) return;
      const now = clock.now();
      const { title, lines } = tell(delivery, manner, now);
      const { notification, link } = delivery;
      const alert = {
        labels: labelsOf(notification),
        annotations: {
          summary: title,
          description: lines
            .map(({ label, text }) => (label === undefined ? text : `${label}: ${text}`))
            .join("\n"),
          place: placeOf(notification),
          ...(notification.drill !== undefined && { drill: notification.drill }),
        },
        ...timesOf(notification),
        ...(link !== undefined && { generatorURL: link }),
      };
      const answer = await outbound.post(target.href, {
        headers: {
          "content-type": "application/json",
          "user-agent": "linli",
          ...(authorization !== undefined && { authorization }),
        },
        body: JSON.stringify([alert]),
      });
      refuseStatus(answer, {
        host: target.host,
        now,
        mend: "set the user and password, or the token, that it asks for",
      });
    },
  };
}

/** Two messages with the same labels are about the same alert; what may differ between its steps must not be among them. */
function labelsOf({ kind, severity, site, device, rule }: Notification): Record<string, string> {
  const [, deviceKind, deviceId] = device?.split("/") ?? [];
  const known = { severity, site, kind: deviceKind, device: deviceId, rule };
  // An empty label is no label.
  const given = Object.entries(known).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return { alertname: rule ?? kind, ...Object.fromEntries(given) };
}

/** Without a beginning, one that is over began when it ended. */
function timesOf(notification: Notification): { startsAt?: string; endsAt: string } {
  const { at, kind, step } = notification;
  if (isOver(notification)) return { endsAt: iso(at) };
  const endsAt = iso(at + (kind === "test" ? testForMs : standsForMs));
  return step === "raised" || kind === "test" ? { startsAt: iso(at), endsAt } : { endsAt };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
