import type { Reading } from "../types.ts";
import type { JudgeSettings } from "./settings.ts";

/**
 * Whether a reading tells of the past: it waited in a device or uplink while newer ones of the same device arrived.
 * `newestTs` is the newest device time of that device that could be believed. A few seconds behind is the clock, not the past.
 */
export function isLate(
  reading: Pick<Reading, "ts">,
  { newestTs, settings }: { newestTs: number; settings: Pick<JudgeSettings, "lateAfterMs"> },
): boolean {
  return reading.ts < newestTs - settings.lateAfterMs;
}
