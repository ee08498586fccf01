import { ownDevice } from "./alert/own-device.ts";
import { groups } from "./api/roles.ts";
import type { Contact, Contacts } from "./duty/contract.ts";
import type { Registry } from "./state/contract.ts";
import type { People, Person } from "./state/people.ts";

/** Somebody who may be given an alert. */
export interface Assignee {
  /** As records name him. */
  readonly name: string;
  /** How he is reached when an alert is given to him; undefined for one who has no way to be told. */
  readonly contact: Contact | undefined;
}

/**
 * Who may be given the alerts of a site, or of the gateway about itself: those who answer alerts there, and its contacts, who need
 * no log-in. By name. Undefined: there is no such site.
 */
export type Assignees = (site: string) => readonly Assignee[] | undefined;

/** Joins the people who log in with those who are called. A contact that belongs to a person is that person. */
export function createAssignees({
  people,
  contacts,
  registry,
}: {
  readonly people: Pick<People, "all" | "find">;
  readonly contacts: Pick<Contacts, "of">;
  readonly registry: Pick<Registry, "site">;
}): Assignees {
  return (site) => {
    if (registry.site(site) === undefined && !ownDevice.startsWith(`${site}/`)) return undefined;
    const found = new Map<string, Assignee>();
    for (const person of people.all()) {
      if (mayAnswer(person, site)) found.set(person.name, { name: person.name, contact: undefined });
    }
    for (const contact of contacts.of(site)) {
      if (!contact.isActive) continue;
      const name = (contact.person && people.find(contact.person)?.name) ?? contact.name;
      const isTold = contact.ways.length > 0;
      if (!found.has(name) || isTold) found.set(name, { name, contact: isTold ? contact : undefined });
    }
    return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  };
}

function mayAnswer({ isActive, grants }: Person, place: string): boolean {
  const answering: readonly string[] = groups.crew;
  return isActive && grants.some(({ role, site = place }) => site === place && answering.includes(role));
}
