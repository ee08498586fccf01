import type { LimitOverride } from "../state/contract.ts";
import type { KnownDevice } from "../types.ts";
import type { EffectiveLimit } from "./contract.ts";

/** Every number of a device's rules as it holds now, with where it comes from. */
export function effectiveLimits(known: KnownDevice, overrides: readonly LimitOverride[]): EffectiveLimit[] {
  return known.definition.rules.flatMap((rule) =>
    Object.entries(rule.limits).map(([limit, { value, unit, title }]) => ({
      rule: rule.id,
      ruleTitle: rule.title,
      limit,
      title,
      value: known.limits[rule.id]?.[limit] ?? value,
      unit,
      source: sourceOf(
        overrides.filter((item) => item.rule === rule.id && item.limit === limit),
        known,
      ),
      kindValue: value,
    })),
  );
}

function sourceOf(overrides: readonly LimitOverride[], known: KnownDevice): EffectiveLimit["source"] {
  if (overrides.some(({ device }) => device === known.device)) return "device";
  if (overrides.some(({ device, kind }) => device === undefined && kind === known.kind)) return "site";
  return "kind";
}
