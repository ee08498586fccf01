import type { Facts, Limits, Values, Verdict } from "../../../devices/kit/kind.ts";
import type { Condition } from "../../../devices/kit/rules.ts";

interface Told {
  readonly s?: number;
  readonly event?: string;
  readonly [field: string]: Values[string] | undefined;
}

/** Tells a condition one reading after the other (`s` is the device time in seconds) and returns what it says to each. */
export function tell(
  condition: Condition,
  readings: readonly Told[],
  parts: { limits?: Limits; facts?: Facts } = {},
) {
  const values: Values = {};
  const memory: number[] = [];
  const defaults = Object.entries(condition.limits).map(([name, { value }]) => [name, value]);
  const limits = { ...Object.fromEntries(defaults), ...parts.limits };
  const holds: number[] = [];
  const verdicts = readings.map(({ s = 0, event, ...fields }) => {
    const changed = fields as Values;
    Object.assign(values, changed);
    const input = {
      values,
      changed,
      event,
      at: s * 1000,
      ts: s * 1000,
      facts: parts.facts ?? {},
      limits,
      memory,
    };
    const verdict: Verdict = condition.check(input);
    const { holdForMs } = condition;
    holds.push(typeof holdForMs === "function" ? holdForMs(input) : (holdForMs ?? 0));
    return verdict;
  });
  return { verdicts, holds, memory };
}
