import type { Contact } from "../../../../../gateway/api/contract.ts";

/** What a member of a crew can be. */
export type CrewRole = "member" | "leader";

/** Whom a crew is to have, by id, each with his role in it. */
export type Membership = Readonly<Record<string, CrewRole>>;

/** Those of a crew as they are. */
export function membershipOf(crew: string, contacts: readonly Contact[]): Membership {
  return Object.fromEntries(
    contacts.flatMap(({ id, crew: own, role }) =>
      own === crew && isCrewRole(role) ? [[id, role] as const] : [],
    ),
  );
}

/** The contacts that must be changed so that the crew is as wished. */
export function changesFor(
  crew: string,
  contacts: readonly Contact[],
  wished: Membership,
): { readonly contact: Contact; readonly change: { readonly crew: string; readonly role: CrewRole } }[] {
  return contacts.flatMap((contact) => {
    const role = wished[contact.id];
    if (role === undefined || (contact.crew === crew && contact.role === role)) return [];
    return [{ contact, change: { crew, role } }];
  });
}

/** Whether somebody belongs to a crew by his role. */
export function isCrewRole(role: Contact["role"]): role is CrewRole {
  return role === "member" || role === "leader";
}
