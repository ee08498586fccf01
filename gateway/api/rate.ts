import type { Count } from "../metrics.ts";
import type { ApiSettings } from "./settings.ts";

/** Says whether an address may make one more request now. */
export interface RateLimit {
  take(address: string): boolean;
}

/** A token bucket per address; the addresses remembered are bounded, the one seen longest ago is forgotten first. */
export function createRateLimit({
  settings,
  clock,
  refused,
}: {
  /** Read at each request, so that a reload changes them. */
  settings: Pick<ApiSettings, "requestsPerSecond" | "requestsBurst" | "rateAddresses">;
  clock: { now(): number };
  refused: Count;
}): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(address) {
      const now = clock.now();
      const { requestsPerSecond: perSecond, requestsBurst: burst, rateAddresses: addresses } = settings;
      const known = buckets.get(address);
      const bucket = known ?? { tokens: burst, at: now };
      // Deleting and setting again keeps the map in the order of the last request.
      if (known !== undefined) buckets.delete(address);
      else if (buckets.size >= addresses) buckets.delete(buckets.keys().next().value ?? "");
      buckets.set(address, bucket);
      // A clock that steps back must not take away what was there, or the address is kept out for the length of the step.
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
  };
}
