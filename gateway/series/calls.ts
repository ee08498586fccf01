import { GatewayError } from "../errors.ts";
import type { Method } from "./protocol.ts";
import type { SeriesSettings } from "./settings.ts";

/** Runs calls, a few at a time; the others wait for their turn. */
export interface Turns {
  /** Rejects with `busy` when too many wait. */
  take<T>(run: () => Promise<T>): Promise<T>;
}

/** Makes turns with the bounds of the settings. */
export function createTurns({
  queries,
  waitingQueries,
}: Pick<SeriesSettings, "queries" | "waitingQueries">): Turns {
  let running = 0;
  const waiting: (() => void)[] = [];

  return {
    async take(run) {
      if (running >= queries) {
        if (waiting.length >= waitingQueries) {
          const message = `${waitingQueries} queries of the history wait already (series.waitingQueries)`;
          throw new GatewayError("busy", message, { retryable: true });
        }
        // Whoever ends hands over the turn, so that nobody slips in between.
        await new Promise<void>((resolve) => waiting.push(resolve));
      } else running += 1;
      try {
        return await run();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}

/** Queries of the store that one call may need, one after the other: values as they came, steps, what held before. */
const readsOfCall = 3;

/** Calls that may read everything that is kept. */
export const longMethods: ReadonlySet<Method> = new Set(["export", "find", "erase", "copy"]);

/** Longest time of a call in the store, ms. */
export function timeoutOf(
  method: Method,
  settings: Pick<SeriesSettings, "queryTimeoutMs" | "exportTimeoutMs">,
): number {
  return longMethods.has(method) ? settings.exportTimeoutMs : readsOfCall * settings.queryTimeoutMs;
}
