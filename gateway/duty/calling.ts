import type { Call, Calling, ChainStage, Contact, Crew, Shift, Way } from "./contract.ts";
import { defaultChains } from "./default-chains.ts";

/** What is known of people and rosters, in memory. */
export interface CallingParts {
  readonly chain: (...of: Parameters<Calling["chain"]>) => ReturnType<Calling["chain"]> | undefined;
  readonly crews: (site: string) => readonly Crew[];
  readonly crew: (id: string) => Crew | undefined;
  readonly contacts: (site: string) => readonly Contact[];
  /** Who is on duty in a crew at a moment, inactive ones left out. */
  readonly onDuty: (crew: string, at: number) => readonly OnDuty[];
}

/** Somebody and the shift that he is in. */
export interface OnDuty {
  readonly contact: Contact;
  readonly shift: Shift;
}

/** Answers who is to be called. Rather many than nobody: a roster with a hole calls the whole crew. */
export function createCalling({ chain, crews, crew, contacts, onDuty }: CallingParts): Calling {
  type Place = Parameters<Calling["people"]>[0];

  /** Of the crew, who can be reached on duty; the whole crew when nobody can. */
  function standing({ id, site }: Crew, at: number): readonly Contact[] {
    const present = reachable(onDuty(id, at).map(({ contact }) => contact));
    return present.length > 0
      ? present
      : reachable(contacts(site).filter((one) => one.crew === id && isCrew(one)));
  }

  function duty(place: Place, at: number): readonly Contact[] {
    const ofPlace = crewsOf(place, crews(place.site));
    const present = reachable(ofPlace.flatMap(({ id }) => onDuty(id, at).map(({ contact }) => contact)));
    if (present.length > 0) return present;
    const whole = ofPlace.flatMap((one) => standing(one, at));
    return whole.length > 0 ? whole : reachable(contacts(place.site));
  }

  function leader(place: Place, at: number): readonly Contact[] {
    const ofPlace = crewsOf(place, crews(place.site));
    const leading = ofPlace.flatMap(({ id }) => onDuty(id, at)).filter(({ shift }) => shift.leads);
    const found = reachable(leading.map(({ contact }) => contact));
    if (found.length > 0) return found;
    const ids = ofPlace.map(({ id }) => id);
    return reachable(contacts(place.site)).filter(
      ({ role, crew: own }) => role === "leader" && own !== undefined && ids.includes(own),
    );
  }

  function neighbours(place: Place, at: number): readonly Contact[] {
    const ofPlace = crewsOf(place, crews(place.site));
    const own = new Set(ofPlace.map(({ id }) => id));
    const others = new Set(ofPlace.flatMap((one) => one.neighbours).filter((id) => !own.has(id)));
    return [...others].flatMap((id) => {
      const other = crew(id);
      return other === undefined ? [] : standing(other, at);
    });
  }

  const above = (role: Contact["role"]) => (place: Place) =>
    reachable(contacts(place.site)).filter((contact) => contact.role === role);

  const finders: Readonly<
    Record<ChainStage["call"][number]["who"], (place: Place, at: number) => readonly Contact[]>
  > = {
    ...{ duty, leader, neighbours },
    ...{ supervisor: above("supervisor"), station: above("station"), district: above("district") },
    targets: () => [],
  };

  return {
    chain: (site, of) => chain(site, of) ?? defaultChains[of],
    people(place, { who, way }, at) {
      const found = new Map(finders[who](place, at).map((contact) => [contact.id, contact]));
      return [...found.values()].map((contact): Call => ({ contact, ways: waysOf(contact, way) }));
    },
  };
}

/** The crews of a place: those that serve its building, else those of the whole site, else every crew there is. */
export function crewsOf(
  { building }: { readonly building: string | undefined },
  crews: readonly Crew[],
): readonly Crew[] {
  const serving = crews.filter(({ buildings }) => building !== undefined && buildings.includes(building));
  if (serving.length > 0) return serving;
  const whole = crews.filter(({ buildings }) => buildings.length === 0);
  return whole.length > 0 ? whole : crews;
}

function waysOf({ ways }: Contact, way: ChainStage["call"][number]["way"]): readonly Way[] {
  if (way === "all") return ways;
  const one = (way === "second" ? ways[1] : undefined) ?? ways[0];
  return one === undefined ? [] : [one];
}

function reachable(contacts: readonly Contact[]): readonly Contact[] {
  return contacts.filter(({ isActive, ways }) => isActive && ways.length > 0);
}

function isCrew({ role }: Contact): boolean {
  return role === "member" || role === "leader";
}
