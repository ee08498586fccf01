import type { SeriesReading } from "../contract.ts";
import { periodOf, planOf } from "./levels.ts";
import type { Part } from "./parts.ts";

/** Knows which readings are in files already. */
export interface InFiles {
  /** The readings that are not. */
  without(readings: readonly SeriesReading[]): readonly SeriesReading[];
}

/**
 * A store that was made anew from its files reads the journal again from further back: each file says up to which record it
 * holds its day, and these must not come in twice.
 */
export function createInFiles(parts: readonly Part[], position: number): InFiles {
  const days = new Map<string, number>();
  for (const { plan, period, upTo } of parts) {
    if (plan.period === "day") days.set(period, Math.max(upTo, days.get(period) ?? 0));
  }
  const highest = Math.max(0, ...days.values());
  const isNew = ({ sequence, time }: SeriesReading) =>
    sequence > (days.get(periodOf(planOf("raw"), time)) ?? 0);
  return {
    without(readings) {
      if (highest <= position || (readings[0]?.sequence ?? 0) > highest) return readings;
      return readings.filter(isNew);
    },
  };
}
