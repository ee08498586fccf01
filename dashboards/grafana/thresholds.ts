import type { Kind, Limit, Rule } from "../../devices/kit/kind.ts";
import { goodColor, severities, severityColors } from "./colors.ts";
import type { ThresholdStep } from "./model.ts";
import { bilingual } from "./titles.ts";
import { raises } from "./verdicts.ts";

/** Colours along the values of a number: where a rule would raise by that value alone, the colour of the worst that would. */
export function thresholdSteps(kind: Kind, field: string): ThresholdStep[] {
  const edges = kind.rules.flatMap((rule) => edgesOf(rule)).filter((edge) => decides(kind, edge, field));
  const values = [...new Set(edges.map(({ limit }) => limit.value))].toSorted((a, b) => a - b);
  return [null, ...values].map((value) => ({ value, color: colorFrom(value, edges) }));
}

/** What a reader should know of a field: the rules that read it, with their numbers, the worst first. */
export function describeRules(kind: Kind, field: string): string {
  return severities
    .flatMap((severity) => kind.rules.filter((rule) => rule.severity === severity))
    .filter(({ reads }) => reads?.includes(field))
    .map((rule) => `- ${bilingual(rule.title)} (${rule.severity})${numbersOf(rule)}`)
    .join("\n");
}

interface Edge {
  readonly rule: Rule;
  readonly side: "rising" | "falling";
  readonly limit: Limit;
}

function edgesOf(rule: Rule): Edge[] {
  const { above, atLeast, below, atMost } = rule.limits;
  const rising = above ?? atLeast;
  const falling = below ?? atMost;
  return [
    ...(rising === undefined ? [] : [{ rule, side: "rising" as const, limit: rising }]),
    ...(falling === undefined ? [] : [{ rule, side: "falling" as const, limit: falling }]),
  ];
}

/** A rule that also looks at other things than this number would colour values that are fine. */
function decides(kind: Kind, { rule, side, limit }: Edge, field: string): boolean {
  const beyond = (Math.abs(limit.value) + 1) / 1000;
  return raises({ kind, rule, field, value: limit.value + (side === "rising" ? beyond : -beyond) });
}

/** The colour from a value up to the next limit; null is below all. */
function colorFrom(value: number | null, edges: readonly Edge[]): string {
  const from = value ?? Number.NEGATIVE_INFINITY;
  const passed = edges.filter(({ side, limit }) =>
    side === "rising" ? limit.value <= from : limit.value > from,
  );
  const worst = severities.find((severity) => passed.some(({ rule }) => rule.severity === severity));
  return worst === undefined ? goodColor : severityColors[worst];
}

function numbersOf({ limits }: Rule): string {
  const texts = Object.values(limits).map(
    ({ title, value, unit }) => `${bilingual(title)} ${value}${unit === "count" ? "" : ` ${unit}`}`,
  );
  return texts.length === 0 ? "" : `: ${texts.join(", ")}`;
}
