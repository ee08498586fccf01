import type { Field } from "../../devices/kit/kind.ts";

/** Grafana's ids by canonical unit. */
const ids: Readonly<Record<string, string>> = {
  ratio: "percentunit",
  "%": "percent",
  "°C": "celsius",
  "°": "degree",
  kPa: "pressurekpa",
  "L/min": "flowlpm",
  L: "litre",
  "m³": "m3",
  mm: "lengthmm",
  cm: "lengthcm",
  kg: "masskg",
  ppm: "ppm",
  s: "s",
  ms: "ms",
  V: "volt",
  A: "amp",
  mA: "mamp",
  kW: "kwatt",
  kWh: "kwatth",
  MWh: "mwatth",
  count: "none",
};

/** Grafana's id of a field's unit. A unit that Grafana does not know is written behind the number as it stands. */
export function unitId({ unit, widget }: Pick<Field, "unit" | "widget">): string | undefined {
  if (widget === "time") return "dateTimeAsIso";
  if (unit === undefined) return undefined;
  return ids[unit] ?? `suffix: ${unit}`;
}
