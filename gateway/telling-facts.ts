import { faultOf } from "./alert/fault-table.ts";
import { ownDevice } from "./alert/own-device.ts";
import type { Contact, Duty, Way } from "./duty/contract.ts";
import type { Notification, Recipient } from "./notify/contract.ts";
import type { Place, Words } from "./notify/notification.ts";
import type { Outbox } from "./notify/outbox.ts";
import type { AnswerLinks } from "./state/answer-links.ts";
import type { Registry } from "./state/contract.ts";
import type { DrillDelivery } from "./trial/contract.ts";
import type { DeviceName } from "./types.ts";

/** What the registry knows of where something happened; of a device that is no more as much as its name says. */
export function placeOf(
  registry: Pick<Registry, "device" | "site">,
  site: string,
  device?: DeviceName,
): Place {
  const known = device === undefined ? undefined : registry.device(device);
  const isOwn = device === ownDevice;
  return {
    site,
    siteName: isOwn ? "Linli" : (registry.site(site)?.name ?? site),
    device,
    deviceName: isOwn ? "网关 gateway" : known?.name,
    building: known?.building,
    floor: known?.floor,
    definition: known?.definition,
  };
}

/** What a rule, or a fault of the gateway, is called. */
export function wordsOf({ definition }: Place, rule: string | undefined): Words {
  const found = rule === undefined ? undefined : definition?.rules.find(({ id }) => id === rule);
  const words = found ?? faultOf(rule ?? "");
  if (words !== undefined) return { title: words.title, advice: words.advice };
  return { title: rule === undefined ? { zh: "火警", en: "Fire alarm" } : { zh: rule, en: rule } };
}

/** Somebody who is called; undefined for one who is not any more. */
export function activeContact({ contacts }: Pick<Duty, "contacts">, id: string): Contact | undefined {
  const contact = contacts.anywhere(id);
  return contact?.isActive === true ? contact : undefined;
}

/** A contact as a channel knows him. */
export function recipientOf({ id, name }: Contact, { address }: Way): Recipient {
  return { contact: id, name, address };
}

/** What became of the notifications of a drill's incident, the first first. */
export function deliveriesOf(
  outbox: Pick<Outbox, "list">,
  { contacts }: Pick<Duty, "contacts">,
  incident: string,
): readonly DrillDelivery[] {
  const { items } = outbox.list({ incident, limit: mostDeliveries });
  return [...items].reverse().flatMap(({ deliveries }) =>
    deliveries.flatMap(({ target, contact, state, changedAt: at }): readonly DrillDelivery[] => {
      // A call that somebody has answered meanwhile was needed no more, and says nothing of the way.
      if (state === "expired" || state === "held") return [];
      const name = contact === undefined ? undefined : (contacts.nameOf(contact) ?? contact);
      return [{ target, state, at, ...(name === undefined ? {} : { contact: name }) }];
    }),
  );
}

/** A drill is over before it has so many. */
const mostDeliveries = 500;

/** Steps by which somebody is asked to do something. */
const answerable: ReadonlySet<string> = new Set(["raised", "detected", "joined", "assigned"]);

/** Where a recipient answers an alarm without logging in; undefined when there is nothing to answer, or nobody knows the address. */
export function linkTo(
  { incident, alert, kind, step }: Notification,
  recipient: Recipient,
  { publicUrl, sign }: { publicUrl: string | undefined; sign: AnswerLinks["sign"] },
): string | undefined {
  const isOpen = kind === "call" || answerable.has(step);
  const id = incident ?? alert;
  if (publicUrl === undefined || !isOpen || id === undefined) return undefined;
  const about = incident === undefined ? "alert" : "incident";
  return `${publicUrl.replace(/\/$/, "")}/a/${sign({ about, id, contact: recipient.contact })}`;
}
