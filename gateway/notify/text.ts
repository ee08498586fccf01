import { localTime } from "../zone.ts";
import { clean } from "./clean.ts";
import type { Delivery, Notification } from "./contract.ts";
import { itemsOf } from "./summary-text.ts";
import type { Language, Line, Told, Tone } from "./told.ts";
import {
  drillMark,
  headOf,
  isOver,
  isRealFire,
  labels,
  moreOf,
  sentences,
  summaryOf,
  unansweredFor,
  windowOf,
} from "./words.ts";

/** How a target is told. */
export interface Manner {
  readonly language: Language;
  /** Offset of the times that people read: `+08:00`. */
  readonly zone: string;
}

/** Puts a notification into words. `now` is when it is sent, epoch ms: a call says how long nobody has answered. */
export function tell({ notification, link }: Delivery, { language, zone }: Manner, now: number): Told {
  const parts = notification.parts ?? [];
  return {
    tone: toneOf(notification),
    title: titleOf(notification, language),
    lines: linesOf(notification, { language, zone }, now),
    items: itemsOf(parts, language),
    more: (count) => moreOf(count)[language],
    link: link === undefined ? undefined : { text: sentences.acknowledge[language], url: link },
  };
}

function toneOf(notification: Notification): Tone {
  if (notification.drill !== undefined) return "drill";
  if (isOver(notification)) return "good";
  if (isRealFire(notification) || notification.parts?.some(isRealFire)) return "fire";
  return notification.severity === "critical" ? "urgent" : "calm";
}

function titleOf(notification: Notification, language: Language): string {
  const { kind, siteName, deviceName, building, parts = [], drill } = notification;
  const head = headOf(notification)[language];
  const what = kind === "summary" ? summaryOf(parts.length)[language] : titleWords(notification, language);
  const where = clean(deviceName ?? building ?? siteName, 60);
  return `${drill === undefined ? "" : drillMark[language]}${bracketed(head, language)}${what} · ${where}`;
}

/** A drill's own title says that it is one, for lists; the message has begun with that. */
function titleWords({ title, drill }: Notification, language: Language): string {
  const words = clean(title[language]);
  return drill === undefined ? words : words.replace(/^(【演练】|DRILL: )/, "");
}

/** `【火警】` or `[FIRE] `. */
export function bracketed(head: string, language: Language): string {
  return language === "zh" ? `【${head}】` : `[${head}] `;
}

function linesOf(notification: Notification, { language, zone }: Manner, now: number): Line[] {
  const {
    kind,
    at,
    since = at,
    step,
    round = 0,
    readings = [],
    by,
    assignee,
    reason,
    note,
    during,
    advice,
    drill,
  } = notification;
  const lines: (Line | undefined)[] = [
    drill === undefined ? undefined : { text: sentences.drill[language], weight: "vital" },
    kind === "test" ? { text: sentences.test[language], weight: "vital" } : undefined,
    kind === "duty-check" ? { text: sentences.dutyCheck[language], weight: "vital" } : undefined,
    { label: labels.place[language], text: placeOf(notification), weight: "vital" },
    labelled("device", nameOf(notification)),
    kind === "call"
      ? { text: unansweredFor(Math.floor((now - since) / 60_000), clean(step), round + 1)[language] }
      : undefined,
    isRealFire(notification) || notification.parts?.some(isRealFire)
      ? { text: sentences.call119[language], weight: "vital" }
      : undefined,
    { label: labels.time[language], text: localTime(since, zone) },
    labelled(
      "readings",
      readings.map((reading) => clean(reading[language])).join(language === "zh" ? "，" : ", "),
    ),
    labelled("assignee", assignee),
    labelled(step === "assigned" ? "assignedBy" : "by", by),
    during === undefined ? undefined : { text: windowOf(clean(during))[language] },
    labelled("reason", reason, "extra"),
    labelled("note", note, "extra"),
    labelled("advice", advice?.[language], "extra"),
  ];
  return lines.filter((line) => line !== undefined);

  function labelled(name: keyof typeof labels, text: string | undefined, weight?: "extra"): Line | undefined {
    if (text === undefined || text === "") return undefined;
    return { label: labels[name][language], text: clean(text, 500), ...(weight && { weight }) };
  }
}

/** `新发小区 7号楼 3层`. */
export function placeOf({ siteName, building, floor }: Notification): string {
  return [siteName, building, floor]
    .flatMap((part) => (part === undefined ? [] : [clean(part, 60)]))
    .join(" ");
}

/** Its name and its id, when it has both: an id is what stands on the label. */
function nameOf({ device, deviceName }: Notification): string | undefined {
  const id = device?.split("/").slice(1).join("/");
  return deviceName === undefined || id === undefined ? (deviceName ?? id) : `${deviceName} (${id})`;
}
