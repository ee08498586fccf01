import type { Clock } from "../clock.ts";
import { GatewayError, messageOf } from "../errors.ts";
import type { CountBy, Metrics } from "../metrics.ts";
import type { Channel, Notification } from "./contract.ts";
import type { NotifySettings } from "./settings.ts";

/** A channel that tries again, until it is closed. */
export interface RetryingChannel extends Channel {
  /** Notifications that were not taken yet. */
  waiting(): number;
  /** No further attempt is made, and nothing more is told of those under way. */
  close(): void;
}

/** Counters that all channels share. */
export interface RetryMeters {
  readonly retried: CountBy;
  readonly dropped: CountBy;
}

/** Makes the counters. */
export function createRetryMeters(metrics: Pick<Metrics, "countBy">): RetryMeters {
  return {
    retried: metrics.countBy(
      "alarms_retried",
      "Attempts that failed and are made again, by channel",
      "channel",
    ),
    dropped: metrics.countBy("alarms_dropped", "Notifications given up because too many waited", "channel"),
  };
}

interface RetryParts {
  readonly channel: Channel;
  readonly settings: Pick<NotifySettings, "attempts" | "retryMs" | "retryMaxMs" | "atOnce" | "waiting">;
  readonly clock: Pick<Clock, "after">;
  readonly random: () => number;
  readonly meters: RetryMeters;
  /** Told the reason after each failure that is not the first in a row, and undefined when something was taken again. */
  readonly failing: (reason: string | undefined) => void;
}

interface Entry {
  readonly notification: Notification;
  readonly taken: () => void;
  readonly failed: (error: unknown) => void;
  attempts: number;
  /** Ends its wait for the next attempt. */
  stop: (() => void) | undefined;
}

/**
 * Tries again in memory what a channel refuses for now. One that waits for its next attempt holds up no other, so that they may
 * overtake one another. What waits is lost when the gateway ends.
 */
export function createRetry({
  channel,
  settings,
  clock,
  random,
  meters,
  failing,
}: RetryParts): RetryingChannel {
  /** All that were not taken, the oldest first. */
  const open = new Set<Entry>();
  const ready: Entry[] = [];
  let running = 0;
  let failures = 0;
  let isClosed = false;

  function pump(): void {
    while (running < settings.atOnce && ready.length > 0 && !isClosed) void attempt(ready.shift()!);
  }

  async function attempt(entry: Entry): Promise<void> {
    running++;
    entry.attempts++;
    try {
      await channel.send(entry.notification);
      if (failures > 0 && !isClosed) failing(undefined);
      failures = 0;
      open.delete(entry);
      entry.taken();
    } catch (error) {
      if (++failures > 1 && !isClosed) failing(messageOf(error));
      const isLast =
        entry.attempts >= settings.attempts || !(error instanceof GatewayError && error.retryable);
      if (isLast || !open.has(entry)) giveUp(entry, error);
      else again(entry);
    } finally {
      running--;
      pump();
    }
  }

  function again(entry: Entry): void {
    if (isClosed) return;
    meters.retried.add(channel.name);
    const waitMs = Math.min(settings.retryMs * 2 ** (entry.attempts - 1), settings.retryMaxMs);
    entry.stop = clock.after(waitMs * (1 - random() / 2), () => {
      entry.stop = undefined;
      ready.push(entry);
      pump();
    });
  }

  function giveUp(entry: Entry, error: unknown): void {
    open.delete(entry);
    entry.stop?.();
    const at = ready.indexOf(entry);
    if (at >= 0) ready.splice(at, 1);
    entry.failed(error);
  }

  function dropOldest(): void {
    const [oldest] = open;
    meters.dropped.add(channel.name);
    const message = `${settings.waiting} newer notifications wait for ${channel.name}`;
    giveUp(oldest!, new GatewayError("notify-failed", message));
  }

  return {
    name: channel.name,
    send: (notification) =>
      new Promise<void>((taken, failed) => {
        if (open.size >= settings.waiting) dropOldest();
        const entry: Entry = { notification, taken, failed, attempts: 0, stop: undefined };
        open.add(entry);
        ready.push(entry);
        pump();
      }),
    waiting: () => open.size,
    close() {
      isClosed = true;
      for (const { stop } of open) stop?.();
    },
  };
}
