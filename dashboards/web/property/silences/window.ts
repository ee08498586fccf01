import type { Alert, KindDetail, Mute } from "../../../../gateway/api/contract.ts";
import { pick } from "../../i18n/language.ts";
import { wordsOf } from "../../i18n/words.ts";
import { silencesArea } from "./words.ts";

/** How long a window lasts: one of the presets, or until a time of one's own. */
export type Lasting = "hour" | "hours" | "morning" | "own";

const hourMs = 3_600_000;
/** The hour at which offices open and the morning preset ends. */
const morningHour = 8;

/** Where a window stands at a moment (epoch ms); the list may be older than that. */
export function stateAt({ state, from, to, endedAt }: Mute, now: number): Mute["state"] {
  if (state === "ended" || endedAt !== null || now >= Date.parse(to)) return "ended";
  return now >= Date.parse(from) ? "active" : "planned";
}

/** The end of a window, epoch ms, that lasts so long from `base` on; undefined while a time of one's own is missing. */
export function endAfter(lasting: Lasting, own: string, base: number): number | undefined {
  if (lasting === "hour") return base + hourMs;
  if (lasting === "hours") return base + 4 * hourMs;
  if (lasting === "own") return readLocal(own);
  const morning = new Date(base);
  morning.setHours(morningHour, 0, 0, 0);
  if (morning.getTime() <= base) morning.setDate(morning.getDate() + 1);
  return morning.getTime();
}

/** A time of an input of the browser, in its zone, as epoch ms; undefined when it is none. */
export function readLocal(text: string): number | undefined {
  const at = Date.parse(text);
  return Number.isFinite(at) ? at : undefined;
}

/** What a window covers, in words: the place, and the kind and rule where it is only those. */
export function sayScope(
  { building, device, deviceName, kind, rule }: Mute,
  kinds: ReadonlyMap<string, KindDetail>,
): string {
  const t = wordsOf(silencesArea);
  const place = deviceName ?? device ?? building ?? t("ofSite");
  const found = kind === null ? undefined : kinds.get(kind);
  const rules = found === undefined ? [...kinds.values()].flatMap((one) => one.rules) : found.rules;
  const title = rules.find(({ id }) => id === rule)?.title;
  const ofKind = device === null && kind !== null ? pick(found?.title ?? { zh: kind, en: kind }) : undefined;
  return [place, ofKind, title === undefined ? rule : pick(title)].filter((part) => part != null).join(" · ");
}

/** The open alerts that nobody is told of because of this window. */
export function heldBy({ id }: Mute, alerts: readonly Alert[]): readonly Alert[] {
  return alerts.filter(({ muted, during }) => muted && during?.mute === id);
}
