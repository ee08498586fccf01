import type { Clock } from "../clock.ts";
import { GatewayError, messageOf } from "../errors.ts";
import { createBudget } from "./budget.ts";
import type { Delivery, Notification, Recipient, Target } from "./contract.ts";
import type { DispatchSettings } from "./dispatch-settings.ts";
import { createQueue, type Entry } from "./queue.ts";
import { summarise } from "./summary.ts";

/** What became of entries that are over, or were tried. */
export type Outcome =
  | { readonly state: "sent"; readonly summary: string | undefined }
  | { readonly state: "failed" | "expired" | "waiting"; readonly reason: string };

/** The way to one target: what waits for it, in which order it goes, and how often. */
export interface Lane {
  readonly target: Target;
  /** Begins to send; until then it only takes. */
  start(): void;
  /** Takes an entry; what is urgent is on its way when this returns. */
  push(entry: Entry): void;
  /** Takes out what is needed no more. */
  sweep(): void;
  waiting(): number;
  /** Why its last attempts failed; undefined while it takes what comes. */
  failing(): string | undefined;
  /** No further attempt is made; resolves when those under way have ended, or soon without them. */
  close(): Promise<void>;
}

/** What a lane needs. */
export interface LaneParts {
  readonly target: Target;
  readonly settings: DispatchSettings;
  readonly clock: Clock;
  readonly random: () => number;
  /** Asked at the moment of sending, so that its time begins then. One that fails costs the link, never the message. */
  readonly linkOf: (notification: Notification, recipient: Recipient) => string | undefined;
  /** False for a call that was answered, or that a later one has taken the place of. */
  readonly isNeeded: (notification: Notification) => boolean;
  /** Told what became of entries, also after each attempt that failed. */
  readonly done: (entries: readonly Entry[], outcome: Outcome, target: Target) => void;
  /** Something waits for the target's budget. */
  readonly limited: (target: Target) => void;
  /** No link could be made. */
  readonly linkless: (error: unknown) => void;
  /** The target began to fail, or takes again. */
  readonly failing: () => void;
}

/** What has its own attempts and rests. */
type Class = "fire" | "other";

/**
 * Makes the way to one target. Fires go first, and have attempts and a part of the budget for themselves: whatever else waits
 * never holds them up.
 */
