import { z } from "zod";
import {
  flagWords,
  numberText,
  type Reader,
  readWith,
  sameUnit,
  stateWords,
  tidy,
  times,
  type UnitReader,
} from "./coerce.ts";
import type { FactField, Field, Kind, Text, Value } from "./kind.ts";

/** The schema of what a reading may carry: every field optional, unknown keys stripped. Use its `safeParse`. */
export function compileFields(
  kind: Pick<Kind, "fields">,
): z.ZodObject<Record<string, z.ZodOptional<z.ZodType<Value>>>> {
  return z.object(
    Object.fromEntries(Object.entries(kind.fields).map(([name, field]) => [name, field.schema.optional()])),
  );
}

/** Any number of a unit. `units` are foreign units in which a text may give it. */
export function number(parts: {
  title: Text;
  unit: string;
  range?: readonly [number, number];
  units?: Readonly<Record<string, UnitReader>>;
  widget?: Field["widget"];
}): Field {
  return numeric({
    schema: z.number(),
    title: parts.title,
    unit: parts.unit,
    widget: parts.widget ?? "number",
    ...(parts.range && { range: parts.range }),
    expects: `a number in ${parts.unit}`,
    readers: [numberText({ [parts.unit.toLowerCase()]: sameUnit, ...parts.units })],
  });
}

/** A whole number of things, from 0. */
export function count(title: Text, range: readonly [number, number] = [0, 10_000]): Field {
  return numeric({
    schema: z.int().min(0),
    title,
    unit: "count",
    widget: "number",
    range,
    expects: "a whole number from 0",
    readers: [numberText()],
  });
}

/** A part of a whole, 0 to 1. A bare number above 1 is read as per cent; 1 itself is the whole. */
export function ratio(title: Text): Field {
  return numeric({ ...ratioParts(title), readers: [percentNumber, numberText(ratioUnits)] });
}

/** A percentage, 0 to 100. */
export function percent(title: Text, widget: Field["widget"] = "percent"): Field {
  return numeric({
    schema: z.number().min(0).max(100),
    title,
    unit: "%",
    widget,
    range: [0, 100],
    expects: "a number from 0 to 100 in %",
    readers: [numberText({ "%": sameUnit })],
  });
}

/** Charge of the battery in %. */
export function battery(): Field {
  return percent({ zh: "电池电量", en: "Battery" }, "battery");
}

/** Yes or no. `words` adds what else devices say, in lower case: `{ alarm: true, normal: false }`. */
export function flag(title: Text, words: Readonly<Record<string, boolean>> = {}): Field {
  return make({
    schema: z.boolean(),
    type: "boolean",
    title,
    widget: "flag",
    expects: "true or false",
    readers: [flagWords(words)],
  });
}

/** A flag that is true when something is wrong, so that `"alarm"` and `"normal"` can be understood; `words` adds to them. */
export function alarmFlag(title: Text, words: Readonly<Record<string, boolean>> = {}): Field {
  return flag(title, { ...alarmWords, ...words });
}

/** One of a few named states. Their Chinese titles are understood; `aliases` are other words for them, in lower case with hyphens. */
export function state(
  title: Text,
  states: Readonly<Record<string, Text>>,
  aliases: Readonly<Record<string, string>> = {},
): Field {
  const names = Object.keys(states);
  return make({
    schema: z.enum(names),
    type: "text",
    title,
    widget: "state",
    states,
    expects: `one of ${names.join(", ")}`,
    readers: [stateWords(names, { ...chineseWords(states), ...aliases })],
  });
}

/** A short text, not longer than `maxLength` characters. */
export function text(title: Text, maxLength: number): Field {
  return make({
    schema: z.string().max(maxLength),
    type: "text",
    title,
    widget: "text",
    expects: `a text of at most ${maxLength} characters`,
    readers: [],
  });
}

/**
 * Who it was, in whatever form the device says it: a card number, face id, employee number or name. The gateway puts a keyed
 * hash (`p_` and 32 hexadecimal digits) in its place before anything is kept or shown, so a rule sees the hash alone.
 */
export function person(title: Text): Field {
  return make({
    schema: z.string().min(1).max(256),
    type: "text",
    title,
    widget: "text",
    isPerson: true,
    expects: "what the device knows the person by, as a text or number; only a keyed hash of it is kept",
    readers: [numberAsText],
  });
}

/** A moment, epoch ms. RFC 3339 text and epoch seconds are recognised. */
export function time(title: Text): Field {
  return make({
    schema: z.number().min(100_000_000_000).max(32_503_680_000_000),
    type: "number",
    title,
    unit: "ms",
    widget: "time",
    expects: "epoch milliseconds or RFC 3339 with a zone",
    readers: [epochSeconds, zonedTime, numberText()],
  });
}

/** A fact that people write down once per device. */
export function fact(field: Field): FactField {
  const { schema, title, unit, states } = field;
  return { schema, title, ...(unit && { unit }), ...(states && { states }) };
}

/** A field before its readers are joined. */
export type FieldParts = Omit<Field, "coerce"> & { readonly readers: readonly Reader[] };

function make({ readers, ...field }: FieldParts): Field {
  return { ...field, coerce: readWith(field.schema, readers) };
}

/** A field of type number with the readers that it accepts. */
export function numeric(parts: Omit<FieldParts, "type">): Field {
  return make({ ...parts, type: "number" });
}

/** What every ratio has in common. */
export function ratioParts(title: Text): Omit<FieldParts, "readers" | "type"> {
  const schema = z.number().min(0).max(1);
  return { schema, title, unit: "ratio", widget: "percent", range: [0, 1], expects: "a ratio from 0 to 1" };
}

/** Units in which a text may give a ratio. */
export const ratioUnits = { "%": times(0.01, "percent-to-ratio") };

/** Reads a bare number above 1 as per cent. */
export const percentNumber: Reader = (value) =>
  typeof value === "number" && value > 1 && value <= 100
    ? { value: tidy(value / 100), name: "percent-to-ratio" }
    : undefined;

const numberAsText: Reader = (value) =>
  typeof value === "number" && Number.isFinite(value)
    ? { value: String(value), name: "text-from-number" }
    : undefined;
const alarmWords = {
  ...{ alarm: true, active: true, detected: true, fault: true, 报警: true, 告警: true, 故障: true },
  ...{ normal: false, ok: false, clear: false, none: false, idle: false, 正常: false },
} as const;

function chineseWords(states: Readonly<Record<string, Text>>): Record<string, string> {
  return Object.fromEntries(Object.entries(states).map(([name, { zh }]) => [zh, name]));
}

const epochSeconds: Reader = (value) =>
  typeof value === "number" && value > 100_000_000 && value < 100_000_000_000
    ? { value: value * 1000, name: "seconds-to-milliseconds" }
    : undefined;

const zonedTime: Reader = (value) => {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT.+(Z|[+-]\d\d:?\d\d)$/i.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : { value: ms, name: "time-from-text" };
};
