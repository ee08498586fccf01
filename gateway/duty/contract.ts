import type { DeviceName, DutyCheckStep, IncidentMark } from "../types.ts";

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
  readonly checks: CheckTimes;
}

/** When a crew is asked whether somebody is there. Times of day are local: `08:00`. */
export interface CheckTimes {
  /** Every day at these times. */
  readonly planned: readonly string[];
  /** So many times a day more, at chosen moments from `from` until before `to`, which may lie behind midnight. */
  readonly random: { readonly times: number; readonly from: string; readonly to: string } | undefined;
  /** Since when it is so, epoch ms: earlier moments of the day do not count. */
  readonly since: number;
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

/** A contact as a person writes him; what is undefined is not given. */
export interface ContactFields {
  readonly id?: string | undefined;
  readonly name: string;
  readonly role: ContactRole;
  readonly crew?: string | undefined;
  readonly person?: string | undefined;
  readonly ways?: readonly Way[] | undefined;
  readonly isActive?: boolean | undefined;
}

/** A crew as a person writes it; what is undefined is not given. */
export interface CrewFields {
  readonly id?: string | undefined;
  readonly name: string;
  readonly station?: string | undefined;
  readonly buildings?: readonly string[] | undefined;
  readonly neighbours?: readonly string[] | undefined;
  readonly least?: number | undefined;
  readonly checks?: Omit<CheckTimes, "since"> | undefined;
}

/** What replaces what was: a key that is there and undefined empties its field, one that is absent leaves it. */
export type Changed<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Contacts of the sites. Refusals are `not-found`, `conflict`, `invalid-request`, `limit-reached`. */
export interface Contacts {
  of(site: string): readonly Contact[];
  find(site: string, id: string): Contact | undefined;
  /** Of any site. */
  anywhere(id: string): Contact | undefined;
  /** Also of one who was removed, while records name him. */
  nameOf(id: string): string | undefined;
  /** The contact of a person who logs in, at a site. */
  ofPerson(site: string, person: string): Contact | undefined;
  add(site: string, fields: ContactFields): Contact;
  change(site: string, id: string, change: Changed<Omit<ContactFields, "id">>): Contact;
  /** He is called no more, and his shifts from now on are gone; records keep his name. */
  remove(site: string, id: string): void;
}

/** Crews of the sites. Refusals as with contacts; one with contacts cannot be removed. */
export interface Crews {
  of(site: string): readonly Crew[];
  find(site: string, id: string): Crew | undefined;
  /** Of any site, as neighbours are named. */
  anywhere(id: string): Crew | undefined;
  /** Those whose station is this device. */
  atStation(site: string, device: string): readonly Crew[];
  all(): Iterable<Crew>;
  add(site: string, fields: CrewFields): Crew;
  change(site: string, id: string, change: Changed<Omit<CrewFields, "id">>): Crew;
  remove(site: string, id: string): void;
}

/** One line of a roster file: columns as texts. The first line is 1. */
export interface RosterLine {
  readonly line: number;
  readonly cells: readonly string[];
}

/** What is wrong with a line. */
export interface RosterFault {
  readonly line: number;
  /** The column; empty for the whole line. */
  readonly path: string;
  readonly message: string;
}

/** The roster of the sites. Refusals as with contacts. */
export interface Shifts {
  /** Those that touch the time from `from` until before `to`, oldest first. */
  of(site: string, query: { from: number; to: number; crew?: string | undefined }): readonly Shift[];
  add(site: string, shift: Omit<Shift, "id">): Shift;
  change(site: string, id: string, change: Partial<Omit<Shift, "id" | "crew">>): Shift;
  remove(site: string, id: string): void;
  /**
   * Takes a roster, the header first: all of it, or nothing when a line is wrong. With `isReplacing` shifts of the crews it names
   * that begin on the days it spans make room. `isTrial` changes nothing.
   */
  import(
    site: string,
    lines: readonly RosterLine[],
    options: { isReplacing: boolean; isTrial: boolean; maxRows: number },
  ): {
    readonly shifts: readonly Shift[];
    readonly replaced: number;
    readonly faults: readonly RosterFault[];
  };
  /** The shifts that begin in the seven days from one date, again in those from another. What cannot be repeated is skipped. */
  copyWeek(
    site: string,
    week: { from: string; to: string; crew?: string | undefined },
  ): { readonly shifts: readonly Shift[]; readonly skipped: number };
}

/** The chains of the sites. */
export interface Chains {
  /** The site's own; undefined: the built-in one holds. */
  own(site: string, of: ChainClass): Chain | undefined;
  /** Throws `invalid-request` with what is missing in it and why it must be there. */
  set(site: string, of: ChainClass, chain: Chain): void;
  /** The built-in one holds again. */
  reset(site: string, of: ChainClass): void;
}

/** A time in which a crew has nobody, or too few. */
export interface RosterWarning {
  readonly crew: string;
  readonly from: number;
  readonly to: number;
  /** Different people on duty. */
  readonly people: number;
  readonly least: number;
}

/** People and duty, as people write and read them. */
export interface Duty {
  readonly contacts: Contacts;
  readonly crews: Crews;
  readonly shifts: Shifts;
  readonly chains: Chains;
  readonly calling: Calling;
  /** Who is on duty in a crew at a moment, with his shift. */
  onDuty(crew: string, at: number): readonly { readonly contact: Contact; readonly shift: Shift }[];
  /** Where the roster has too few from `from` on, as far as is looked ahead. */
  warnings(site: string, from: number): readonly RosterWarning[];
  /** Ways of a contact that lead nowhere as the settings are, as sentences. */
  waysAmiss(contact: Contact): readonly string[];
  /** The site is gone: lets go of what is in memory. */
  forgetSite(site: string): void;
}

/** A duty check and what became of it. */
export interface DutyCheck {
  readonly id: string;
  readonly site: string;
  readonly crew: string;
  /** As the crew was called then. */
  readonly crewName: string;
  readonly askedAt: number;
  /** Who asked; undefined: the plan. */
  readonly askedBy: string | undefined;
  readonly slot: number | undefined;
  readonly due: number;
  readonly state: "open" | "answered" | "missed";
  readonly endedAt: number | undefined;
  /** A person's name, the contact, or the device where it was answered. */
  readonly answeredBy: string | undefined;
  readonly contact: string | undefined;
  readonly device: DeviceName | undefined;
  /** Ids of the contacts on duty when it was asked. */
  readonly onDuty: readonly string[];
}

/** The duty checks: a view of the journal in SQLite. */
export interface DutyBook {
  find(id: string): DutyCheck | undefined;
  /** Asked from `from` until before `to`, oldest first, at most `limit`. */
  list(query: { site: string; from: number; to: number; limit: number }): readonly DutyCheck[];
  open(): readonly DutyCheck[];
  /** The latest planned moment of each crew that was asked. */
  lastSlots(): ReadonlyMap<string, number>;
  /** Makes one journalled step its own. Idempotent by sequence. */
  apply(step: DutyCheckStep, sequence: number): void;
}

/** What people do about duty checks. Each answers with the check as it is then, once the step is on disk. */
export interface DutyDesk {
  /** Asks a crew now. Throws `not-found`, and `conflict` while it is being asked already. */
  ask(crew: string, by: string): Promise<DutyCheck>;
  /** Throws `not-found`, `conflict` when it is over, and `forbidden` for a contact of another crew. */
  answer(check: string, answer: { by: string; person: string | undefined }): Promise<DutyCheck>;
}
