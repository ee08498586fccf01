import type { Level } from "../contract.ts";

/** A level of the store: how values are folded, and how long the time is that one table or file holds. */
export interface LevelPlan {
  readonly level: Level;
  /** Undefined: values as they came. */
  readonly foldMs: number | undefined;
  readonly period: "day" | "month";
  /** Folder of its files and beginning of its tables' names. */
  readonly name: string;
}

/** Every level, finest first. */
export const levelPlans: readonly LevelPlan[] = [
  { level: "raw", foldMs: undefined, period: "day", name: "raw" },
  { level: "5min", foldMs: 300_000, period: "day", name: "min5" },
  { level: "1h", foldMs: 3_600_000, period: "month", name: "hour1" },
];

/** The plan of a level. */
export function planOf(level: Level): LevelPlan {
  return levelPlans.find((plan) => plan.level === level)!;
}

/** The period that a time lies in, in UTC: `2026-01-15`, or `2026-01`. */
export function periodOf(plan: LevelPlan, time: number): string {
  return new Date(time).toISOString().slice(0, plan.period === "day" ? 10 : 7);
}

/** Begin of a period, epoch ms. */
export function beginOf(period: string): number {
  return Date.parse(period.length === 10 ? period : `${period}-01`);
}

/** End of a period, exclusive, epoch ms. */
export function endOf(period: string): number {
  const begin = new Date(beginOf(period));
  return period.length === 10
    ? begin.setUTCDate(begin.getUTCDate() + 1)
    : begin.setUTCMonth(begin.getUTCMonth() + 1);
}

/** Name of the table that holds what is not in the file of a period. */
export function tableOf(plan: LevelPlan, period: string): string {
  return `${plan.name}_${period.replaceAll("-", "")}`;
}

/** Columns of a table of a level. `word` is the number of a text, 0 for none; times are epoch ms. */
export function columnsOf(plan: LevelPlan): string {
  return plan.foldMs === undefined ? rawColumns : foldedColumns;
}

const rawColumns =
  "series UINTEGER, time BIGINT, received BIGINT, sequence BIGINT, num DOUBLE, word UINTEGER, quality UTINYINT";

const foldedColumns =
  "series UINTEGER, time BIGINT, word UINTEGER, count UINTEGER, suspect UINTEGER, min DOUBLE, max DOUBLE, sum DOUBLE, last DOUBLE, lastKey BIGINT";

/**
 * Orders values of one field by time and, within a millisecond, by journal sequence: 42 bits of time (until the year 2109)
 * and the lower 21 bits of the sequence.
 */
export const orderKey = "((time << 21) | (sequence & 2097151))";
