import { GatewayError } from "../errors.ts";
import type { Level, RangeRequest, SeriesStore } from "./contract.ts";

/** How a request is answered. The range is widened to whole steps. */
export interface RangePlan {
  /** Undefined: values as they came. */
  readonly stepMs: number | undefined;
  readonly level: Level;
  readonly from: number;
  readonly to: number;
}

/** Points of one series that `auto` gives at most; a screen has no more pixels for them. */
export const autoPoints = 1000;

/** Steps that `auto` chooses from, ms. */
const ladder = [
  1, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800,
].map((seconds) => seconds * 1000);

const levelMs: Readonly<Record<Level, number>> = { raw: 1, "5min": 300_000, "1h": 3_600_000 };

/**
 * Chooses the step and the coarsest level that has it, among those that still hold the time asked for. Throws `invalid-request` that
 * says which step would be right.
 */
export function planRange(
  { from, to, step }: Pick<RangeRequest, "from" | "to" | "step">,
  levels: SeriesStore["levels"],
  now: number,
): RangePlan {
  if (step === "raw") return { stepMs: undefined, level: "raw", from, to };
  const kept = levels.filter(({ keepMs }) => now - keepMs <= from);
  // Nothing holds all of it: the level that reaches furthest gives what there is.
  const usable = kept.length > 0 ? kept : levels.slice(-1);
  const finest = levelMs[usable[0]!.level];
  const stepMs = step === "auto" ? autoStep(to - from, finest) : step;
  const level = usable.findLast((one) => stepMs % levelMs[one.level] === 0);
  if (level === undefined) {
    const message = `values before ${new Date(now - levels[0]!.keepMs).toISOString()} are kept folded by ${finest / 1000} s: the step must be a multiple of that`;
    throw new GatewayError("invalid-request", message, { path: "query.step" });
  }
  return { stepMs, level: level.level, from: from - (from % stepMs), to: Math.ceil(to / stepMs) * stepMs };
}

function autoStep(rangeMs: number, finestMs: number): number {
  // Whole steps may stick out at both ends.
  const fits = (stepMs: number) => stepMs % finestMs === 0 && rangeMs / stepMs <= autoPoints - 1;
  const weekMs = 604_800_000;
  return ladder.find(fits) ?? Math.ceil(rangeMs / (autoPoints - 1) / weekMs) * weekMs;
}
