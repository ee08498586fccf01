import type { z } from "zod";
import type { Chain, ChainClass, Contact, Crew, RosterWarning, Shift } from "../../duty/contract.ts";
import type { ApiParts } from "../parts.ts";
import type * as shapes from "../schemas/duty.ts";
import { iso } from "../schemas/shared.ts";

type Parts = Pick<ApiParts, "duty" | "identity">;

/** The classes of chains, the most urgent first. */
export const chainClasses: readonly ChainClass[] = ["fire", "critical", "major", "minor"];

/** A contact; `isShown`: the caller may see how he is reached. */
export function presentContact(
  { duty, identity }: Parts,
  contact: Contact,
  { isShown }: { isShown: boolean },
): z.output<typeof shapes.contact> {
  const { id, name, role, crew = null, ways, isActive: active } = contact;
  const person = contact.person === undefined ? undefined : identity.people.find(contact.person);
  return {
    ...{ id, name, role, crew, active, warnings: [...duty.waysAmiss(contact)] },
    person: person === undefined ? null : { id: person.id, login: isShown ? person.login : null },
    ways: ways.map(({ target, address }) => ({ target, address: isShown ? address : mask(address) })),
  };
}

/** A crew. */
export function presentCrew(crew: Crew): z.output<typeof shapes.crew> {
  const { id, name, station = null, buildings, neighbours, least, checks } = crew;
  return {
    ...{ id, name, station, buildings: [...buildings], neighbours: [...neighbours], least },
    checks: { planned: [...checks.planned], random: checks.random ?? null },
  };
}

/** A shift with the name of its contact. */
export function presentShift({ duty }: Pick<Parts, "duty">, shift: Shift): z.output<typeof shapes.shift> {
  const { id, crew, contact, leads, from, to } = shift;
  return {
    id,
    crew,
    contact,
    contactName: duty.contacts.nameOf(contact) ?? null,
    leads,
    from: iso(from),
    to: iso(to),
  };
}

/** What the roster of a site lacks from a moment on. */
export function presentWarnings({ duty }: Pick<Parts, "duty">, site: string, from: number) {
  return duty.warnings(site, from).map(
    ({ crew, people, least, ...when }: RosterWarning): z.output<typeof shapes.rosterWarning> => ({
      ...{ crew, crewName: duty.crews.anywhere(crew)?.name ?? crew, people, least },
      ...{ from: iso(when.from), to: iso(when.to) },
    }),
  );
}

/** The chain of a class that holds at a site. */
export function presentChain(
  { duty }: Pick<Parts, "duty">,
  site: string,
  of: ChainClass,
): z.output<typeof shapes.chain> {
  const { stages, repeatMs = null } = duty.calling.chain(site, of);
  return {
    ...{ class: of, isOwn: duty.chains.own(site, of) !== undefined, repeatMs },
    stages: stages.map(({ after, call, until }) => ({ after, until, call: call.map((one) => ({ ...one })) })),
  };
}

/** Who is on duty at a site, and whom an alarm would reach, stage by stage. */
export function presentDuty(
  parts: Pick<ApiParts, "duty" | "clock">,
  place: { readonly site: string; readonly building: string | undefined },
  at: number,
  marks: Readonly<Record<"acknowledge" | "arrive" | "control", number>>,
): z.output<typeof shapes.duty> {
  const { duty } = parts;
  const { site } = place;
  return {
    at: iso(at),
    crews: duty.crews.of(site).map(({ id, name, least }) => ({
      ...{ id, name, least },
      onDuty: duty.onDuty(id, at).map(({ contact, shift: { leads, from, to } }) => ({
        ...{ id: contact.id, name: contact.name, role: contact.role, leads, from: iso(from), to: iso(to) },
      })),
    })),
    chains: chainClasses.map((of) => {
      const chain = duty.calling.chain(site, of);
      const isOwn = duty.chains.own(site, of) !== undefined;
      const stages = chain.stages.map((stage) => presentStage(parts, { place, at, marks }, stage));
      return { class: of, isOwn, repeatMs: chain.repeatMs ?? null, stages };
    }),
    warnings: presentWarnings(parts, site, at),
  };
}

function presentStage(
  { duty }: Pick<ApiParts, "duty">,
  {
    place,
    at,
    marks,
  }: {
    place: { readonly site: string; readonly building: string | undefined };
    at: number;
    marks: Readonly<Record<"acknowledge" | "arrive" | "control", number>>;
  },
  { after, call, until }: Chain["stages"][number],
) {
  const afterMs = typeof after === "number" ? after : marks[after];
  return {
    ...{ at: iso(at + afterMs), afterMs, mark: typeof after === "number" ? null : after, until },
    calls: call.map((one) => ({
      ...one,
      people: duty.calling.people(place, one, at + afterMs).map(({ contact: { id, name }, ways }) => ({
        ...{ id, name, targets: ways.map(({ target }) => target) },
      })),
    })),
  };
}

/** An address of which only its owner can tell that it is his. */
function mask(address: string): string {
  return address.length < 6 ? "•••" : `•••${address.slice(-2)}`;
}
