import { withoutMarkup } from "./clean.ts";
import type { Told } from "./told.ts";

/**
 * A message in the Markdown that the robots of WeCom and DingTalk both read: bold, links and lines. `newline` is what ends a line
 * there. Nothing in the texts acts.
 */
export function markdownOf(told: Told, newline: string): string {
  const lines = told.lines.map(({ label, text, weight }) => {
    const safe = withoutMarkup(text);
    if (label !== undefined) return `${label}: ${safe}`;
    return weight === "vital" ? `**${safe}**` : safe;
  });
  return [
    `**${withoutMarkup(told.title)}**`,
    ...(told.link === undefined ? [] : [`[${told.link.text}](${told.link.url})`]),
    ...lines,
    ...told.items.map(({ text }) => `· ${withoutMarkup(text)}`),
  ].join(newline);
}

/** The same without any markup. */
export function plainOf(told: Told): string {
  return [
    told.title,
    ...(told.link === undefined ? [] : [`${told.link.text}: ${told.link.url}`]),
    ...told.lines.map(({ label, text }) => (label === undefined ? text : `${label}: ${text}`)),
    ...told.items.map(({ text }) => `· ${text}`),
  ].join("\n");
}

/** A number of a mobile phone in China, which robots can mention; undefined when it is something else. */
export function mobileOf(address: string | undefined): string | undefined {
  return /^(?:\+?86[ -]?)?(1[3-9]\d{9})$/.exec(address?.trim() ?? "")?.[1];
}
