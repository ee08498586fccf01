import type { Values } from "./kind.ts";
import type { Condition } from "./rules.ts";

/** A machine that runs when a signal asks for it: fields of type flag. */
export interface OnDemand {
  readonly signal: string;
  readonly running: string;
}

/**
 * Raises when the signal is there and the machine does not run within the limit `startS`, or at once when it `cannot`;
 * clears when it runs or nothing asks for it any more. A machine that does not tell whether it runs is not accused.
 */
export function startsOn(
  { signal, running }: OnDemand,
  parts: { withinS: number; cannot: (values: Readonly<Values>) => boolean; reads: readonly string[] },
): Condition {
  const { withinS, cannot, reads } = parts;
  const title = { zh: "启动时限", en: "Start within" };
  return {
    limits: { startS: { value: withinS, unit: "s", title } },
    check: ({ values }) => {
      if (values[signal] === false || values[running] === true) return "clear";
      return values[signal] === true && values[running] === false ? "raise" : "keep";
    },
    holdForMs: ({ values, limits }) => (cannot(values) ? 0 : limits.startS! * 1000),
    reads: [running, signal, ...reads],
  };
}

/**
 * Raises when the machine runs and nothing asks for it, after the limit `holdS`, in a test after `testS`. Where no signal is
 * wired every run counts: nobody asked for it as far as is known.
 */
export function runsUnasked(
  { signal, running, testing }: OnDemand & { readonly testing: string },
  parts: { holdS: number; testS: number },
): Condition {
  return {
    limits: {
      holdS: { value: parts.holdS, unit: "s", title: { zh: "持续时间", en: "Must hold for" } },
      testS: { value: parts.testS, unit: "s", title: { zh: "试运行最长时间", en: "Longest test run" } },
    },
    check: ({ values }) => {
      if (values[running] === undefined) return "keep";
      return values[running] === true && values[signal] !== true ? "raise" : "clear";
    },
    holdForMs: ({ values, limits }) => (values[testing] === true ? limits.testS! : limits.holdS!) * 1000,
    reads: [running, signal, testing],
  };
}
