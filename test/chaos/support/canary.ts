import type { Gateway } from "../../../bench/support/gateway.ts";
import type { Credentials } from "../../../gateway/state/contract.ts";
import { createDeviceClient } from "./device-client.ts";
import { until } from "./wait.ts";

/** What the well-behaved clients saw. */
export interface CanaryReport {
  readonly messages: number;
  readonly requests: number;
  /** Slowest PUBACK and slowest answer over HTTP, ms. */
  readonly slowestMs: number;
  readonly slowestRequestMs: number;
  readonly losses: number;
  readonly failures: number;
}

/** One device that publishes a sound message after the other, and one program that asks the API. */
export function startCanary({
  gateway,
  credentials,
  device,
}: {
  gateway: Gateway;
  credentials: Credentials;
  device: string;
}): { stop(): Promise<CanaryReport> } {
  const counts = { messages: 0, requests: 0, slowestMs: 0, slowestRequestMs: 0, failures: 0 };
  const client = createDeviceClient({
    ...{ ...credentials, clientId: credentials.username, port: gateway.mqttPort, window: 1 },
  });
  let askedAt = performance.now();
  let isOver = false;

  const timer = setInterval(() => {
    const waitedMs = performance.now() - askedAt;
    if (client.outstanding > 0) counts.slowestMs = Math.max(counts.slowestMs, waitedMs);
    const isSent = client.publish({
      topic: `linli/v1/${device}/telemetry`,
      payload: JSON.stringify({ ts: Date.now(), seq: counts.messages + 1, boot: "b1", fill: 0.3 }),
      acknowledged(tookMs) {
        counts.slowestMs = Math.max(counts.slowestMs, tookMs);
        counts.messages += 1;
      },
    });
    if (isSent) askedAt = performance.now();
  }, 50);

  async function ask(): Promise<void> {
    while (!isOver) {
      const startedAt = performance.now();
      try {
        await gateway.call("GET", `/api/v1/sites/${device.split("/")[0]}`);
        counts.requests += 1;
      } catch {
        // Told by its number: what went wrong is in the gateway's log.
        counts.failures += 1;
      }
      counts.slowestRequestMs = Math.max(counts.slowestRequestMs, performance.now() - startedAt);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const asking = ask();

  return {
    async stop() {
      clearInterval(timer);
      isOver = true;
      await until("the canary is answered", () => client.outstanding === 0);
      await asking;
      client.stop();
      return { ...counts, losses: client.losses };
    },
  };
}
