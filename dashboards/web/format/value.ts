import type { KindDetail, LiveValue } from "../../../gateway/api/contract.ts";
import { pick } from "../i18n/language.ts";
import { common } from "../i18n/shared-words.ts";
import { formatNumber, formatPercent, unitText } from "./number.ts";
import { formatTime } from "./time.ts";

/** What is needed of a field to say its values. */
export type SaidField = Pick<KindDetail["fields"][string], "widget" | "unit" | "states">;

/** A value in words, with the unit apart so that it can be set smaller. */
export interface SaidValue {
  readonly text: string;
  readonly unit: string;
}

/** Says a value as its field's widget wants it, in the language of the screen. */
export function sayValue(field: SaidField, value: LiveValue["value"]): SaidValue {
  const { widget, unit, states } = field;
  if (typeof value === "boolean") return { text: common(value ? "yes" : "no"), unit: "" };
  if (typeof value === "string") {
    const title = states?.[value];
    return { text: title === undefined ? value : pick(title), unit: "" };
  }
  if (widget === "time") return { text: formatTime(value, "minute"), unit: "" };
  if (unit === "ratio") return { text: formatPercent(value), unit: "%" };
  return { text: formatNumber(value, digitsOf(value)), unit: unitText(unit) };
}

/** The same as one text. */
export function valueText(field: SaidField, value: LiveValue["value"]): string {
  const { text, unit } = sayValue(field, value);
  return unit === "" ? text : unit === "%" || unit.startsWith("°") ? `${text}${unit}` : `${text} ${unit}`;
}

/** How full a bar is, 0 to 1; undefined for a field that has no bounds. */
export function partOf(
  field: Pick<KindDetail["fields"][string], "range">,
  value: LiveValue["value"],
): number | undefined {
  if (typeof value !== "number" || field.range === undefined) return undefined;
  const [low, high] = field.range as [number, number];
  return high > low ? Math.min(Math.max((value - low) / (high - low), 0), 1) : undefined;
}

function digitsOf(value: number): number {
  const size = Math.abs(value);
  return size >= 100 ? 0 : size >= 1 ? 1 : 2;
}
