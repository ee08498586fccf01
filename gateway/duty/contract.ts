import type { IncidentMark } from "../types.ts";

/** A way to reach a person: a target of `notify.targets`, and what it needs to reach him. */
export interface Way {
  readonly target: string;
  /** A phone number, an address of e-mail, a user id. */
  readonly address: string;
}

/**
 * What a contact is at his site. `member` and `leader` belong to a crew and are called while they are on duty; the others
 * are above or beside the crew and are called at any time.
 */
export type ContactRole = "member" | "leader" | "supervisor" | "station" | "district";

/** Somebody who is called. */
export interface Contact {
  readonly id: string;
  readonly site: string;
  readonly name: string;
  readonly role: ContactRole;
  /** Id of his crew; undefined for those above. */
  readonly crew: string | undefined;
  /** Id of the person who logs in, when he does. */
  readonly person: string | undefined;
  /** In the order in which they are tried. */
  readonly ways: readonly Way[];
  readonly isActive: boolean;
}

/** Those of a micro fire station who go out together. */
export interface Crew {
  readonly id: string;
  readonly site: string;
  readonly name: string;
  /** Id of the station's device at the site, when it has one. */
  readonly station: string | undefined;
  /** Buildings that it serves; empty: the whole site. */
  readonly buildings: readonly string[];
  /** Ids of crews that are called when it does not answer, also of other sites. */
  readonly neighbours: readonly string[];
  /** Fewest people in a shift; derived from the practice of three. */
  readonly least: number;
}

/** One person's duty, from `from` until before `to`, epoch ms. */
export interface Shift {
  readonly id: string;
  readonly crew: string;
  readonly contact: string;
  /** Leads this shift. */
  readonly leads: boolean;
  readonly from: number;
  readonly to: number;
}

/**
 * Who is called. `duty`: those on duty in the crew of the place, everybody of the crew when the roster says nothing. `leader`: who
 * leads the shift, else the crew's leaders. `neighbours`: those on duty in the neighbouring crews. The others by their role.
 * `targets`: the groups that get the site's alarms.
 */
export type CallWho = "duty" | "leader" | "neighbours" | "supervisor" | "station" | "district" | "targets";

/** Which alarms a chain is for: `fire` for incidents, the others for alerts by severity. */
export type ChainClass = "fire" | "critical" | "major" | "minor";

/** One call of a chain. */
export interface ChainStage {
  /** How long after it began, ms, or a mark of the incident. Only incidents have marks. */
  readonly after: number | IncidentMark;
  readonly call: readonly {
    readonly who: CallWho;
    /** Which of each person's ways. */
    readonly way: "first" | "second" | "all";
  }[];
  /** Who has come so far needs no call any more. Alerts know `acknowledged` only. */
  readonly until: "acknowledged" | "arrived" | "controlled";
}

/** Who is called, and when, while nobody answers. */
export interface Chain {
  readonly stages: readonly ChainStage[];
  /** After the last stage all that were reached are called again so often, ms, until a person acts; undefined: never. */
  readonly repeatMs: number | undefined;
}

/** A person to call, and how. */
export interface Call {
  readonly contact: Contact;
  readonly ways: readonly Way[];
}

/** Answers who is to be called. Reads memory only: it is asked while something burns. */
export interface Calling {
  /** The site's own chain, or the built-in one. */
  chain(site: string, of: ChainClass): Chain;
  /** The people of one call at a moment, each once; nobody for `targets`. */
  people(
    place: { readonly site: string; readonly building: string | undefined },
    call: ChainStage["call"][number],
    at: number,
  ): readonly Call[];
}
