import { locale } from "../i18n/language.ts";

const formatters = new Map<string, Intl.NumberFormat>();

/** A number as people read it here; large ones are grouped. `digits`: most after the point. */
export function formatNumber(value: number, digits = 1): string {
  const key = `${locale.value} ${digits}`;
  let formatter = formatters.get(key);
  if (formatter === undefined) {
    formatter = new Intl.NumberFormat(locale.value, { maximumFractionDigits: digits });
    formatters.set(key, formatter);
  }
  return formatter.format(value);
}

/** A ratio from 0 to 1 as per cent without its sign. */
export function formatPercent(ratio: number): string {
  return formatNumber(ratio * 100, 0);
}

/** Units that are no words of their own on a screen. */
const silent: ReadonlySet<string> = new Set(["ratio", "count", "ms"]);

/** The unit as it stands behind a number; empty for what is counted. */
export function unitText(unit: string | null | undefined): string {
  return unit === null || unit === undefined || silent.has(unit) ? "" : unit;
}
