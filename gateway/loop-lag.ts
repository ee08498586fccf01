import { type Clock, createSystemClock } from "./clock.ts";
import type { Metrics } from "./metrics.ts";

/** How often the event loop is asked whether it is on time, ms. */
const everyMs = 20;

/** Most steps that one late call is counted for, so that a machine that slept is not counted for ever. */
const stepsMost = 500;

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/**
 * Measures how late the event loop calls: everything in the gateway waits at least so long. A call that came late stands
 * for all those that were due meanwhile, so that the share of a bucket is the share of the time. Returns what ends it.
 */
export function watchLoopLag({
  metrics,
  clock = createSystemClock(),
  nowMs = () => performance.now(),
}: {
  metrics: Pick<Metrics, "duration">;
  /** The real one, whatever time the gateway lives in: it is the machine that is measured. */
  clock?: Pick<Clock, "every">;
  /** A clock that nobody sets, ms. */
  nowMs?: () => number;
}): () => void {
  const lag = metrics.duration(
    "event_loop_lag",
    "How late the event loop calls what is due: the least time that everything waits",
    buckets,
  );
  let dueAt = nowMs() + everyMs;
  return clock.every(everyMs, () => {
    const now = nowMs();
    const steps = Math.min(stepsMost, Math.max(1, Math.floor((now - dueAt) / everyMs) + 1));
    for (let step = 0; step < steps; step++) {
      lag.observe(Math.max(0, now - dueAt - step * everyMs) / 1000);
    }
    dueAt = now + everyMs;
  });
}
