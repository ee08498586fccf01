import type { RuleInput, Value, Verdict } from "./kind.ts";
import type { Condition } from "./rules.ts";

// Every span is measured in device time: a device whose clock is wrong is wrong by the same amount at both ends, while
// receive times of messages that waited for a connection all fall together.

// What a deadline rule remembers when there is none: it is closed, or open without one. A negative time is a deadline
// of an earlier opening that does not count.
const closed = 0;
const noDeadline = -1;

/** Memory of a rule is limited to 64 numbers; counts keep one number a hit and one for themselves. */
const longestCount = 60;

/** Raises when an event came at least `count` times within `withinS`. Has no end of its own: add `clearsAfter`. */
export function countWithin(
  event: string,
  parts: {
    count: number;
    withinS: number;
    where?: (changed: RuleInput["changed"]) => boolean;
    reads: readonly string[];
  },
): Condition {
  const { where, reads } = parts;
  const check = (input: RuleInput): Verdict => {
    if (input.event !== event || (where !== undefined && !where(input.changed))) return "keep";
    const { memory, limits, ts } = input;
    forget(memory, 0, ts, limits.withinS! * 1000);
    memory.push(ts);
    return memory.length >= Math.min(limits.count!, longestCount) ? "raise" : "keep";
  };
  return { limits: countLimits(parts), check, reads };
}

/** Raises when a flag changed more than `count` times within `withinS`; clears when it did not change for that long. */
export function changesWithin(field: string, parts: { count: number; withinS: number }): Condition {
  const check = ({ values, changed, memory, limits, ts }: RuleInput): Verdict => {
    const value = changed[field];
    if (typeof value !== "boolean")
      return values[field] === undefined ? "keep" : calm(memory, ts, limits.withinS!);
    const now = Number(value);
    const before = memory[0];
    memory[0] = now;
    if (before === undefined || before === now) return calm(memory, ts, limits.withinS!);
    forget(memory, 1, ts, limits.withinS! * 1000);
    memory.push(ts);
    return memory.length - 1 > Math.min(limits.count!, longestCount) ? "raise" : "keep";
  };
  return { limits: countLimits(parts), check, reads: [field], clearAfterMs: parts.withinS * 1000 };
}

/** A rate of change: per minute, over at least `minimumS` between two readings so that noise is no rate. */
export interface Rate {
  readonly raisePerMinute: number;
  readonly clearPerMinute: number;
  readonly minimumS: number;
  readonly unit: string;
}

/** Raises when the field rises by the limit `perMinute` or faster; clears when it rises by `clear` or slower. */
export function risesBy(field: string, rate: Rate): Condition {
  return movesBy(field, rate, 1);
}

/** Raises when the field falls by the limit `perMinute` or faster; clears when it falls by `clear` or slower. */
export function fallsBy(field: string, rate: Rate): Condition {
  return movesBy(field, rate, -1);
}

/**
 * Raises while the field says that an answer is awaited, after the limit `answerS`, or at once when it says that it
 * failed; clears with any other value.
 */
export function unanswered(
  field: string,
  parts: { asked: Value; failed?: Value; answerS: number },
): Condition {
  const { asked, failed, answerS } = parts;
  const title = { zh: "应答时限", en: "Answer within" };
  return {
    limits: { answerS: { value: answerS, unit: "s", title } },
    check: ({ values }) => {
      const value = values[field];
      if (value === undefined) return "keep";
      return value === asked || value === failed ? "raise" : "clear";
    },
    holdForMs: ({ values, limits }) => (values[field] === asked ? limits.answerS! * 1000 : 0),
    reads: [field],
  };
}

/**
 * Raises when `isOpen` is still true at the moment that the field `due` names (epoch ms by the device's clock), plus the
 * limit `graceS`; without one, after the limit `longestS`. A new deadline clears what the old one raised.
 */
