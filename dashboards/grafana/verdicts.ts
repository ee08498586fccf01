import type { Kind, Rule, RuleInput, Severity, Value } from "../../devices/kit/kind.ts";
import { severities } from "./colors.ts";

/** A condition that becomes an alert within this time colours its value at once; a slower one is everyday life. */
const soonMs = 60_000;

/** The worst alert that a value leads to by itself and soon; undefined when it is harmless or depends on more. */
export function severityOf(kind: Kind, field: string, value: Value): Severity | undefined {
  const found = kind.rules
    .filter((rule) => inputsOf({ kind, rule, field, value }).some((input) => raisesSoon(rule, input)))
    .map(({ severity }) => severity);
  return severities.find((severity) => found.includes(severity));
}

/** A value, and the rule that may look at it. */
export interface Case {
  readonly kind: Kind;
  readonly rule: Rule;
  readonly field: string;
  readonly value: Value;
}

/** Whether the rule raises when nothing but this value is known of a device. */
export function raises(one: Case): boolean {
  return inputsOf(one).some((input) => one.rule.check(input) === "raise");
}

function raisesSoon(rule: Rule, input: RuleInput): boolean {
  return rule.check(input) === "raise" && (rule.holdForMs?.(input) ?? 0) <= soonMs;
}

/** The value told by itself, and with each event that can carry it. */
function inputsOf({ kind, rule, field, value }: Case): RuleInput[] {
  if (rule.quiet || !rule.reads?.includes(field)) return [];
  const events = Object.entries(kind.events)
    .filter(([, event]) => event.fields.includes(field) && (event.implies?.[field] ?? value) === value)
    .map(([name]) => name);
  const limits = Object.fromEntries(Object.entries(rule.limits).map(([name, limit]) => [name, limit.value]));
  const values = { [field]: value };
  const known = { values, changed: values, at: 0, ts: 0, facts: {}, limits };
  return [undefined, ...events].map((event) => ({ ...known, event, memory: [] }));
}
