import type { z } from "zod";
import type { Coercion, Facts, Value } from "./kind.ts";

/** Tries to read one foreign value; undefined when it is not of this shape. */
export type Reader = (value: unknown, facts: Facts) => Coercion | undefined;

/**
 * Joins readers into the `coerce` of a field. The first that can read the value wins, and its result must satisfy the
 * schema. `null`, blank text, `"null"` and `"NaN"` come first and count as missing: they say "no measurement", and
 * refusing them would lose the other values of the reading.
 */
export function readWith(schema: z.ZodType<Value>, readers: readonly Reader[]): Reader {
  return (value, facts) => {
    const missing = readMissing(value);
    if (missing) return missing;
    for (const read of readers) {
      const coercion = read(value, facts);
      if (coercion && schema.safeParse(coercion.value).success) return coercion;
    }
    return undefined;
  };
}

/**
 * Reads a number sent as text, bare (`"83.000000"`) or with a unit (`"1200 mm"`, `"0.35 MPa"`). `units` gives each
 * accepted unit in lower case with its conversion; a conversion other than to the canonical unit gets its own name.
 */
export function numberText(units: Readonly<Record<string, UnitReader>> = {}): Reader {
  return (value) => {
    const parsed = splitNumber(value);
    if (!parsed) return undefined;
    if (parsed.unit === "") return { value: parsed.number, name: "number-from-text" };
    const unit = Object.hasOwn(units, parsed.unit) ? units[parsed.unit] : undefined;
    if (!unit) return undefined;
    return { value: tidy(unit.convert(parsed.number)), name: unit.name ?? "number-from-text" };
  };
}

/** How one written unit becomes the canonical one; without a name it is the canonical unit itself. */
export interface UnitReader {
  readonly name?: string;
  readonly convert: (value: number) => number;
}

/** A unit that differs from the canonical one by a factor. */
export function times(factor: number, name: string): UnitReader {
  return { name, convert: (value) => value * factor };
}

/** The canonical unit, written out. */
export const sameUnit: UnitReader = { convert: (value) => value };

/** Reads `1`, `0`, `"ON"`, `"off"`, `"true"`, `"yes"` and the words of the field itself (`alarm`, `open`) as a flag. */
export function flagWords(words: Readonly<Record<string, boolean>> = {}): Reader {
  const known = new Map(Object.entries({ ...plainFlagWords, ...words }));
  return (value) => {
    if (value === 0 || value === 1) return { value: value === 1, name: "flag-from-number" };
    if (typeof value !== "string") return undefined;
    const flag = known.get(value.trim().toLowerCase());
    return flag === undefined ? undefined : { value: flag, name: "flag-from-text" };
  };
}

/** Reads a state in other letters (`"CLOSED"`, `"Fire Lane"`) or under another name that the field lists. */
export function stateWords(states: readonly string[], aliases: Readonly<Record<string, string>>): Reader {
  const known = new Map([...states.map((state) => [state, state] as const), ...Object.entries(aliases)]);
  return (value) => {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
      return undefined;
    const word = String(value)
      .trim()
      .toLowerCase()
      .replaceAll(/[\s_]+/g, "-");
    const state = known.get(word);
    return state === undefined ? undefined : { value: state, name: "state-from-text" };
  };
}

/** Splits `"1200 mm"` into its number and its unit in lower case; undefined for anything else than text that begins with a number. */
export function splitNumber(value: unknown): { number: number; unit: string } | undefined {
  if (typeof value !== "string" || value.length > 40) return undefined;
  const match = /^\s*([+-]?\d+(?:\.\d+)?(?:e[+-]?\d{1,3})?)\s*([^\d\s.+-][^\s]{0,7})?\s*$/i.exec(value);
  if (!match) return undefined;
  const number = Number(match[1]);
  return Number.isFinite(number) ? { number, unit: (match[2] ?? "").toLowerCase() } : undefined;
}

/** Cuts the dust of binary fractions that a conversion leaves (0.29 × 1000 is 290, not 289.99999999999994). */
export function tidy(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function readMissing(value: unknown): Coercion | undefined {
  if (value === null) return { value: undefined, name: "null-as-missing" };
  if (typeof value !== "string") return undefined;
  const word = value.trim().toLowerCase();
  if (word === "") return { value: undefined, name: "blank-as-missing" };
  return word === "null" || word === "nan" ? { value: undefined, name: "null-as-missing" } : undefined;
}

const plainFlagWords = {
  true: true,
  on: true,
  yes: true,
  "1": true,
  false: false,
  off: false,
  no: false,
  "0": false,
} as const;
