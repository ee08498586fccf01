import type { Kind, Rule } from "../../devices/kit/kind.ts";
import type { LimitOverride } from "./contract.ts";
import { quote } from "./device-check.ts";

/** What is wrong with an override, and which part of it. */
export interface LimitFault {
  readonly path: string;
  readonly message: string;
}

/** Why a number cannot be by itself: no such rule or limit, no number, a negative time, or out of the field's range. */
export function findLimitFault(
  { rule, limit, value }: LimitOverride,
  kind: Kind | undefined,
): LimitFault | undefined {
  if (kind === undefined) return { path: "kind", message: "there is no such kind" };
  const found = kind.rules.find(({ id }) => id === rule);
  if (found === undefined) {
    const known = kind.rules.map(({ id }) => id).join(", ");
    return { path: "rule", message: `${kind.name} has no rule ${quote(rule)}; it has ${known}` };
  }
  if (!Object.hasOwn(found.limits, limit)) {
    const known = Object.keys(found.limits).join(", ") || "none";
    return { path: "limit", message: `rule ${rule} has no limit ${quote(limit)}; it has ${known}` };
  }
  const { unit } = found.limits[limit]!;
  if (!Number.isFinite(value)) return { path: "value", message: `a number in ${unit}, got ${quote(value)}` };
  if (value < 0 && durations.has(unit)) {
    return { path: "value", message: `a time in ${unit} is not negative, got ${value}` };
  }
  return findRangeFault({ kind, rule: found, unit, value });
}

/**
 * Why the numbers of a rule cannot be together after one of them changed: where the kind has raise and clear apart,
 * they stay apart in the same direction, or the alert would flap or never end. `numberOf` gives each number as it
 * then is.
 */
export function findPairFault({ rule, limit, numberOf, where }: PairParts): string | undefined {
  const { unit, value: ownDefault } = rule.limits[limit]!;
  const partners = Object.entries(rule.limits).filter(
    ([name, other]) => other.unit === unit && name !== limit && (name === clear || limit === clear),
  );
  for (const [name, { value: otherDefault }] of partners) {
    const direction = Math.sign(ownDefault - otherDefault);
    const other = numberOf(name);
    const value = numberOf(limit);
    if (direction === 0 || Math.sign(value - other) === direction) continue;
    const relation = direction > 0 ? "greater" : "less";
    const place = where === undefined ? "" : ` of ${where}`;
    return `${limit} must stay ${relation} than ${name}${place}, which is ${other} ${unit}, and it would be ${value}; to move both, change ${name} first`;
  }
  return undefined;
}

interface PairParts {
  readonly rule: Rule;
  /** The limit that changes. */
  readonly limit: string;
  readonly numberOf: (limit: string) => number;
  /** The device whose numbers they are, when it is not the one that the change is for. */
  readonly where?: string | undefined;
}

/** The limit at which every brick with hysteresis is over; the others of its unit are what raises. */
const clear = "clear";

/** Units of limits that are times. */
const durations: ReadonlySet<string> = new Set(["ms", "s", "min", "h", "d"]);

/** A threshold that no believable value can pass would switch the alert off, or on for ever, without a word. */
function findRangeFault(parts: {
  kind: Kind;
  rule: Rule;
  unit: string;
  value: number;
}): LimitFault | undefined {
  const { kind, rule, unit, value } = parts;
  for (const name of rule.reads ?? []) {
    const field = kind.fields[name];
    if (field?.range === undefined || field.unit !== unit) continue;
    const [least, most] = field.range;
    if (value >= least && value <= most) continue;
    const message = `a number from ${least} to ${most} ${unit}, the range of ${name}, got ${value}`;
    return { path: "value", message };
  }
  return undefined;
}
