import { numberText, type Reader, sameUnit, splitNumber, tidy, times, type UnitReader } from "./coerce.ts";
import { number, numeric, percentNumber, ratioParts, ratioUnits } from "./fields.ts";
import type { Facts, Field, Text } from "./kind.ts";

/**
 * How full a container is, 0 to 1. A bare number from 1 to 100 is per cent; a larger one is the distance to the lid in
 * mm and needs the fact `depthMm` (sensor to floor). The fact `fillUnit` settles it for sensors that always send one:
 * `mm` or `percent`. `"95%"` and `"1200 mm"` say it themselves.
 */
export function fillRatio(title: Text): Field {
  return numeric({
    ...ratioParts(title),
    expects:
      "a ratio from 0 to 1, per cent to 100, or mm to the lid within the fact depthMm (below 100 mm as text with its unit or with the fact fillUnit mm)",
    readers: [percentFill, distanceToLid, numberText(ratioUnits)],
  });
}

/** Temperature in °C. */
export function celsius(
  title: Text = { zh: "温度", en: "Temperature" },
  range: readonly [number, number] = [-40, 85],
): Field {
  const fahrenheit: UnitReader = {
    name: "fahrenheit-to-celsius",
    convert: (value) => ((value - 32) * 5) / 9,
  };
  const units = { "℃": sameUnit, c: sameUnit, "℉": fahrenheit, "°f": fahrenheit, f: fahrenheit };
  return number({ title, unit: "°C", range, units, widget: "temperature" });
}

/** Pressure in kPa. A bare number is kPa: MPa and bar are recognised by their unit only, a guess could hide a burst pipe. */
export function kpa(title: Text, range: readonly [number, number]): Field {
  const units = {
    mpa: times(1000, "mpa-to-kpa"),
    bar: times(100, "bar-to-kpa"),
    pa: times(0.001, "pa-to-kpa"),
    psi: times(6.894757, "psi-to-kpa"),
  };
  return number({ title, unit: "kPa", range, units, widget: "gauge" });
}

/** Flow in L/min. */
export function litresPerMinute(title: Text, range: readonly [number, number]): Field {
  const cubicMetres = times(1000 / 60, "cubic-metres-per-hour-to-litres-per-minute");
  const units = { lpm: sameUnit, "m3/h": cubicMetres, "m³/h": cubicMetres };
  return number({ title, unit: "L/min", range, units, widget: "gauge" });
}

/** Volume in L. */
export function litres(title: Text, range: readonly [number, number]): Field {
  const cubicMetres = times(1000, "cubic-metres-to-litres");
  return number({ title, unit: "L", range, units: { m3: cubicMetres, "m³": cubicMetres } });
}

/** Length in mm. */
export function millimetres(title: Text, range: readonly [number, number]): Field {
  const units = { cm: times(10, "cm-to-mm"), m: times(1000, "m-to-mm") };
  return number({ title, unit: "mm", range, units });
}

/** Mass in kg. */
export function kilograms(title: Text, range: readonly [number, number]): Field {
  const units = { g: times(0.001, "g-to-kg"), t: times(1000, "t-to-kg") };
  return number({ title, unit: "kg", range, units });
}

/** Gas concentration in ppm. */
export function ppm(title: Text, range: readonly [number, number]): Field {
  return number({ title, unit: "ppm", range, widget: "gauge" });
}

/** Angle in °. */
export function degrees(title: Text, range: readonly [number, number]): Field {
  return number({ title, unit: "°", range });
}

const percentFill: Reader = (value, facts) =>
  facts.fillUnit === "mm" ? undefined : percentNumber(value, facts);

/** How far beyond the floor an echo may seem to come from: past it the depth or the sensor is wrong, and 0 would hide it. */
const deepestEcho = 1.2;

const distanceToLid: Reader = (value, facts) => {
  const depth = facts.depthMm;
  if (typeof depth !== "number" || depth <= 0) return undefined;
  const millimetres = bareMillimetres(value, facts) ?? textMillimetres(value);
  if (millimetres === undefined || millimetres < 0 || millimetres > depth * deepestEcho) return undefined;
  return { value: tidy(Math.max(0, 1 - millimetres / depth)), name: "mm-to-lid-to-ratio" };
};

function bareMillimetres(value: unknown, { fillUnit }: Facts): number | undefined {
  if (typeof value !== "number" || fillUnit === "percent") return undefined;
  return value > (fillUnit === "mm" ? 1 : 100) ? value : undefined;
}

function textMillimetres(value: unknown): number | undefined {
  const parsed = splitNumber(value);
  if (parsed?.unit === "mm") return parsed.number;
  return parsed?.unit === "cm" ? parsed.number * 10 : undefined;
}