export function deadline(parts: {
  isOpen: (values: RuleInput["values"]) => boolean | undefined;
  due: string;
  graceS: number;
  longestS: number;
  reads: readonly string[];
}): Condition {
  const { isOpen, due, reads } = parts;
  return {
    limits: {
      graceS: { value: parts.graceS, unit: "s", title: { zh: "宽限时间", en: "Grace time" } },
      longestS: {
        value: parts.longestS,
        unit: "s",
        title: { zh: "无期限时最长时间", en: "Longest without a deadline" },
      },
    },
    check: ({ values, changed, memory, ts }) => {
      const open = isOpen(values);
      if (open === undefined) return "keep";
      const before = memory[0];
      if (!open) {
        memory[0] = closed;
        return "clear";
      }
      const value = values[due];
      // A deadline that was over before it opened belongs to the time before.
      const isOld =
        typeof value === "number" && value <= ts && before === closed && changed[due] === undefined;
      if (typeof value !== "number") memory[0] = noDeadline;
      else memory[0] = isOld || before === -value ? -value : value;
      return before === undefined || before === closed || before === memory[0] ? "raise" : "clear";
    },
    holdForMs: ({ memory, limits, ts }) => {
      const value = memory[0] ?? noDeadline;
      return value > 0 ? value - ts + limits.graceS! * 1000 : limits.longestS! * 1000;
    },
    reads,
  };
}

/**
 * Looks at a condition only when its field was reported while a state had already held for the limit `settleS`: what
 * flowed or pressed before the state began, and values of an earlier reading, prove nothing. Outside of the state it
 * says `otherwise`.
 */
export function settled(
  parts: {
    field: string;
    during: (values: RuleInput["values"]) => boolean | undefined;
    settleS: number;
    otherwise: "clear" | "keep";
  },
  condition: Condition,
): Condition {
  const { field, during, otherwise } = parts;
  const { check } = condition;
  const title = { zh: "稳定时间", en: "Settle for" };
  return {
    ...condition,
    limits: { ...condition.limits, settleS: { value: parts.settleS, unit: "s", title } },
    check: (input) => {
      const { values, changed, memory, limits, ts } = input;
      const holds = during(values);
      if (holds === undefined) return "keep";
      if (!holds) {
        memory[0] = 0;
        return otherwise;
      }
      memory[0] ||= ts;
      if (changed[field] === undefined || ts - memory[0] < limits.settleS! * 1000) return "keep";
      return check(input);
    },
  };
}

function movesBy(field: string, rate: Rate, direction: 1 | -1): Condition {
  const { unit } = rate;
  const check = ({ changed, memory, limits, ts }: RuleInput): Verdict => {
    const value = changed[field];
    if (typeof value !== "number") return "keep";
    const since = memory[0];
    const from = memory[1];
    if (since === undefined || from === undefined || ts < since) return rebase(memory, ts, value);
    const moved = (value - from) * direction;
    // A whole minute's worth at once needs no second look.
    if (ts - since < limits.minimumS! * 1000 && moved < limits.perMinute!) return "keep";
    const perMinute = moved / Math.max((ts - since) / 60_000, 1 / 60);
    rebase(memory, ts, value);
    if (perMinute >= limits.perMinute!) return "raise";
    return perMinute <= limits.clear! ? "clear" : "keep";
  };
  return {
    limits: {
      perMinute: {
        value: rate.raisePerMinute,
        unit: `${unit}/min`,
        title: { zh: "变化速率", en: "Rate of change" },
      },
      clear: {
        value: rate.clearPerMinute,
        unit: `${unit}/min`,
        title: { zh: "恢复速率", en: "Clear at a rate of" },
      },
      minimumS: {
        value: rate.minimumS,
        unit: "s",
        title: { zh: "最短观察时间", en: "Observe for at least" },
      },
    },
    check,
    reads: [field],
  };
}

function rebase(memory: number[], ts: number, value: number): Verdict {
  memory[0] = ts;
  memory[1] = value;
  return "keep";
}

/** Drops times from `first` on that lie outside of the window, in place, and the oldest beyond the longest count. */
function forget(memory: number[], first: number, ts: number, windowMs: number): void {
  let kept = first;
  for (let i = first; i < memory.length; i++) {
    const time = memory[i]!;
    if (Math.abs(ts - time) <= windowMs) memory[kept++] = time;
  }
  memory.length = kept;
  if (kept - first >= longestCount) memory.splice(first, kept - first - longestCount + 1);
}

function calm(memory: readonly number[], ts: number, withinS: number): Verdict {
  const last = memory.length > 1 ? memory[memory.length - 1] : undefined;
  return last === undefined || ts - last > withinS * 1000 ? "clear" : "keep";
}

function countLimits({ count, withinS }: { count: number; withinS: number }): Condition["limits"] {
  return {
    count: { value: count, unit: "count", title: { zh: "次数", en: "Times" } },
    withinS: { value: withinS, unit: "s", title: { zh: "时间窗口", en: "Within" } },
  };
}
