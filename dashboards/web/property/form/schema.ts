import type { Text } from "../../i18n/language.ts";

/** One thing to be filled in, as a JSON Schema describes it. */
export interface Entry {
  readonly name: string;
  /** Absent: the name itself is all that is known. */
  readonly label: Text | undefined;
  readonly unit: string | undefined;
  readonly type: "whole" | "number" | "text" | "flag" | "choice";
  readonly isRequired: boolean;
  readonly least: number | undefined;
  readonly most: number | undefined;
  readonly maxLength: number | undefined;
  readonly choices: readonly string[];
  /** What holds when nothing is filled in, as it stands in the form. */
  readonly preset: string;
}

/** What stands in a form, by name; an empty text is nothing. */
export type Filled = Readonly<Record<string, string>>;

/** Why a text does not fit: a key of the form's words, with what it says. */
export type EntryFault =
  | { readonly key: "isMissing" | "notNumber" | "notWhole" }
  | { readonly key: "tooSmall"; readonly least: number }
  | { readonly key: "tooLarge"; readonly most: number }
  | { readonly key: "tooLong"; readonly most: number };

/** The entries of an object schema, in its order. */
export function entriesOf(schema: Readonly<Record<string, unknown>>): Entry[] {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(properties).map(([name, given]) =>
    entryOf(name, isRecord(given) ? given : {}, required.includes(name)),
  );
}

/** One entry from the schema of its value. */
export function entryOf(
  name: string,
  schema: Readonly<Record<string, unknown>>,
  isRequired: boolean,
  about: { readonly label?: Text; readonly unit?: string | undefined } = {},
): Entry {
  const number = (key: string) => (typeof schema[key] === "number" ? (schema[key] as number) : undefined);
  const choices = Array.isArray(schema.enum) ? schema.enum.map(String) : [];
  return {
    ...{ name, isRequired, choices, label: about.label ?? textOf(schema.label), unit: about.unit },
    type: choices.length > 0 ? "choice" : (types[String(schema.type)] ?? "text"),
    // JSON Schema writes the bounds of a safe integer where a whole number has none.
    least: within(number("minimum") ?? number("exclusiveMinimum")),
    most: within(number("maximum") ?? number("exclusiveMaximum")),
    maxLength: number("maxLength"),
    preset: schema.default === undefined ? firstOf(schema.type, choices, isRequired) : String(schema.default),
  };
}

/** Reads what was filled in; entries left empty are left out. */
export function readEntries(
  entries: readonly Entry[],
  filled: Filled,
): { values: Record<string, string | number | boolean>; faults: Record<string, EntryFault> } {
  const values: Record<string, string | number | boolean> = {};
  const faults: Record<string, EntryFault> = {};
  for (const entry of entries) {
    const text = (filled[entry.name] ?? "").trim();
    const fault = faultOf(entry, text);
    if (fault !== undefined) faults[entry.name] = fault;
    else if (text !== "") values[entry.name] = readValue(entry, text);
  }
  return { values, faults };
}

const types: Readonly<Record<string, Entry["type"]>> = {
  integer: "whole",
  number: "number",
  boolean: "flag",
};

function faultOf({ type, isRequired, least, most, maxLength }: Entry, text: string): EntryFault | undefined {
  if (text === "") return isRequired ? { key: "isMissing" } : undefined;
  if (type === "text" && maxLength !== undefined && text.length > maxLength)
    return { key: "tooLong", most: maxLength };
  if (type !== "number" && type !== "whole") return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) return { key: "notNumber" };
  if (type === "whole" && !Number.isInteger(value)) return { key: "notWhole" };
  if (least !== undefined && value < least) return { key: "tooSmall", least };
  return most !== undefined && value > most ? { key: "tooLarge", most } : undefined;
}

function readValue({ type }: Entry, text: string): string | number | boolean {
  if (type === "number" || type === "whole") return Number(text);
  return type === "flag" ? text === "true" : text;
}

/** What must be one of a few begins as the first of them. */
function firstOf(type: unknown, choices: readonly string[], isRequired: boolean): string {
  if (!isRequired) return "";
  return type === "boolean" ? "true" : (choices[0] ?? "");
}

function within(bound: number | undefined): number | undefined {
  return bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? undefined : bound;
}

function textOf(given: unknown): Text | undefined {
  return isRecord(given) && typeof given.zh === "string" && typeof given.en === "string"
    ? { zh: given.zh, en: given.en }
    : undefined;
}

function isRecord(given: unknown): given is Record<string, unknown> {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}
