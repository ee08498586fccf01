import { GatewayError } from "../errors.ts";
import type { Database } from "../state/contract.ts";
import type { Contact, ContactFields, ContactRole, Contacts, Way } from "./contract.ts";
import { byId, readId, readName, refuseField } from "./field-check.ts";
import type { DutySettings } from "./settings.ts";

/** A target of the settings, as far as a way needs to know it. */
export interface KnownTarget {
  readonly name: string;
  readonly isAddressed: boolean;
}

/** What `openContacts` needs. */
export interface ContactParts {
  readonly database: Database;
  readonly settings: Pick<DutySettings, "maxContacts" | "maxWays" | "keepChecksMs">;
  readonly newId: () => string;
  readonly now: () => number;
  /** Whether a crew is one of the site. */
  readonly hasCrew: (site: string, crew: string) => boolean;
  /** Whether there is a person who logs in with this id. */
  readonly hasPerson: (id: string) => boolean;
  readonly targets: () => readonly KnownTarget[];
  /** Called inside the transaction that removes a contact. */
  readonly removing: (contact: Contact, committed: (apply: () => void) => void) => void;
}

/** The contacts, and what of them must go when their site goes. */
export interface ContactBook extends Contacts {
  forgetSite(site: string): void;
}

/** Reads the contacts into memory. */
export function openContacts(parts: ContactParts): ContactBook {
  const { database, settings, newId, now } = parts;
  const { db, transaction } = database;
  const upsert = db.prepare(
    `INSERT INTO duty_contacts VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL) ON CONFLICT DO UPDATE SET name = excluded.name,
      role = excluded.role, crew = excluded.crew, person = excluded.person, ways = excluded.ways, is_active = excluded.is_active`,
  );
  // Whom records name stays readable; how to reach him goes at once.
  const remove = db.prepare(
    "UPDATE duty_contacts SET removed_at = ?, ways = '[]', crew = NULL, person = NULL, is_active = 0 WHERE id = ?",
  );
  const sweep = db.prepare("DELETE FROM duty_contacts WHERE removed_at < ?");
  const known = new Map<string, Contact>();
  const names = new Map<string, string>();
  for (const row of db.prepare("SELECT * FROM duty_contacts ORDER BY id").iterate()) {
    names.set(String(row.id), String(row.name));
    if (row.removed_at === null) known.set(String(row.id), readContact(row));
  }

  function of(site: string): Contact[] {
    return [...known.values()].filter((contact) => contact.site === site).sort(byId);
  }

  function get(site: string, id: string): Contact {
    const contact = known.get(id);
    if (contact?.site === site) return contact;
    throw new GatewayError("not-found", `site ${site} has no contact "${id}"`);
  }

  /** `before`: what is as it was is not refused, for its target or person may be gone meanwhile. */
  function check(site: string, id: string, fields: Omit<ContactFields, "id">, before?: Contact): Contact {
    const { role, crew, person, ways = [], isActive = true } = fields;
    const isOfCrew = role === "member" || role === "leader";
    if (isOfCrew && crew === undefined) refuseField("crew", `is missing: a ${role} belongs to a crew`);
    if (!isOfCrew && crew !== undefined)
      refuseField("crew", `must be left out: a ${role} is called at any time and belongs to no crew`);
    if (crew !== undefined && !parts.hasCrew(site, crew))
      throw new GatewayError("not-found", `site ${site} has no crew "${crew}"`, { path: "crew" });
    if (person !== undefined && !parts.hasPerson(person))
      throw new GatewayError("not-found", `there is no person "${person}"`, { path: "person" });
    const other = of(site).find((one) => one.id !== id && person !== undefined && one.person === person);
    if (other !== undefined)
      throw new GatewayError("conflict", `${other.name} is this person at the site already`, {
        path: "person",
      });
    if (ways.length > settings.maxWays)
      refuseField("ways", `has ${ways.length}, at most ${settings.maxWays} are kept`);
    return {
      ...{ id, site, name: readName("name", fields.name), role, crew, person, isActive },
      ways: ways === before?.ways ? ways : ways.map((way, index) => checkWay(way, `ways[${index}]`)),
    };
  }

  function checkWay({ target, address }: Way, path: string): Way {
    const amiss = whyAmiss(target, parts.targets());
    // Who writes the telephone book before any target is set up is told, not stopped.
    if (amiss !== undefined && parts.targets().length > 0) refuseField(`${path}.target`, amiss);
    return { target, address: readName(`${path}.address`, address, 256) };
  }

  function write(contact: Contact): Contact {
    const { id, site, name, role, crew = null, person = null, ways, isActive } = contact;
    transaction((committed) => {
      upsert.run(id, site, name, role, crew, person, JSON.stringify(ways), Number(isActive));
      committed(() => {
        known.set(id, contact);
        names.set(id, name);
      });
    });
    return contact;
  }

  return {
    of,
    find(site, id) {
      const contact = known.get(id);
      return contact?.site === site ? contact : undefined;
    },
    anywhere: (id) => known.get(id),
    nameOf: (id) => names.get(id),
    ofPerson: (site, person) => of(site).find((contact) => contact.person === person),
    add(site, { id: given, ...fields }) {
      if (of(site).length >= settings.maxContacts)
        throw new GatewayError("limit-reached", `site ${site} may have ${settings.maxContacts} contacts`);
      const id = readId(given, { newId, isTaken: (one) => names.has(one) });
      return write(check(site, id, fields));
    },
    change(site, id, change) {
      const before = get(site, id);
      const isGone = before.person !== undefined && !parts.hasPerson(before.person);
      const known = isGone ? { ...before, person: undefined } : before;
      return write(check(site, id, { ...known, ...change } as ContactFields, before));
    },
    remove(site, id) {
      const contact = get(site, id);
      transaction((committed) => {
        parts.removing(contact, committed);
        remove.run(now(), id);
        sweep.run(now() - settings.keepChecksMs);
        committed(() => known.delete(id));
      });
    },
    forgetSite(site) {
      for (const { id } of of(site)) {
        known.delete(id);
        names.delete(id);
      }
    },
  };
}

/** Why a way leads nowhere with these targets, as the rest of a sentence; undefined when it is right. */
export function whyAmiss(target: string, targets: readonly KnownTarget[]): string | undefined {
  const found = targets.find(({ name }) => name === target);
  if (found === undefined) {
    const names = targets.filter(({ isAddressed }) => isAddressed).map(({ name }) => name);
    return `"${target}" is no target of the settings (notify.targets)${names.length === 0 ? "" : `; there are ${names.join(", ")}`}`;
  }
  return found.isAddressed ? undefined : `"${target}" is a group: it reaches nobody by an address`;
}

function readContact(row: Record<string, unknown>): Contact {
  const textOf = (value: unknown) => (value === null ? undefined : String(value));
  return {
    ...{ id: String(row.id), site: String(row.site), name: String(row.name), role: row.role as ContactRole },
    ...{ crew: textOf(row.crew), person: textOf(row.person), isActive: row.is_active === 1 },
    ways: JSON.parse(String(row.ways)) as Way[],
  };
}
