import { GatewayError } from "../../errors.ts";
import type { People, Person } from "../../state/people.ts";
import type { Grant, Role } from "../../types.ts";
import type { Proof } from "./provider.ts";
import type { OidcSettings } from "./settings.ts";

/**
 * Who a proof is about: somebody known by the provider's subject, else somebody invited under the log-in that the
 * provider names, else, where roles come from the provider, a new person. Throws `forbidden` for anybody else.
 */
export function recognise(
  { issuer, subject: sub, claims }: Proof,
  { people, settings }: { people: People; settings: OidcSettings },
): Person {
  const subject = `${issuer} ${sub}`;
  const login = textOf(claims[settings.loginClaim]);
  const grants =
    settings.rolesClaim === undefined ? undefined : grantsOf(claims[settings.rolesClaim], settings.roles);
  if (grants?.length === 0) {
    throw new GatewayError("forbidden", "none of your groups has a role here; ask an administrator");
  }
  const known = people.findSubject(subject) ?? invited(people, login);
  if (known !== undefined) return people.change(known.id, { subject, grants });
  if (grants === undefined || login === undefined) {
    throw new GatewayError("forbidden", "nobody has invited you here; ask an administrator");
  }
  return people.add({ login, name: nameFor(people, textOf(claims.name) ?? login, login), grants, subject });
}

/** Somebody who is known at the provider already is not given to another subject. */
function invited(people: People, login: string | undefined): Person | undefined {
  const person = login === undefined ? undefined : people.findLogin(login);
  return person?.subject === undefined ? person : undefined;
}

/** Records name people, so that two of one name get their log-ins added. */
function nameFor(people: People, name: string, login: string): string {
  const isTaken = people.all().some((person) => person.name === name);
  return isTaken ? `${name} (${login})` : name;
}

function grantsOf(claim: unknown, mappings: readonly string[]): Grant[] {
  const groups = new Set(Array.isArray(claim) ? claim.map(String) : textOf(claim)?.split(/[ ,]+/));
  return mappings.flatMap((mapping) => {
    const [group = "", given = ""] = mapping.split("=");
    const [role, site] = given.split("@");
    return groups.has(group) ? [{ role: role as Role, site }] : [];
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
