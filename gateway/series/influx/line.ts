import { escape as escaped } from "@influxdata/influxdb-client";
import type { Value } from "../../../devices/kit/kind.ts";
import type { SeriesFields, SeriesReading, SeriesType } from "../contract.ts";

/** Added to the kind's name for the readings of a replay or drill: they are never among the real ones by mistake. */
export const simulatedSuffix = "-simulated";

/** A reading as one line of the line protocol. */
export interface Line {
  readonly sequence: number;
  readonly text: string;
}

/** How a store wants its lines. */
export interface LineShape {
  readonly fields: SeriesFields;
  /** Values of other types are left out. */
  readonly types: readonly SeriesType[];
  /** `reading`: one field `suspect` beside the values. `field`: one `<field>_suspect` for each, where values are series of their own. */
  readonly suspectBy: "reading" | "field";
}

/**
 * Writes a reading as `<kind>,site=…,device=<id> <field>=… <ns>`; undefined when no value is left. The nanoseconds carry
 * the sequence, so two readings in one millisecond are two points and a reading that comes again is the same point.
 */
export function toLine(reading: SeriesReading, { fields, types, suspectBy }: LineShape): Line | undefined {
  const known = Object.hasOwn(fields, reading.kind) ? fields[reading.kind] : undefined;
  if (known === undefined) return undefined;
  const pairs: string[] = [];
  const isSuspect = reading.quality === "suspect";
  for (const [field, value] of Object.entries(reading.values)) {
    const type = Object.hasOwn(known, field) ? known[field] : undefined;
    const text = type === undefined || !types.includes(type) ? undefined : writers[type](value);
    if (text === undefined) continue;
    pairs.push(`${escaped.tag(field)}=${text}`);
    if (isSuspect && suspectBy === "field") pairs.push(`${escaped.tag(field)}_suspect=1i`);
  }
  if (pairs.length === 0) return undefined;
  if (isSuspect && suspectBy === "reading") pairs.push("suspect=1i");
  const kind = reading.quality === "simulated" ? `${reading.kind}${simulatedSuffix}` : reading.kind;
  const series = `${escaped.measurement(kind)},site=${escaped.tag(reading.site)},device=${escaped.tag(reading.id)}`;
  const ns = BigInt(reading.time) * 1_000_000n + BigInt(reading.sequence % 1_000_000);
  return { sequence: reading.sequence, text: `${series} ${pairs.join(",")} ${ns}` };
}

/** Undefined: the value is not of the type. Booleans are integers, for InfluxQL has no mean of booleans. */
const writers: Readonly<Record<SeriesType, (value: Value) => string | undefined>> = {
  number: (value) => (typeof value === "number" && Number.isFinite(value) ? String(value) : undefined),
  boolean: (value) => (typeof value === "boolean" ? (value ? "1i" : "0i") : undefined),
  state: writeText,
  text: writeText,
};

function writeText(value: Value): string | undefined {
  return typeof value === "string" ? escaped.quoted(value) : undefined;
}
