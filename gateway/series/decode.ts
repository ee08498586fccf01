import type { Value, Values } from "../../devices/kit/kind.ts";
import { valuesOf } from "../envelope.ts";
import type { ReadingRecord } from "../types.ts";
import type { SeriesFields, SeriesReading, SeriesType } from "./contract.ts";
import type { SeriesSettings } from "./settings.ts";

/** Reads one journal record: the reading as a store takes it; undefined for records that are none, or say nothing. */
export type Decode = (record: string, sequence: number) => SeriesReading | undefined;

/** Makes the reader of journal records for kinds with these fields. */
export function createDecode(
  fields: SeriesFields,
  { maxFutureMs, maxPastMs }: Pick<SeriesSettings, "maxFutureMs" | "maxPastMs">,
): Decode {
  return (line, sequence) => {
    if (!line.startsWith('{"type":"reading"')) return undefined;
    const { device, at, ts, quality, message } = JSON.parse(line) as ReadingRecord;
    const [site = "", kind = "", id = ""] = device.split("/");
    const types = fields[kind];
    if (types === undefined) return undefined;
    const values = fittingValues(valuesOf(message), types);
    if (typeof message.event === "string") values.event = message.event;
    // A clock that is far off would put the value where nobody looks for it.
    const isPossible = ts <= at + maxFutureMs && ts >= at - maxPastMs;
    return {
      ...{ sequence, site, kind, id, values },
      time: Math.trunc(isPossible ? ts : at),
      receivedAt: at,
      quality: quality === "simulated" || quality === "suspect" ? quality : "good",
    };
  };
}

/** A kind may have changed since the record was written. */
function fittingValues(values: Values, types: Readonly<Record<string, SeriesType>>): Values {
  for (const field in values) {
    if (jsonTypes[types[field] ?? "none"] !== typeof values[field]) delete values[field];
  }
  return values;
}

const jsonTypes: Readonly<Record<SeriesType | "none", ReturnType<(value: Value) => string>>> = {
  number: "number",
  boolean: "boolean",
  state: "string",
  text: "string",
  none: "undefined",
};
