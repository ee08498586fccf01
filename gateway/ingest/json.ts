import { isUtf8 } from "node:buffer";
import type { Refusal } from "../types.ts";
import { refuse } from "./refusal.ts";
import type { IngestSettings } from "./settings.ts";

/** A payload that is JSON within the bounds. */
export interface DecodedJson {
  readonly ok: true;
  readonly value: unknown;
  readonly text: string;
  /** A key stands twice in one object, so that `value` holds only the last of them. */
  readonly hasDuplicateKey: boolean;
  /** The text stands on one line, so it can be journalled as it is. */
  readonly isOneLine: boolean;
}

/** Reads a payload as JSON; sizes, depth and encoding are checked before it is parsed. */
export function decodeJson(
  payload: Buffer,
  bounds: Pick<IngestSettings, "maxPayloadBytes" | "maxDepth" | "maxKeys">,
): DecodedJson | { ok: false; refusal: Refusal } {
  if (payload.length > bounds.maxPayloadBytes) {
    const message = `the payload has ${payload.length} bytes; at most ${bounds.maxPayloadBytes} are read`;
    return no(refuse("payload-too-large", "", undefined, message));
  }
  const shape = scan(payload);
  if (!shape.isAscii && !isUtf8(payload)) {
    return no(
      refuse("payload-not-utf8", "", payload.toString("hex", 0, 40), "the payload must be UTF-8 text"),
    );
  }
  if (shape.depth > bounds.maxDepth) {
    const message = `the payload is nested ${shape.depth} deep; at most ${bounds.maxDepth} levels are read`;
    return no(refuse("payload-too-deep", "", payload.toString("utf8", 0, 80), message));
  }
  const text = payload.toString(shape.isAscii ? "latin1" : "utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const message = `the payload must be one JSON object: ${(cause as Error).message}`;
    return no(refuse("payload-not-json", "", text, message));
  }
  // A long batch may hold many keys in all; the bound is for each object.
  if (shape.colons > bounds.maxKeys && mostKeys(value) > bounds.maxKeys) {
    const message = `the payload has an object with more than ${bounds.maxKeys} keys`;
    return no(refuse("payload-too-many-keys", "", text, message));
  }
  return {
    ok: true,
    value,
    text,
    hasDuplicateKey: countKeys(value) !== shape.colons,
    isOneLine: shape.isOneLine,
  };
}

/** A text with equal keys, read so that the first of them wins; `JSON.parse` lets the last one win. */
export interface FirstWins {
  readonly value: unknown;
  /** Where keys stand again: `sos`, `[3].fill`. */
  readonly repeated: readonly string[];
}

/** Reads a text that `decodeJson` found to have a duplicate key; slower than `JSON.parse`. */
export function parseFirstWins(text: string): FirstWins {
  // Gives every key a number of its own, so that none is lost in parsing, then takes the first of each name.
  let number = 0;
  const numbered = text.replace(
    /"((?:[^"\\]|\\.)*)"(\s*:)?/g,
    (token, key: string, colon: string | undefined) => {
      if (colon === undefined) return token;
      number += 1;
      return `"${number}:${key}":`;
    },
  );
  const repeated: string[] = [];
  return { value: takeFirst(JSON.parse(numbered), "", repeated), repeated };
}

function takeFirst(value: unknown, path: string, repeated: string[]): unknown {
  if (Array.isArray(value)) return value.map((item, i) => takeFirst(item, `${path}[${i}]`, repeated));
  if (value === null || typeof value !== "object") return value;
  const first = new Map<string, unknown>();
  for (const [key, item] of Object.entries(value)) {
    const name = key.slice(key.indexOf(":") + 1);
    const place = path === "" ? name : `${path}.${name}`;
    if (first.has(name)) repeated.push(place);
    else first.set(name, takeFirst(item, place, repeated));
  }
  return Object.fromEntries(first);
}

interface Shape {
  depth: number;
  /** Colons outside of strings: as many as there are keys. */
  colons: number;
  isAscii: boolean;
  isOneLine: boolean;
}

function scan(bytes: Buffer): Shape {
  let depth = 0;
  let deepest = 0;
  let colons = 0;
  let high = 0;
  let isOneLine = true;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    high |= byte;
    if (inString) {
      if (byte === 0x22) inString = false;
      else if (byte === 0x5c) i += 1;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x3a) colons += 1;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
    else if (byte === 0x0a || byte === 0x0d) isOneLine = false;
  }
  return { depth: deepest, colons, isAscii: high < 0x80, isOneLine };
}

function countKeys(value: unknown): number {
  if (value === null || typeof value !== "object") return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countKeys(item);
    return count;
  }
  for (const key in value) {
    count += 1;
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === "object") count += countKeys(item);
  }
  return count;
}

function mostKeys(value: unknown): number {
  return Array.isArray(value) ? Math.max(0, ...value.map(mostKeys)) : countKeys(value);
}

function no(refusal: Refusal): { ok: false; refusal: Refusal } {
  return { ok: false, refusal };
}
