import type { Values } from "../devices/kit/kind.ts";

/** The keys of a reading's JSON that are not fields of its kind. */
export const envelopeKeys: readonly string[] = ["ts", "seq", "boot", "event", "simulated"];

const keys: ReadonlySet<string> = new Set(envelopeKeys);

/** The fields of a reading's JSON, without its envelope. */
export function valuesOf(message: Readonly<Record<string, unknown>>): Values {
  const values: Values = {};
  for (const name in message) {
    if (!keys.has(name)) values[name] = message[name] as Values[string];
  }
  return values;
}
