import type { Clock } from "./clock.ts";
import type { Closers } from "./closers.ts";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Reloads } from "./reload.ts";

/** What every part of the application gets. */
export interface SharedParts {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Makes an id that sorts by time. */
  readonly newId: () => string;
  /** Chance: from 0 to less than 1. */
  readonly random: () => number;
  readonly closers: Closers;
  readonly reloads: Reloads;
}
