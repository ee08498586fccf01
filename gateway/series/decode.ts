import type { Value, Values } from "../../devices/kit/kind.ts";
import { isReadingLine, readReadingLine } from "../reading-line.ts";
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
    if (!isReadingLine(line)) return undefined;
    const { device, at, ts, quality, message } = readReadingLine(line);
    const [site = "", kind = "", id = ""] = device.split("/");
    const types = fields[kind];
    if (types === undefined) return undefined;
    const values = fittingValues(message, types);
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

/** The values of fields that the kind has now, in the type that it has now. */
function fittingValues(
  message: Readonly<Record<string, unknown>>,
  types: Readonly<Record<string, SeriesType>>,
): Values {
  const values: Values = {};
  for (const name in message) {
    const type = types[name];
    if (type === undefined) continue;
    const value = message[name];
    if (typeof value === jsonTypes[type]) values[name] = value as Value;
  }
  return values;
}

const jsonTypes: Readonly<Record<SeriesType, string>> = {
  number: "number",
  boolean: "boolean",
  state: "string",
  text: "string",
};
