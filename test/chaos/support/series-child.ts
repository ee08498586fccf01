import { readdirSync, readFileSync } from "node:fs";
import type { Gateway } from "../../../bench/support/gateway.ts";
import { askMetric } from "./series-answers.ts";
import { until, untilWithin } from "./wait.ts";

/** The process of the time series store: a child of the gateway's, found by its command line; undefined while there is none. */
export function seriesPidOf({ pid }: Pick<Gateway, "pid">): number | undefined {
  return childrenOf(pid).find(isSeries);
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    // The process, or one of its threads, has just ended: who asks, asks again.
    return [];
  }
}

function isSeries(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("series-process");
  } catch {
    // It ended meanwhile.
    return false;
  }
}

/** Waits for a process of the store that is another one than before; its pid. */
export async function untilStartedAgain(gateway: Gateway, before: number | undefined): Promise<number> {
  let pid: number | undefined;
  await until("the series process is started again", () => {
    pid = seriesPidOf(gateway);
    return pid !== undefined && pid !== before;
  });
  return pid!;
}

/** Waits until the store takes readings, in another process than before. */
export async function untilSeriesUp(gateway: Gateway, before?: number): Promise<void> {
  await untilWithin({
    what: "the series store takes readings",
    ms: 60_000,
    everyMs: 25,
    isSo: async () => {
      const pid = seriesPidOf(gateway);
      return pid !== undefined && pid !== before && (await askMetric(gateway, "linli_series_up")) === 1;
    },
  });
}

/** Ends a process of the store that was stopped and has no gateway any more. */
export function endOrphan(pid: number): void {
  if (isSeries(pid)) process.kill(pid, "SIGKILL");
}
