import type { Channel, Delivery, Notification, Recipient } from "../../gateway/notify/contract.ts";
import { createOutbound } from "../../gateway/notify/outbound.ts";
import { notifySettings } from "../../gateway/notify/settings.ts";
import type { FakeClock } from "../support/fake-clock.ts";
import type { Behaviour } from "../support/targets/platform.ts";

/** How the channel under test is told to speak, and what it knows. */
export interface SubjectOptions {
  readonly clock: FakeClock;
  readonly language: "zh" | "en";
  /** Whether it has the secret that the other side wants. */
  readonly secret: "right" | "wrong";
}

/** A channel and the other side of it. */
export interface OpenSubject {
  readonly channel: Channel;
  /** What people, or a machine, read of each message that was taken. */
  texts(): string[];
  /** The size of the longest text that was taken, in what the platform counts. */
  longest(): number;
  behave(how: Behaviour): Promise<void>;
  /** Resolves when the other side was asked and has not answered. */
  asked(): Promise<void>;
  /** What no error may repeat. */
  readonly secrets: readonly string[];
  close(): Promise<unknown>;
}

/** What a channel's test file says of it. */
export interface ChannelSubject {
  open(options: SubjectOptions): Promise<OpenSubject>;
  /** For channels that reach one person at a time. */
  readonly recipient?: Recipient;
  /** Most that a text may be, in what `longest` counts; undefined for machines. */
  readonly most?: number;
  /** People read it: it speaks a language, and nothing in a name may act. */
  readonly isForPeople: boolean;
  /** What acts in its texts. */
  readonly markup?: Markup;
  /** Its platform says in the body whether it took a message. */
  readonly readsAnswers: boolean;
  /** What it waits for when the platform is busy, ms; undefined when the platform cannot say. */
  readonly busyMs: number | undefined;
  /** Ms after which it gives up a silent platform. */
  readonly timeoutMs: number;
}

/** The way out, to this machine only. */
export function outboundTo({ clock }: Pick<SubjectOptions, "clock">) {
  return createOutbound({ settings: notifySettings.parse({ allowedHosts: ["127.0.0.1"] }), clock });
}

/** A fire that nobody may miss. */
export function aFire(more: Partial<Notification> = {}): Notification {
  return {
    ...{ id: "0198-fire", kind: "incident", at: Date.parse("2026-01-15T08:00:00Z"), urgency: "fire" },
    ...{ severity: "critical", site: "xinfa", siteName: "新发小区", step: "detected", incident: "inc-1" },
    title: { zh: "桶内起火", en: "Fire in the bin" },
    advice: { zh: "用干粉灭火器", en: "Use a powder extinguisher" },
    ...{
      device: "xinfa/waste-bin/bin-7",
      deviceName: "东门厨余桶",
      building: "7号楼",
      floor: "3层",
      rule: "fire",
    },
    values: { temperature: 90 },
    readings: [{ zh: "温度 90 °C", en: "Temperature 90 °C" }],
    ...more,
  } as Notification;
}

/** The same on its way. */
export function aDelivery(
  subject: Pick<ChannelSubject, "recipient">,
  more: Partial<Notification> = {},
): Delivery {
  const { recipient } = subject;
  return { notification: aFire(more), ...(recipient !== undefined && { recipient }) };
}

/** A name that tries everything: mentions, links, markup, line breaks, turned writing, places to fill in. */
export const hostileName =
  "</td><img src=x onerror=alert(1)><@all> @all @13800000000 <at id=all></at> [tap](http://evil.example/x) www.evil.example **b** `c`\r\n\r\nBcc: x@evil.example\n# head\n> quote \u202e\u0000{secret}{phone}";

/** What acts in a text besides links and mentions: nothing, Markdown, or HTML. */
export type Markup = "plain" | "markdown" | "html";

/** Traces of the hostile name that would act, and in which texts. */
export const acts: readonly (readonly [string, RegExp, readonly Markup[]])[] = [
  ["a mention", /<@|(?<!\p{L})@all|@138/u, ["plain", "markdown", "html"]],
  ["a link", /\]\(http:\/\/evil|https?:\/\/evil|www\.evil/, ["plain", "markdown", "html"]],
  ["a line of its own", /^(Bcc:|# head|> quote)/m, ["plain", "markdown", "html"]],
  ["an unseen character", /[\u202e\0]/, ["plain", "markdown", "html"]],
  ["markup of HTML", /<\/td>(?=<img)|<img|<at |<font/, ["markdown", "html"]],
  ["bold", /\*\*b\*\*/, ["markdown"]],
  ["code", /`c`/, ["markdown"]],
];
