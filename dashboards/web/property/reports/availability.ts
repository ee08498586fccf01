import { locale } from "../../i18n/language.ts";

/** The days of a month such as `2026-01`, as the API takes them: the first, and the day after the last. */
export function daysOfMonth(month: string): { readonly from: string; readonly to: string } {
  const [year = 0, number = 1] = month.split("-").map(Number);
  const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, "0")}`;
  return { from: `${month}-01`, to: `${next}-01` };
}

/** A share in words; what is not whole is never said to be: 99.996 % is not 100 %. */
export function percentOf(ratio: number | null): string {
  if (ratio === null) return "—";
  const digits = ratio > 0.99 && ratio < 1 ? 2 : 1;
  const step = 10 ** (digits + 2);
  const shown = ratio < 1 ? Math.min(Math.round(ratio * step), step - 1) / step : 1;
  return new Intl.NumberFormat(locale.value, { style: "percent", maximumFractionDigits: digits }).format(
    shown,
  );
}
