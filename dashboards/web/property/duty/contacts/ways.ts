import type { Contact, Target } from "../../../../../gateway/api/contract.ts";
import { wordsOf } from "../../../i18n/words.ts";
import { contactsArea } from "./words.ts";

/** A way to reach a contact. */
export type Way = Contact["ways"][number];

/** A channel that reaches one person. */
export type Channel = Pick<Target, "name" | "type">;

/** Channels that reach one person, and those that ways name already although they do not. */
export function channelsOf(targets: readonly Target[], ways: readonly Way[]): Channel[] {
  const known = targets.filter(({ isAddressed }) => isAddressed);
  const others = new Set(ways.map(({ target }) => target).filter((name) => name !== ""));
  for (const { name } of known) others.delete(name);
  return [...known, ...[...others].map((name) => ({ name, type: "" }))];
}

/** A channel as people know it: by its name, with what it does where the name does not say so. */
export function channelTitle({ name, type }: Channel): string {
  const does = doing(type);
  return does === undefined || name === type ? (does ?? name) : `${name} · ${does}`;
}

/** What an address of the channel is called, and which keys a phone shows for it. */
export function addressOf(type: string): { label: string; inputmode: "tel" | "email" | "text" } {
  const t = wordsOf(contactsArea);
  if (type === "sms") return { label: t("phone"), inputmode: "tel" };
  if (type === "email") return { label: t("mail"), inputmode: "email" };
  return { label: t("address"), inputmode: "text" };
}

function doing(type: string): string | undefined {
  const t = wordsOf(contactsArea);
  return type === "sms" || type === "email" ? t(type) : undefined;
}
