import type { Gateway } from "../../../bench/support/gateway.ts";

/** Counts of the gateway's own metric of its event loop, by upper bound in seconds. */
export type Lag = ReadonlyMap<string, number>;

/** Scrapes the metric. */
export async function readLag(gateway: Gateway): Promise<Lag> {
  const response = await fetch(`http://127.0.0.1:${gateway.httpPort}/metrics`, {
    headers: { authorization: `Bearer ${gateway.adminToken}` },
  });
  const found = (await response.text()).matchAll(
    /^linli_event_loop_lag_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm,
  );
  return new Map([...found].map(([, bound = "", count]) => [bound, Number(count)]));
}

/** Share of the time between two scrapes in which the loop was late by at most `seconds`, a bound of the metric; 0 to 1. */
export function shareWithin(before: Lag, after: Lag, seconds: number): number {
  const between = (bound: string) => (after.get(bound) ?? 0) - (before.get(bound) ?? 0);
  return between(String(seconds)) / between("+Inf");
}
