import type { Facts, Rule, Severity } from "../../devices/kit/kind.ts";

/** Severity of a rule at one installation; the rule's own, and a word to `failed`, when the kind cannot tell. */
export function severityOf(rule: Rule, facts: Facts, failed: (error: unknown) => void): Severity {
  if (rule.severityFor === undefined) return rule.severity;
  try {
    return rule.severityFor(facts);
  } catch (error) {
    failed(error);
    return rule.severity;
  }
}
