import { GatewayError } from "../../../gateway/errors.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import type { Delivery, Notification, Target } from "../../../gateway/notify/contract.ts";
import { createDispatcher, type DispatcherParts } from "../../../gateway/notify/dispatcher.ts";
import { openOutbox } from "../../../gateway/notify/outbox.ts";
import { notifySettings } from "../../../gateway/notify/settings.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-clock.ts";
import { aDatabase } from "../state/support.ts";

/** What a target got, and when. */
export interface Taken {
  readonly at: number;
  readonly delivery: Delivery;
  /** The id of the notification; of a summary the ids of what it stands for. */
  readonly ids: readonly string[];
}

/** A target that answers as it is told, and what it got. */
export function aTarget(clock: FakeClock, more: Partial<Target> = {}) {
  const taken: Taken[] = [];
  const tried: number[] = [];
  let answer: () => Promise<void> = async () => {};
  const target: Target = {
    ...{ name: "robot", sites: undefined, least: "info", refusesFire: false, isAddressed: false },
    ...{ perMinute: 20, merges: true },
    channel: {
      type: "test",
      async send(delivery) {
        tried.push(clock.now());
        await answer();
        const { id, parts } = delivery.notification;
        taken.push({ at: clock.now(), delivery, ids: parts?.map((part) => part.id) ?? [id] });
      },
    },
    ...more,
  };
  return {
    target,
    taken,
    tried,
    ids: () => taken.flatMap(({ ids }) => ids),
    works() {
      answer = async () => {};
    },
    fails(facts: { retryable: boolean; retryAfterMs?: number }) {
      answer = async () => {
        throw new GatewayError("notify-failed", "it is down", facts);
      };
    },
    hangs() {
      answer = () => new Promise(() => {});
    },
  };
}

/** A notification of a site. */
export function aNotification(id: string, more: Partial<Notification> = {}): Notification {
  return {
    ...{ id, kind: "alert", at: 0, urgency: "normal", severity: "major", step: "raised" },
    ...{ site: "xinfa", siteName: "新发小区", title: { zh: "离线", en: "Offline" } },
    ...more,
  };
}

/** A fire. */
export function aFire(id: string, more: Partial<Notification> = {}): Notification {
  return aNotification(id, {
    urgency: "fire",
    severity: "critical",
    kind: "incident",
    step: "detected",
    ...more,
  });
}

/** A dispatcher over a real database; `again` makes the next one on the same data. */
export function aDispatcher(
  targets: readonly Target[],
  { clock = createFakeClock(), ...more }: Partial<DispatcherParts> & { clock?: FakeClock } = {},
) {
  const database = aDatabase();
  const settings = notifySettings.parse({});
  const make = () => {
    const outbox = openOutbox({ database, clock, settings });
    const metrics = createMetrics();
    const dispatcher = createDispatcher({
      ...{ targets, outbox, settings, clock, metrics, random: () => 0, linkOf: () => undefined },
      ...{ isNeeded: () => true, recipientOf: () => undefined, failing() {}, linkless() {} },
      ...more,
    });
    return { outbox, dispatcher, metrics };
  };
  return { ...make(), clock, again: make };
}

/** Lets time pass in steps, so that what is sent in one has an answer in the next. */
export async function pass(clock: FakeClock, ms: number, stepMs = 250): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    clock.advance(Math.min(stepMs, left));
    await settle();
  }
}

/** Lets promises that are kept be told so. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}
