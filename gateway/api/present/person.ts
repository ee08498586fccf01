import type { z } from "zod";
import type { Person } from "../../state/people.ts";
import type { Session } from "../../state/sessions.ts";
import type { Caller, Grant } from "../../types.ts";
import { admit, type OperationId, operationIds, type Right, rights } from "../roles.ts";
import type { grant, person, session, whoAmI } from "../schemas/people.ts";
import { iso, isoOrNull } from "../schemas/shared.ts";

/** A person as the API shows it. */
export function presentPerson(found: Person): z.output<typeof person> {
  const { id, login, name, grants, isActive, subject } = found;
  return {
    ...{
      id,
      login,
      name,
      grants: grants.map(presentGrant),
      active: isActive,
      provider: subject !== undefined,
    },
    ...{
      createdAt: iso(found.createdAt),
      passwordAt: isoOrNull(found.passwordAt),
      loginAt: isoOrNull(found.loginAt),
    },
  };
}

/** Who asks, as the API shows it. */
export function presentCaller(caller: Caller, login: string | undefined): z.output<typeof whoAmI> {
  const { id, name, grants, operations } = caller;
  return {
    ...{ id, name, grants: grants.map(presentGrant), login: login ?? null },
    operations: operations === undefined ? null : [...operations],
    may: whatHeMay(caller),
  };
}

/** Every operation that the role table grants him, with the sites where; what is open to anybody is left out. */
function whatHeMay(caller: Caller): z.output<typeof whoAmI>["may"] {
  return Object.fromEntries(
    operationIds.flatMap((operation) => {
      const { who }: Right = rights[operation];
      if (who === "public" || who === "scrape") return [];
      const sites = whereHeMay(caller, operation);
      return sites === undefined ? [] : [[operation, sites]];
    }),
  );
}

/** null: everywhere; undefined: nowhere. */
function whereHeMay(caller: Caller, operation: OperationId): string[] | null | undefined {
  const anywhere = admit(caller, operation, undefined);
  if (anywhere.ok) return anywhere.sites === undefined ? null : [...anywhere.sites];
  const sites = new Set(caller.grants.flatMap(({ site }) => site ?? []));
  const allowed = [...sites].filter((site) => admit(caller, operation, site).ok).sort();
  return allowed.length === 0 ? undefined : allowed;
}

/** A session as the API shows it. */
export function presentSession(found: Session, current: string | undefined): z.output<typeof session> {
  const { id, openedAt, usedAt, endsAt, address, agent } = found;
  return {
    id,
    current: id === current,
    openedAt: iso(openedAt),
    usedAt: iso(usedAt),
    endsAt: iso(endsAt),
    address,
    agent,
  };
}

function presentGrant({ role, site }: Grant): z.output<typeof grant> {
  return { role, site: site ?? null };
}
