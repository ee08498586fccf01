import type { Count } from "../metrics.ts";

/** Says whether one more may be done now under a key: an address, a log-in. */
export interface RateLimit {
  take(key: string): boolean;
  /** What was taken turned out not to count. */
  giveBack(key: string): void;
}

/** A token bucket per key; the keys remembered are bounded, the one seen longest ago is forgotten first. */
export function createRateLimit({
  limits,
  clock,
  refused,
}: {
  /** Asked each time, so that a reload changes them. `keys`: most that are remembered. */
  limits: () => { readonly perSecond: number; readonly burst: number; readonly keys: number };
  clock: { now(): number };
  refused: Pick<Count, "add">;
}): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(key) {
      const now = clock.now();
      const { perSecond, burst, keys } = limits();
      const known = buckets.get(key);
      const bucket = known ?? { tokens: burst, at: now };
      // Deleting and setting again keeps the map in the order of the last request.
      if (known !== undefined) buckets.delete(key);
      else if (buckets.size >= keys) buckets.delete(buckets.keys().next().value ?? "");
      buckets.set(key, bucket);
      // A clock that steps back must not take away what was there, or the key is kept out for the length of the step.
      const passedMs = Math.max(now - bucket.at, 0);
      bucket.tokens = Math.min(burst, bucket.tokens + (passedMs / 1000) * perSecond);
      bucket.at = now;
      if (bucket.tokens < 1) {
        refused.add();
        return false;
      }
      bucket.tokens -= 1;
      return true;
    },
    giveBack(key) {
      const bucket = buckets.get(key);
      if (bucket !== undefined) bucket.tokens = Math.min(limits().burst, bucket.tokens + 1);
    },
  };
}
