import { locale } from "../../i18n/language.ts";

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
] as const;

/** How long something lasted, by its two largest units: `2 hr 5 min`. */
export function sayDuration(ms: number): string {
  const rounded = Math.max(Math.round(ms / 1000) * 1000, 0);
  const first = units.findIndex(([, length]) => rounded >= length);
  if (first < 0) return say(0, "second");
  const parts: string[] = [];
  let rest = rounded;
  for (const [unit, length] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(say(count, unit));
  }
  return parts.join(locale.value.startsWith("zh") ? "" : " ");
}

function say(count: number, unit: string): string {
  return new Intl.NumberFormat(locale.value, { style: "unit", unit, unitDisplay: "short" }).format(count);
}
