import type { Limit, Rule, RuleInput, Value, Verdict } from "./kind.ts";

/** The part of a rule that a brick makes: what raises and clears it. Spread it into the rule: `...above("temperature", …)`. */
export type Condition = Pick<
  Rule,
  "limits" | "check" | "reads" | "holdForMs" | "clearAfterMs" | "latched" | "quiet" | "severityFor"
>;

/** A threshold with its hysteresis: past `raise` it holds, back at `clear` it is over, between them nothing changes. */
export interface Threshold {
  readonly raise: number;
  readonly clear: number;
  readonly unit: string;
}

/** Raises when the field is greater than the limit `above`; clears at or below `clear`. */
export function above(field: string, threshold: Threshold): Condition {
  const check = ({ values, limits }: RuleInput): Verdict => {
    const value = values[field];
    if (typeof value !== "number") return "keep";
    if (value > limits.above!) return "raise";
    return value <= limits.clear! ? "clear" : "keep";
  };
  return { limits: thresholdLimits("above", titles.above, threshold), check, reads: [field] };
}

/** Raises when the field reaches the limit `atLeast`; clears at or below `clear`. */
export function atLeast(field: string, threshold: Threshold): Condition {
  const check = ({ values, limits }: RuleInput): Verdict => {
    const value = values[field];
    if (typeof value !== "number") return "keep";
    if (value >= limits.atLeast!) return "raise";
    return value <= limits.clear! ? "clear" : "keep";
  };
  return { limits: thresholdLimits("atLeast", titles.atLeast, threshold), check, reads: [field] };
}

/** Raises when the field is less than the limit `below`; clears at or above `clear`. */
export function below(field: string, threshold: Threshold): Condition {
  const check = ({ values, limits }: RuleInput): Verdict => {
    const value = values[field];
    if (typeof value !== "number") return "keep";
    if (value < limits.below!) return "raise";
    return value >= limits.clear! ? "clear" : "keep";
  };
  return { limits: thresholdLimits("below", titles.below, threshold), check, reads: [field] };
}

/** Raises when the field falls to the limit `atMost`; clears at or above `clear`. */
export function atMost(field: string, threshold: Threshold): Condition {
  const check = ({ values, limits }: RuleInput): Verdict => {
    const value = values[field];
    if (typeof value !== "number") return "keep";
    if (value <= limits.atMost!) return "raise";
    return value >= limits.clear! ? "clear" : "keep";
  };
  return { limits: thresholdLimits("atMost", titles.atMost, threshold), check, reads: [field] };
}

/** Raises while the field has one of the values; clears with any other. */
export function is(field: string, ...wanted: readonly Value[]): Condition {
  const check = ({ values }: RuleInput): Verdict => {
    const value = values[field];
    if (value === undefined) return "keep";
    return wanted.includes(value) ? "raise" : "clear";
  };
  return { limits: {}, check, reads: [field] };
}

/** Raises while any of the flags is false; clears when all that are known are true. */
export function anyFalse(...fields: readonly string[]): Condition {
  const check = ({ values }: RuleInput): Verdict => {
    let isKnown = false;
    for (const field of fields) {
      const value = values[field];
      if (value === false) return "raise";
      if (value === true) isKnown = true;
    }
    return isKnown ? "clear" : "keep";
  };
  return { limits: {}, check, reads: fields };
}

/** Raises with an event; `where` looks at what came with it. Has no end of its own: add `latched` or `clearsAfter`. */
export function eventRaises(
  event: string,
  { where, reads }: { where?: (changed: RuleInput["changed"]) => boolean; reads: readonly string[] },
): Condition {
  const check = (input: RuleInput): Verdict =>
    input.event === event && (where === undefined || where(input.changed)) ? "raise" : "keep";
  return { limits: {}, check, reads };
}

/** Raises while any of the flags is true; clears when all that are known are false. */
export function anyTrue(...fields: readonly string[]): Condition {
  const check = ({ values }: RuleInput): Verdict => {
    let isKnown = false;
    for (const field of fields) {
      const value = values[field];
      if (value === true) return "raise";
      if (value === false) isKnown = true;
    }
    return isKnown ? "clear" : "keep";
  };
  return { limits: {}, check, reads: fields };
}

/**
 * Raises with an event, or when a flag turns true: a flag that stays true does not raise again what a person has
 * resolved. For buttons; add `latched` or `clearsAfter`.
 */
export function pressed(event: string, flag: string): Condition {
  const check = (input: RuleInput): Verdict => {
    const isDown = input.changed[flag];
    const wasDown = input.memory[0] === 1;
    if (typeof isDown === "boolean") input.memory[0] = Number(isDown);
    return input.event === event || (isDown === true && !wasDown) ? "raise" : "keep";
  };
  return { limits: {}, check, reads: [flag] };
}

/** Raises with the flag as well: while it is true, whatever the condition says of its own fields. */
export function orFlag(flag: string, condition: Condition): Condition {
  const { check, reads = [] } = condition;
  return {
    ...condition,
    reads: [...reads, flag],
    check: (input) => {
      const { values } = input;
      if (values[flag] === true) return "raise";
      const verdict = check(input);
      if (verdict !== "keep" || values[flag] === undefined) return verdict;
      return reads.some((field) => values[field] !== undefined) ? "keep" : "clear";
    },
  };
}

/** Holds only where the guard says so: false clears, undefined (not known) changes nothing. */
export function only(guard: (input: RuleInput) => boolean | undefined, condition: Condition): Condition {
  const { check } = condition;
  return {
    ...condition,
    check: (input) => {
      const applies = guard(input);
      if (applies === undefined) return "keep";
      return applies ? check(input) : "clear";
    },
  };
}

/** Raises when the condition has held for the limit `holdS`. */
export function stays(seconds: number, condition: Condition): Condition {
  const title = { zh: "持续时间", en: "Must hold for" };
  return {
    ...condition,
    limits: { ...condition.limits, holdS: { value: seconds, unit: "s", title } },
    holdForMs: ({ limits }) => limits.holdS! * 1000,
  };
}

/** Only a person's resolve clears it. */
export function latched(condition: Condition): Condition {
  return { ...condition, latched: true };
}

/** Clears by itself when the condition was not seen for so long. */
export function clearsAfter(seconds: number, condition: Condition): Condition {
  return { ...condition, clearAfterMs: seconds * 1000 };
}

/**
 * Raised by silence or a lost connection; how long is `quietAfterMs` of the kind or the interval of the device, so the
 * rule has no limits of its own.
 */
export function quiet(): Condition {
  return { limits: {}, check: () => "keep", reads: [], quiet: true };
}

const titles = {
  above: { zh: "高于此值报警", en: "Raise above" },
  atLeast: { zh: "达到此值报警", en: "Raise at or above" },
  below: { zh: "低于此值报警", en: "Raise below" },
  atMost: { zh: "降至此值报警", en: "Raise at or below" },
  clear: { zh: "恢复值", en: "Clear at" },
} as const;

function thresholdLimits(
  name: string,
  title: Limit["title"],
  { raise, clear, unit }: Threshold,
): Readonly<Record<string, Limit>> {
  return { [name]: { value: raise, unit, title }, clear: { value: clear, unit, title: titles.clear } };
}
