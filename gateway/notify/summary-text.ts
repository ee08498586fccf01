import { clean } from "./clean.ts";
import type { Notification } from "./contract.ts";
import type { Item, Language } from "./told.ts";
import { drillMark, headOf } from "./words.ts";

/**
 * The entries of a summary: each fire by itself with its place and device, then everything else counted by what it is and
 * where, in the order in which they came.
 */
export function itemsOf(parts: readonly Notification[], language: Language): Item[] {
  const fires = parts.filter(({ urgency }) => urgency === "fire");
  const groups = new Map<string, { readonly what: string; readonly where: string; count: number }>();
  for (const part of parts) {
    if (part.urgency === "fire") continue;
    const group = { what: whatOf(part, language), where: whereOf(part), count: 0 };
    const key = JSON.stringify([group.what, group.where]);
    const known = groups.get(key) ?? group;
    known.count++;
    groups.set(key, known);
  }
  return [
    ...fires.map((part) => ({
      text: [whatOf(part, language), whereOf(part), part.floor, part.deviceName]
        .flatMap((text) => (text === undefined ? [] : [clean(text, 200)]))
        .join(" "),
      count: 1,
    })),
    ...[...groups.values()].map(({ what, where, count }) => ({
      text: `${what} × ${count} · ${where}`,
      count,
    })),
  ];
}

function whatOf(part: Notification, language: Language): string {
  const mark = part.drill === undefined ? "" : drillMark[language];
  return `${mark}${headOf(part)[language]}: ${clean(part.title[language], 60)}`;
}

function whereOf({ siteName, building }: Notification): string {
  return [siteName, building].flatMap((text) => (text === undefined ? [] : [clean(text, 60)])).join(" ");
}
