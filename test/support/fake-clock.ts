import type { Clock } from "../../gateway/clock.ts";

/** A clock that stands still until `advance` moves it; timers run in the order of their due time. */
export interface FakeClock extends Clock {
  advance(byMs: number): void;
}

interface Timer {
  due: number;
  everyMs: number | undefined;
  run: () => void;
}

/** Makes a clock that starts at `start` (epoch milliseconds). */
export function createFakeClock(start = Date.parse("2026-01-15T08:00:00Z")): FakeClock {
  let now = start;
  const timers = new Set<Timer>();

  function add(due: number, everyMs: number | undefined, run: () => void): () => void {
    const timer: Timer = { due, everyMs, run };
    timers.add(timer);
    return () => timers.delete(timer);
  }

  function nextDue(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.due <= until && (next === undefined || timer.due < next.due)) next = timer;
    }
    return next;
  }

  return {
    now: () => now,
    every: (everyMs, run) => add(now + everyMs, everyMs, run),
    after: (afterMs, run) => add(now + afterMs, undefined, run),
    advance(byMs) {
      const until = now + byMs;
      for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
        now = Math.max(now, timer.due);
        if (timer.everyMs === undefined) timers.delete(timer);
        else timer.due += timer.everyMs;
        timer.run();
      }
      now = until;
    },
  };
}
