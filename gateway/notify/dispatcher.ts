import type { Clock } from "../clock.ts";
import type { Metrics } from "../metrics.ts";
import type { Address, DeliveryState, Notification, Recipient, Target, TargetState } from "./contract.ts";
import type { DispatchSettings } from "./dispatch-settings.ts";
import { createLane, type Lane, type Outcome } from "./lane.ts";
import type { Outbox } from "./outbox.ts";
import type { Entry } from "./queue.ts";

/** Brings notifications to their targets: at least once, the urgent first, nothing twice that is known to have arrived. */
export interface Dispatcher {
  /** Tells each address once, whenever it is asked to; what is urgent is on its way when this returns. */
  tell(notification: Notification, to: readonly Address[]): void;
  /** Keeps on record why nobody was told. */
  hold(notification: Notification, to: readonly Address[], reason: string): void;
  /** Takes out calls that are needed no more. */
  sweep(): void;
  /** Begins to send, also what waited at the last stop. */
  start(): void;
  /** Resolves when a test notification went the whole way through a lane of its own. */
  probe(id: string): Promise<void>;
  targets(): readonly TargetState[];
  /** No further attempt is made. */
  close(): Promise<unknown>;
}

/** What the dispatcher needs. */
export interface DispatcherParts {
  readonly targets: readonly Target[];
  readonly outbox: Outbox;
  readonly settings: DispatchSettings;
  readonly clock: Clock;
  readonly random: () => number;
  readonly metrics: Metrics;
  readonly linkOf: (notification: Notification, recipient: Recipient) => string | undefined;
  /** Told that a link could not be made; the message goes without one. */
  readonly linkless: (error: unknown) => void;
  /** How a contact is reached through a target now; undefined when he is not any more. */
  readonly recipientOf: (contact: string, target: string) => Recipient | undefined;
  /** False for a call that was answered, or that a later one has taken the place of. */
  readonly isNeeded: (notification: Notification) => boolean;
  /** Told which targets fail, and why; undefined when all take again. */
  readonly failing: (reason: string | undefined) => void;
}

