import { GatewayError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Database } from "../state/contract.ts";
import type { IncidentMark } from "../types.ts";
import { createCalling, type OnDuty } from "./calling.ts";
import { openChains } from "./chains.ts";
import { type KnownTarget, openContacts, whyAmiss } from "./contacts.ts";
import type { Contact, Duty } from "./contract.ts";
import { openCrews } from "./crews.ts";
import { findWarnings } from "./roster-warnings.ts";
import type { DutySettings } from "./settings.ts";
import { openShifts } from "./shifts.ts";

/** What `openDuty` needs. */
export interface DutyParts {
  readonly database: Database;
  readonly settings: DutySettings;
  /** Offset of local times, `+08:00`. */
  readonly zone: string;
  readonly newId: () => string;
  readonly clock: { now(): number };
  readonly log: Pick<Log, "warn">;
  readonly hasDevice: (site: string, id: string) => boolean;
  readonly buildings: (site: string) => readonly string[];
  readonly hasPerson: (id: string) => boolean;
  /** Where notifications can go, as the settings are now. */
  readonly targets: () => readonly KnownTarget[];
  readonly marksOf: (site: string) => Readonly<Record<IncidentMark, number>>;
}

/** Reads people, crews, rosters and chains into memory, and warns of ways that lead nowhere. */
export function openDuty(parts: DutyParts): Duty {
  const { database, settings, zone, newId, clock, log, targets } = parts;
  const shared = { database, settings, newId, now: clock.now };
  const crews = openCrews({
    ...{ ...shared, hasDevice: parts.hasDevice, buildings: parts.buildings },
    removing({ id, site, name }, committed) {
      if (contacts.of(site).some(({ crew }) => crew === id)) {
        throw new GatewayError("conflict", `the crew ${name} still has contacts: move or remove them first`);
      }
      committed(() => shifts.forgetCrew(id));
    },
  });
  const contacts = openContacts({
    ...{ ...shared, targets, hasPerson: parts.hasPerson },
    hasCrew: (site, crew) => crews.find(site, crew) !== undefined,
    removing: ({ id }, committed) => shifts.dropFuture(id, committed),
  });
  const shifts = openShifts({ ...shared, zone, crews: crews.of, contacts: contacts.of });
  const chains = openChains({ database, settings, marksOf: parts.marksOf });

  function onDuty(crew: string, at: number): readonly OnDuty[] {
    const site = crews.anywhere(crew)?.site;
    if (site === undefined) return [];
    return [...shifts.ofCrew(crew)].flatMap((shift) => {
      if (shift.from > at || shift.to <= at) return [];
      const contact = contacts.find(site, shift.contact);
      return contact?.isActive === true ? [{ contact, shift }] : [];
    });
  }

  const waysAmiss = (contact: Contact) =>
    contact.ways.flatMap(({ target }) => whyAmiss(target, targets()) ?? []);
  for (const site of new Set([...crews.all()].map((crew) => crew.site))) {
    const amiss = contacts.of(site).filter((contact) => waysAmiss(contact).length > 0);
    const names = [...new Set(amiss.flatMap(({ ways }) => ways.map(({ target }) => target)))];
    if (amiss.length > 0)
      log.warn(
        { site, contacts: amiss.length, targets: names },
        "contacts have ways that no target of the settings serves",
      );
  }

  return {
    ...{ contacts, crews, shifts, chains, onDuty, waysAmiss },
    calling: createCalling({
      ...{ chain: chains.own, crews: crews.of, crew: crews.anywhere, contacts: contacts.of, onDuty },
    }),
    warnings: (site, from) =>
      findWarnings({
        ...{ crews: crews.of(site), from, to: from + settings.lookAheadMs, most: settings.maxWarnings },
        shifts: (crew, begin, end) =>
          [...shifts.ofCrew(crew)].filter(
            (shift) =>
              shift.from < end && shift.to > begin && contacts.find(site, shift.contact)?.isActive === true,
          ),
      }),
    forgetSite(site) {
      for (const { id } of crews.of(site)) shifts.forgetCrew(id);
      for (const part of [contacts, crews, chains]) part.forgetSite(site);
    },
  };
}
