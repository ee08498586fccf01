import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { TrialSettings } from "./settings.ts";

/** What the switch needs. */
export interface DeadManParts {
  /** The last self-test came through. */
  readonly isWorking: () => boolean;
  /** Fetches a URL; the status. */
  readonly get: (url: string) => Promise<{ readonly status: number }>;
  readonly settings: TrialSettings["deadMan"];
  readonly clock: Pick<Clock, "every">;
  readonly metrics: Pick<Metrics, "countBy">;
  readonly log: Pick<Log, "warn" | "info">;
}

/**
 * Fetches the URL of a watcher elsewhere while self-tests succeed; that it stops is the message. One attempt at a time. Returns what
 * ends it.
 */
export function startDeadMan({ isWorking, get, settings, clock, metrics, log }: DeadManParts): () => void {
  const { url, everyMs } = settings;
  const pings = metrics.countBy(
    "dead_man_pings",
    "Times that the dead-man's switch was due, by what came of it",
    "result",
  );
  if (url === undefined) return () => {};
  let isUnderWay = false;
  let isFailing = false;

  async function ping(target: string): Promise<void> {
    if (isUnderWay) return pings.add("still-waiting");
    if (!isWorking()) return pings.add("held-back");
    isUnderWay = true;
    const reason = await get(target).then(
      ({ status }) => (status >= 200 && status < 300 ? undefined : `HTTP ${status}`),
      messageOf,
    );
    isUnderWay = false;
    pings.add(reason === undefined ? "ok" : "failed");
    if (reason !== undefined && !isFailing) log.warn({ reason }, "dead-man's switch was not reached");
    if (reason === undefined && isFailing) log.info({}, "dead-man's switch is reached again");
    isFailing = reason !== undefined;
  }

  return clock.every(everyMs, () => void ping(url));
}