/** Makes the lanes, and puts into them what waited at the last stop. */
export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const { targets, outbox, settings, clock, random, metrics, linkOf, isNeeded } = parts;
  const sent = metrics.countBy("notifications_sent", "Deliveries that a target took", "target");
  const retried = metrics.countBy(
    "notifications_retried",
    "Attempts that failed and are made again",
    "target",
  );
  const failed = metrics.countBy("notifications_failed", "Deliveries that were given up", "target");
  const merged = metrics.countBy("notifications_merged", "Deliveries that went in a summary", "target");
  const limited = metrics.countBy(
    "notifications_limited",
    "Times that something waited for the messages a minute of a target",
    "target",
  );
  const took = metrics.duration(
    "notification_fire",
    "Time from a fire to the moment that a target took it",
    [0.02, 0.1, 0.5, 1, 5, 10, 30, 90],
  );
  const sentAt = new Map<string, number>();
  const lanes = new Map(targets.map((target) => [target.name, laneOf(target)]));
  const probes = new Map<string, () => void>();
  const probeLane = laneOf(
    probeTarget((id) => {
      probes.get(id)?.();
      probes.delete(id);
    }),
    () => {},
  );
  probeLane.start();
  metrics.gauge("notifications_waiting", "Deliveries that no target has taken yet", () =>
    [...lanes.values()].reduce((sum, lane) => sum + lane.waiting(), 0),
  );

  restore();

  function laneOf(target: Target, told = done): Lane {
    return createLane({
      ...{ target, settings, clock, random, linkOf, isNeeded, done: told },
      limited: ({ name }) => limited.add(name),
      linkless: parts.linkless,
      failing: tellFailing,
    });
  }

  function done(entries: readonly Entry[], outcome: Outcome, { name }: Target): void {
    const now = clock.now();
    if (outcome.state === "sent") sentAt.set(name, now);
    for (const { notification, recipient, attempts } of entries) {
      if (outcome.state === "sent") {
        sent.add(name);
        if (outcome.summary !== undefined) merged.add(name);
        if (notification.urgency === "fire" && notification.kind !== "call") {
          took.observe((now - notification.at) / 1000);
        }
      } else if (outcome.state === "waiting") retried.add(name);
      else if (outcome.state === "failed") failed.add(name);
      outbox.put(notification, {
        ...{
          notification: notification.id,
          target: name,
          contact: recipient?.contact,
          attempts,
          changedAt: now,
        },
        state: outcome.state,
        reason: outcome.state === "sent" ? undefined : outcome.reason,
        summary: outcome.state === "sent" ? outcome.summary : undefined,
      });
    }
  }

  function restore(): void {
    for (const { notification, deliveries } of outbox.waiting()) {
      for (const { target, contact, state, attempts } of deliveries) {
        if (state !== "waiting") continue;
        const recipient = contact === undefined ? undefined : parts.recipientOf(contact, target);
        const lane = lanes.get(target);
        if (lane !== undefined && (contact === undefined || recipient !== undefined)) {
          lane.push({ ...entryOf(notification, recipient), attempts });
          continue;
        }
        outbox.put(notification, {
          ...{ notification: notification.id, target, contact, attempts, changedAt: clock.now() },
          ...{ state: "expired", reason: "the target or the contact is no more", summary: undefined },
        });
      }
    }
  }

  function tellFailing(): void {
    const reasons = [...lanes.values()].flatMap(({ target, failing }) => {
      const reason = failing();
      return reason === undefined ? [] : [`${target.name}: ${reason}`];
    });
    parts.failing(reasons.length === 0 ? undefined : reasons.join("; "));
  }

  function put(notification: Notification, to: Address, state: DeliveryState, reason?: string): void {
    outbox.put(notification, {
      ...{ notification: notification.id, target: to.target, contact: to.recipient?.contact, state, reason },
      ...{ attempts: 0, changedAt: clock.now(), summary: undefined },
    });
  }

  function isNew({ id }: Notification, { target, recipient }: Address): boolean {
    return !outbox.has(id, target, recipient?.contact);
  }

  return {
    tell(notification, to) {
      for (const address of to) {
        const lane = lanes.get(address.target);
        if (lane === undefined || !isNew(notification, address)) continue;
        put(notification, address, "waiting");
        lane.push(entryOf(notification, address.recipient));
      }
    },
    hold(notification, to, reason) {
      for (const address of to) if (isNew(notification, address)) put(notification, address, "held", reason);
    },
    sweep() {
      for (const lane of lanes.values()) lane.sweep();
    },
    start() {
      for (const lane of lanes.values()) lane.sweep();
      for (const lane of lanes.values()) lane.start();
    },
    probe(id) {
      return new Promise((resolve) => {
        // One that was never taken has failed; it is not waited for by anybody.
        if (probes.size >= mostProbes) probes.clear();
        probes.set(id, resolve);
        probeLane.push(entryOf(probeNotification(id, clock.now())));
      });
    },
    targets: () =>
      [...lanes.values()].map(({ target, waiting, failing }) => ({
        ...{ name: target.name, type: target.channel.type, sites: target.sites, least: target.least },
        ...{ isAddressed: target.isAddressed, waiting: waiting(), sentAt: sentAt.get(target.name) },
        failing: failing(),
      })),
    close: () => Promise.all([...lanes.values(), probeLane].map((lane) => lane.close())),
  };
}

/** Self-tests under way; more than one at a time means that the earlier have failed. */
const mostProbes = 10;

function entryOf(notification: Notification, recipient?: Recipient): Entry {
  return { notification, recipient, attempts: 0, nextAt: 0 };
}

/** A target inside of the gateway, by which it tests its own way to the others. */
function probeTarget(taken: (id: string) => void): Target {
  return {
    ...{ name: "probe", sites: undefined, least: "info", refusesFire: false, isAddressed: false },
    ...{ perMinute: Number.POSITIVE_INFINITY, merges: false },
    channel: {
      type: "probe",
      async send({ notification }) {
        taken(notification.id);
      },
    },
  };
}

function probeNotification(id: string, at: number): Notification {
  const title = { zh: "自检", en: "Self-test" };
  return {
    ...{ id, at, title, kind: "test", urgency: "fire", severity: "critical", step: "test" },
    ...{ site: "", siteName: "" },
  };
}
