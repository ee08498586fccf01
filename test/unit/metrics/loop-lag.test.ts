import { expect, test } from "vitest";
import { watchLoopLag } from "../../../gateway/loop-lag.ts";
import { createMetrics } from "../../../gateway/metrics.ts";

/** A watch whose calls the test makes, at the times that it says. */
function aWatch() {
  const metrics = createMetrics();
  let now = 0;
  let run = () => {};
  watchLoopLag({
    metrics,
    nowMs: () => now,
    clock: {
      every(_, call) {
        run = call;
        return () => {};
      },
    },
  });
  return {
    callAt(ms: number) {
      now = ms;
      run();
    },
    async count(upTo: string) {
      const start = `linli_event_loop_lag_seconds_bucket{le="${upTo}"} `;
      const line = (await metrics.text()).split("\n").find((text) => text.startsWith(start));
      return Number(line?.slice(start.length));
    },
  };
}

test("a loop that is on time has no lag", async () => {
  const watch = aWatch();
  for (let ms = 20; ms <= 2_000; ms += 20) watch.callAt(ms);
  expect([await watch.count("0.001"), await watch.count("+Inf")]).toEqual([100, 100]);
});

test("a pause counts for everything that was due in it, not as one late call", async () => {
  const watch = aWatch();
  watch.callAt(20);
  watch.callAt(340);
  // Due at 40, 60 … 340: late by 300, 280 … 0 ms.
  expect(await watch.count("+Inf")).toBe(1 + 16);
  expect(await watch.count("0.1")).toBe(1 + 6);
  expect(await watch.count("0.25")).toBe(1 + 13);
});

test("a machine that slept for a day does not make the watch count for a day", async () => {
  const watch = aWatch();
  watch.callAt(86_400_000);
  expect(await watch.count("+Inf")).toBe(500);
});
