import type { Recipient } from "./notify/contract.ts";
import type { AnswerLinks } from "./state/answer-links.ts";

/** What a notification tells of and who gets it. */
export interface LinkWish {
  readonly incident?: string | undefined;
  readonly alert?: string | undefined;
  readonly recipient: Pick<Recipient, "contact">;
}

/** Where a recipient answers an alarm without logging in; undefined where no link can be given. */
export type LinkOf = (wish: LinkWish) => string | undefined;

/** Gives links while `api.publicUrl` says where people reach the gateway. Of an alarm of an incident the link is about the incident. */
export function createLinkOf({
  links,
  settings,
}: {
  links: Pick<AnswerLinks, "sign">;
  settings: { readonly publicUrl?: string | undefined };
}): LinkOf {
  return ({ incident, alert, recipient: { contact } }) => {
    const id = incident ?? alert;
    if (settings.publicUrl === undefined || id === undefined) return undefined;
    const token = links.sign({ about: incident === undefined ? "alert" : "incident", id, contact });
    return new URL(`/a/${token}`, settings.publicUrl).href;
  };
}
