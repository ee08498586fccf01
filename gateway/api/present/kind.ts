import { z } from "zod";
import type { Kind } from "../../../devices/kit/kind.ts";
import type { KindDetail, KindItem } from "../contract.ts";

/** A kind as it is listed. */
export function presentKindItem(kind: Kind): KindItem {
  const { name, title, intervalMs, quietAfterMs, summary } = kind;
  return { name, title, intervalMs, quietAfterMs, summary: [...summary] };
}

/** A kind with all its facts; value and argument schemas as JSON Schema. */
export function presentKind(kind: Kind): KindDetail {
  return {
    ...presentKindItem(kind),
    fields: mapValues(kind.fields, (field) => ({
      title: field.title,
      type: field.type,
      unit: field.unit ?? null,
      widget: field.widget,
      range: field.range === undefined ? null : [field.range[0], field.range[1]],
      states: field.states ?? null,
      expects: field.expects,
      schema: schemaOf(field.schema),
    })),
    facts: mapValues(kind.facts, (fact) => ({
      title: fact.title,
      unit: fact.unit ?? null,
      schema: schemaOf(fact.schema),
    })),
    events: mapValues(kind.events, (event) => ({ title: event.title, fields: [...event.fields] })),
    commands: mapValues(kind.commands, (command) => ({
      title: command.title,
      args: schemaOf(command.args),
      maxAgeMs: command.maxAgeMs,
    })),
    rules: kind.rules.map((rule) => ({
      id: rule.id,
      severity: rule.severity,
      title: rule.title,
      advice: rule.advice ?? null,
      limits: mapValues(rule.limits, ({ value, unit, title }) => ({ value, unit, title })),
      latched: rule.latched === true,
      quiet: rule.quiet === true,
      fire: rule.fire === true,
    })),
    examples: kind.examples.map(({ stream, payload }) => ({ stream, payload: { ...payload } })),
  };
}

function schemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { unrepresentable: "any" });
  return rest;
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
