import { z } from "zod";
import type {
  DutyCheckFacts,
  EventKind,
  FactField,
  Field,
  Kind,
  Limit,
  Sample,
  Severity,
  Text,
} from "./kind.ts";

/** A kind as plain JSON: what a screen, an integrator and the documentation need of it. */
export interface KindDescription {
  readonly name: string;
  readonly title: Text;
  readonly intervalMs: number;
  readonly quietAfterMs: number;
  readonly summary: readonly string[];
  readonly figure?: string;
  readonly fields: Readonly<Record<string, FieldDescription>>;
  readonly facts: Readonly<Record<string, FactDescription>>;
  readonly events: Readonly<Record<string, Required<EventKind>>>;
  readonly commands: Readonly<Record<string, CommandDescription>>;
  readonly dutyCheck?: DutyCheckFacts;
  readonly rules: readonly RuleDescription[];
  readonly examples: readonly Sample[];
}

/** A field as plain JSON. */
export type FieldDescription = Pick<
  Field,
  "type" | "title" | "unit" | "widget" | "range" | "states" | "expects"
>;

/** A fact as plain JSON, with the JSON Schema of its value. */
export interface FactDescription {
  readonly title: Text;
  readonly unit?: string;
  readonly states?: Readonly<Record<string, Text>>;
  readonly schema: JsonSchema;
}

/** A command as plain JSON, with the JSON Schema of its arguments as they are sent. */
export interface CommandDescription {
  readonly title: Text;
  readonly args: JsonSchema;
  readonly maxAgeMs: number;
}

/** A rule as plain JSON. */
export interface RuleDescription {
  readonly id: string;
  readonly severity: Severity;
  /** The installation decides about its severity. */
  readonly severityVaries: boolean;
  readonly title: Text;
  readonly advice?: Text;
  readonly reads: readonly string[];
  readonly limits: Readonly<Record<string, Limit>>;
  readonly fire: boolean;
  readonly latched: boolean;
  readonly quiet: boolean;
  readonly clearAfterMs?: number;
}

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Describes a kind; the same kind always gives the same JSON. */
export function describeKind(kind: Kind): KindDescription {
  const { name, title, intervalMs, quietAfterMs, summary, figure, examples } = kind;
  return {
    name,
    title,
    intervalMs,
    quietAfterMs,
    summary,
    ...(figure !== undefined && { figure }),
    fields: eachOf(kind.fields, describeField),
    facts: eachOf(kind.facts, describeFact),
    events: eachOf(kind.events, ({ title, fields, implies = {} }) => ({ title, fields, implies })),
    commands: eachOf(kind.commands, ({ title, args, maxAgeMs }) => ({
      title,
      args: jsonSchema(args),
      maxAgeMs,
    })),
    ...(kind.dutyCheck && { dutyCheck: kind.dutyCheck }),
    rules: kind.rules.map(describeRule),
    examples,
  };
}

function describeField({ type, title, unit, widget, range, states, expects }: Field): FieldDescription {
  return {
    type,
    title,
    ...(unit !== undefined && { unit }),
    widget,
    ...(range && { range }),
    ...(states && { states }),
    expects,
  };
}

function describeFact({ title, unit, states, schema }: FactField): FactDescription {
  return {
    title,
    ...(unit !== undefined && { unit }),
    ...(states && { states }),
    schema: jsonSchema(schema),
  };
}

function describeRule(rule: Kind["rules"][number]): RuleDescription {
  const { id, severity, title, advice, reads, limits, clearAfterMs } = rule;
  return {
    id,
    severity,
    severityVaries: rule.severityFor !== undefined,
    title,
    ...(advice && { advice }),
    reads: reads ?? [],
    limits,
    fire: rule.fire === true,
    latched: rule.latched === true,
    quiet: rule.quiet === true,
    ...(clearAfterMs !== undefined && { clearAfterMs }),
  };
}

function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: "input" });
}

function eachOf<A, B>(things: Readonly<Record<string, A>>, describe: (thing: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(things).map(([name, thing]) => [name, describe(thing)]));
}
