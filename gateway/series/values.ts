import type { Value } from "../../devices/kit/kind.ts";
import type { DeviceName } from "../types.ts";
import type { SeriesFields, SeriesType } from "./contract.ts";

/** A value as its field has it, from the number or text that was stored; undefined when that is of another type now. */
export function readValue(type: SeriesType, num: number | null, word: string | null): Value | undefined {
  if (type === "state" || type === "text") return word ?? undefined;
  if (num === null || word !== null) return undefined;
  return type === "boolean" ? num !== 0 : num;
}

/** The type of a device's field; undefined when its kind does not have it. */
export function typeOf(fields: SeriesFields, device: DeviceName, field: string): SeriesType | undefined {
  return fields[device.split("/")[1]!]?.[field];
}
