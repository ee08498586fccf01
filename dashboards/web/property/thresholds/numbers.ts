import { formatNumber, unitText } from "../../format/number.ts";
import { sayDuration } from "../history/duration.ts";

/** Parts of a whole are written as per cent. */
function factorOf(unit: string): number {
  return unit === "ratio" ? 100 : 1;
}

/** A number of a rule as people read it, with its unit. */
export function sayLimit(value: number, unit: string): string {
  if (unit === "s") return sayDuration(value * 1000);
  const text = formatNumber(value * factorOf(unit), 3);
  if (unit.startsWith("°")) return `${text}${unit}`;
  return unit === "ratio" || unit === "%" ? `${text}%` : `${text} ${unitText(unit)}`.trim();
}

/** The unit beside a field in which a number of a rule is written. */
export function inputUnit(unit: string): string {
  return unit === "ratio" ? "%" : unitText(unit);
}

/** A number of a rule as it stands in a field. */
export function writeLimit(value: number, unit: string): string {
  return String(Number((value * factorOf(unit)).toPrecision(12)));
}

/** What was typed as a number of a rule; undefined when it is none. */
export function readLimit(text: string, unit: string): number | undefined {
  const value = Number(text.trim().normalize("NFKC"));
  if (text.trim() === "" || !Number.isFinite(value)) return undefined;
  return Number((value / factorOf(unit)).toPrecision(12));
}