export function createLane(parts: LaneParts): Lane {
  const { target, settings, clock, random, linkOf, isNeeded, done, limited } = parts;
  const budget = createBudget(target.perMinute);
  const queue = createQueue();
  const running = { fire: 0, other: 0 };
  /** Attempts in a row that may be made again. */
  let failures = 0;
  let reason: string | undefined;
  /** After a failure nothing goes before, epoch ms. */
  let restUntil = { fire: 0, other: 0 };
  let timer: { readonly at: number; readonly stop: () => void } | undefined;
  let isOpen = false;
  let isClosed = false;
  let idle: () => void = () => {};

  /** While it fails one attempt is enough to see whether it works again. */
  const atOnce = () => (failures > 0 ? 1 : settings.atOnce);

  function pump(): void {
    if (!isOpen || isClosed) return;
    for (const group of ["fire", "other"] as const) {
      while (running[group] < atOnce()) {
        const batch = pick(group);
        if (batch.length === 0) break;
        void send(batch, group);
      }
    }
    wakeAt(Math.min(nextOf("fire"), nextOf("other")));
  }

  /** What goes next: one entry, or several as one summary; nothing while nothing may go. */
  function pick(group: Class): Entry[] {
    const now = clock.now();
    const isFire = group === "fire";
    const first = now < restUntil[group] ? undefined : queue.first(now, isFire);
    if (first === undefined) return [];
    const left = budget.left(now, isFire);
    if (left <= 0) {
      limited(target);
      return [];
    }
    const same = target.merges ? queue.alike(first, now, settings.maxMerged) : [first];
    // A fire is told alone as long as the target takes so many; what is below gathers sooner.
    const isCrowded = same.length > (isFire ? left : Math.min(settings.mergeAbove, left));
    const batch = isCrowded ? same : [first];
    budget.take(now);
    for (const entry of batch) queue.remove(entry);
    return batch;
  }

  async function send(batch: readonly Entry[], group: Class): Promise<void> {
    running[group]++;
    for (const entry of batch) entry.attempts++;
    try {
      const delivery = deliveryOf(batch);
      await target.channel.send(delivery);
      failures = 0;
      restUntil = { fire: 0, other: 0 };
      setReason(undefined);
      done(
        batch,
        { state: "sent", summary: batch.length > 1 ? delivery.notification.id : undefined },
        target,
      );
    } catch (error) {
      failed(batch, group, error);
    } finally {
      running[group]--;
      pump();
      if (running.fire + running.other === 0) idle();
    }
  }

  function deliveryOf(batch: readonly Entry[]): Delivery {
    const [{ notification, recipient }] = batch as [Entry];
    const told = batch.length === 1 ? notification : summarise(batch.map(notificationOf), clock.now());
    if (recipient === undefined) return { notification: told };
    const link = batch.length === 1 ? tryLink(notification, recipient) : undefined;
    return { notification: told, recipient, ...(link === undefined ? {} : { link }) };
  }

  function tryLink(notification: Notification, recipient: Recipient): string | undefined {
    try {
      return linkOf(notification, recipient);
    } catch (error) {
      parts.linkless(error);
      return undefined;
    }
  }

  function failed(batch: readonly Entry[], group: Class, error: unknown): void {
    const now = clock.now();
    const retryable = !(error instanceof GatewayError) || error.retryable;
    const retryAfterMs = (error instanceof GatewayError ? error.retryAfterMs : undefined) ?? 0;
    const why = messageOf(error);
    if (retryable) {
      failures++;
      restUntil[group] =
        now + waitOf(failures, group === "fire" ? settings.fireRetryMaxMs : settings.retryMaxMs);
      // Who says when to come back means everything.
      if (retryAfterMs > 0) restUntil = { fire: now + retryAfterMs, other: now + retryAfterMs };
    }
    // Once may be chance; what was refused for good is no chance.
    if (!retryable || failures > 1) setReason(why);
    for (const entry of batch) {
      const { at, urgency } = entry.notification;
      if (!isNeeded(entry.notification)) {
        expire(entry);
        continue;
      }
      if (urgency === "normal" && (!retryable || now - at >= settings.giveUpMs)) {
        done([entry], { state: "failed", reason: why }, target);
        continue;
      }
      // A refusal may end when somebody mends the settings of the other side; meanwhile others go on.
      const mostMs = urgency === "fire" ? settings.fireRetryMaxMs : settings.retryMaxMs;
      const waitMs = retryable ? waitOf(entry.attempts, mostMs) : settings.retryMaxMs;
      entry.nextAt = now + Math.max(waitMs, retryAfterMs);
      queue.add(entry);
      done([entry], { state: "waiting", reason: why }, target);
    }
  }

  function expire(entry: Entry): void {
    const why = "somebody answered, or a later call has taken its place";
    done([entry], { state: "expired", reason: why }, target);
  }

  function setReason(next: string | undefined): void {
    if (reason === next) return;
    reason = next;
    parts.failing();
  }

  function waitOf(attempts: number, mostMs: number): number {
    const waitMs = Math.min(settings.retryMs * 2 ** Math.min(attempts - 1, 20), mostMs);
    return Math.round(waitMs * (1 - random() / 2));
  }

  /** When something of a class may go, epoch ms; Infinity when nothing waits, or an attempt that ends will look again. */
  function nextOf(group: Class): number {
    const isFire = group === "fire";
    if (running[group] >= atOnce()) return Number.POSITIVE_INFINITY;
    const now = clock.now();
    return Math.max(queue.nextAt(now, isFire), restUntil[group], budget.freeAt(now, isFire));
  }

  function wakeAt(at: number): void {
    timer?.stop();
    timer = undefined;
    if (at === Number.POSITIVE_INFINITY) return;
    const stop = clock.after(Math.max(1, at - clock.now()), pump);
    timer = { at, stop };
  }

  /** At the bound the oldest of what matters least goes; only what is critical may pass it. */
  function makeRoom(): void {
    const oldest = queue.size() < settings.waiting ? undefined : queue.oldestNormal();
    if (oldest === undefined) return;
    queue.remove(oldest);
    const why = `${settings.waiting} newer ones wait for ${target.name}`;
    done([oldest], { state: "failed", reason: why }, target);
  }

  return {
    target,
    start() {
      isOpen = true;
      pump();
    },
    push(entry) {
      makeRoom();
      const isNew = entry.attempts === 0;
      const gathers = target.merges && isNew && entry.notification.urgency === "normal";
      if (gathers) entry.nextAt = Math.max(entry.nextAt, clock.now() + settings.gatherMs);
      queue.add(entry);
      // What gathers is looked at when its time comes; of a storm not each one.
      if (!gathers) pump();
      else if (timer === undefined || timer.at > entry.nextAt) wakeAt(entry.nextAt);
    },
    sweep() {
      for (const entry of queue.all()) {
        if (isNeeded(entry.notification)) continue;
        queue.remove(entry);
        expire(entry);
      }
    },
    waiting: () => queue.size() + running.fire + running.other,
    failing: () => reason,
    async close() {
      isClosed = true;
      timer?.stop();
      if (running.fire + running.other > 0) {
        // What is not recorded as sent is sent again at the next start.
        await new Promise<void>((resolve) => {
          idle = resolve;
          clock.after(closeWaitMs, resolve);
        });
      }
      target.channel.close?.();
    },
  };
}

/** How long the end of the gateway waits for attempts under way, ms. */
const closeWaitMs = 1_000;

function notificationOf({ notification }: Entry): Notification {
  return notification;
}
