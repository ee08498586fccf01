import { GatewayError } from "../errors.ts";
import type { Channel, Delivery } from "./contract.ts";
import { fitted } from "./fitted.ts";
import type { Outbound, OutboundAnswer } from "./outbound.ts";
import { parseObject, refuseStatus, told as repeated } from "./refusal.ts";
import { secretsOfUrl, type TargetOf } from "./target-settings.ts";
import { type Filling, fill } from "./template.ts";
import { type Manner, tell } from "./text.ts";
import type { Told } from "./told.ts";
import { sentences } from "./words.ts";

interface SmsParts {
  readonly settings: TargetOf<"sms">;
  readonly secret: string | undefined;
  readonly manner: Manner;
  readonly outbound: Pick<Outbound, "post">;
  readonly clock: { now(): number };
}

/** A long SMS is sent in parts of 67 characters; five of them are what providers take. */
const mostCharacters = 300;

/**
 * A provider of SMS or of calls with a spoken text, by HTTP: a POST whose headers and body the settings spell out. The first
 * that says `taken` in the way of the settings has it.
 */
export function createSmsChannel({ settings, secret, manner, outbound, clock }: SmsParts): Channel {
  const { url, voice, format, headers, body } = settings;
  const { host } = new URL(url);
  const secrets = [...secretsOfUrl(url), ...(secret === undefined ? [] : [secret])];

  function fillingOf({ notification, recipient, link }: Delivery, text: string, phone: string): Filling {
    const { id, site, urgency, drill } = notification;
    return {
      ...{ phone, text, id, site, urgency },
      name: recipient?.name ?? "",
      link: voice ? "" : (link ?? ""),
      drill: String(drill !== undefined),
      secret: secret ?? "",
    };
  }

  return {
    type: voice ? "voice" : "sms",
    async send(delivery) {
      const phone = phoneOf(delivery);
      const now = clock.now();
      const told = tell(delivery, manner, now);
      const render = voice ? (one: Told) => spoken(one, manner) : oneLine;
      const text = fitted(told, render, { most: mostCharacters, unit: "characters" });
      const filling = fillingOf(delivery, text, phone);
      const filled = fill({ ...body }, filling) as Record<string, unknown>;
      const answer = await outbound.post(url, {
        headers: {
          "user-agent": "linli",
          ...(fill({ ...headers }, filling) as Record<string, string>),
          "content-type": types[format],
        },
        body: format === "json" ? JSON.stringify(filled) : formOf(filled),
      });
      refuseStatus(answer, { host, now, mend: "set the secret that the provider gave you" });
      if (settings.taken !== undefined) refuseAnswer(answer, { host, taken: settings.taken, secrets });
    },
  };
}

const types = {
  json: "application/json; charset=utf-8",
  form: "application/x-www-form-urlencoded; charset=utf-8",
} as const;

/** Digits with what people write between them; throws when it is no number that can be called. */
function phoneOf({ recipient }: Delivery): string {
  const phone = recipient?.address.replace(/[\s()-]/g, "") ?? "";
  if (/^\+?\d{3,20}$/.test(phone)) return phone;
  const what =
    recipient === undefined ? "it is for nobody in particular" : `${recipient.contact} has no such number`;
  throw new GatewayError("notify-failed", `a phone is reached by its number, and ${what}`);
}

function oneLine({ title, lines, items, link }: Told): string {
  const said = [title, ...lines.map(({ text }) => text), ...items.map(({ text }) => text)];
  return `${said.map(ended).join("")}${link === undefined ? "" : ` ${link.url}`}`;
}

/** What a voice can read: no brackets, no address to tap on. */
function spoken(told: Told, { language }: Manner): string {
  const line = oneLine({ ...told, link: undefined }).replace(/[【[]([^】\]]*)[】\]]\s*/g, (_, word) =>
    ended(word),
  );
  return `${line}${sentences.spoken[language]}`;
}

function ended(text: string): string {
  return /[。.!！]$/.test(text) ? text : `${text}。`;
}

function formOf(filled: Readonly<Record<string, unknown>>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(filled)) form.append(name, String(value));
  return form.toString();
}

interface Taken {
  readonly host: string;
  readonly taken: NonNullable<TargetOf<"sms">["taken"]>;
  readonly secrets: readonly string[];
}

/** Throws unless the field of the settings says what it says when a message was taken. */
function refuseAnswer({ body }: OutboundAnswer, { host, taken, secrets }: Taken): void {
  const answer = parseObject(body);
  const value = taken.field
    .split(".")
    .reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], answer);
  if (String(value) === String(taken.is)) return;
  const said =
    value === undefined ? `there is no ${taken.field} in its answer` : `${taken.field} is ${String(value)}`;
  throw new GatewayError("notify-failed", `${host} did not take it: ${repeated(said, secrets)}`, {
    retryable: true,
  });
}
