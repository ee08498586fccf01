import type { Limits, Rule, Severity, Values } from "../../devices/kit/kind.ts";
import type {
  Affected,
  Change,
  DeviceName,
  During,
  IncidentMark,
  IncidentStep,
  KnownDevice,
  Mute,
  Presence,
  Reading,
} from "../types.ts";

/** A rule that holds, or held, for a device. */
export interface Alert {
  readonly id: string;
  readonly device: DeviceName;
  readonly site: string;
  readonly kind: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly state: "raised" | "cleared";
  readonly raisedAt: number;
  readonly clearedAt: number | undefined;
  readonly acknowledgedAt: number | undefined;
  readonly acknowledgedBy: string | undefined;
  /** Name of who takes care of it. */
  readonly assignee: string | undefined;
  /** Set when a person resolved it. */
  readonly resolvedBy: string | undefined;
  /** Values at the moment it was raised. */
  readonly values: Values;
  readonly reason: string | undefined;
  readonly simulated: boolean;
  /** The window that it was raised in. */
  readonly during: During | undefined;
  /** Nobody was told of it, because of a window. */
  readonly muted: boolean;
  /** Nobody was told of it, because this device above it is down. */
  readonly under: DeviceName | undefined;
  /** What was cut off with the device when it was raised. */
  readonly affects: Affected | undefined;
  /** Id of the drill that raised it. */
  readonly drill: string | undefined;
  readonly comments: readonly { readonly at: number; readonly by: string; readonly text: string }[];
}

/** Which alerts to list, newest first; all given conditions hold together. */
export interface AlertQuery {
  readonly state?: "raised" | "cleared" | undefined;
  readonly acknowledged?: boolean | undefined;
  readonly severity?: readonly Severity[] | undefined;
  /** Of any of these sites; absent: every site. */
  readonly sites?: readonly string[] | undefined;
  readonly kind?: string | undefined;
  readonly rule?: string | undefined;
  readonly device?: DeviceName | undefined;
  /** Those that this person takes care of. */
  readonly assignee?: string | undefined;
  /** Those that somebody takes care of, or the others. */
  readonly assigned?: boolean | undefined;
  /** Those that nobody was told of because of a window, or the others. */
  readonly muted?: boolean | undefined;
  /** Those that nobody was told of because a device above is down, or the others. */
  readonly suppressed?: boolean | undefined;
  /** Those that this device above them explains. */
  readonly under?: DeviceName | undefined;
  /** Alerts that held at some time from here on, epoch ms. */
  readonly from?: number | undefined;
  /** Alerts that were raised before, epoch ms. */
  readonly to?: number | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The alert book: a view of the journal's `change` records in SQLite. What it has not written yet is read as well. */
export interface Book {
  find(id: string): Alert | undefined;
  list(query: AlertQuery): { readonly items: readonly Alert[]; readonly next: string | undefined };
  /** Every step of one alert, oldest first. */
  timeline(id: string): readonly Change[];
  /** Raised alerts by severity, for tiles and metrics. */
  counts(site?: string): Readonly<Record<Severity, number>>;
  /** Makes one journalled change its own. Idempotent by sequence. */
  apply(change: Change, sequence: number): void;
  /** Says that the journal was read up to here, also when there was no change in it; written with the next flush, or once a minute. */
  advance(sequence: number): void;
  /** Last sequence number that is safe in the database. */
  position(): number;
  /** Writes what waits in memory; called every 200 ms, before reads, and at close. */
  flush(): void;
  /** Changes texts in the values of the alerts that it holds in memory, and writes them; returns how many alerts changed. */
  rewrite(change: (body: string) => string): number;
  /** For the judge at start. */
  standing(): Standing;
  /** Writes what waits and stops. */
  close(): void;
}

/** What rules remember between readings of one device (their `memory`), by rule id; plain JSON, saved with the device. */
export type RuleMemory = Record<string, number[]>;

/** What is not idle: the phases of all rules, as the book knows them. */
export interface Standing {
  readonly raised: readonly Alert[];
  /** Resolved by a person within the last while, and the condition was not seen to end since. */
  readonly resolved: readonly Alert[];
  /** The latest `pending` change of everything that waits. */
  readonly pending: readonly Change[];
}

/**
 * Decides. Synchronous, no I/O. Phases (idle, pending, raised, resolved) live in memory and follow from changes alone, so
 * that they can be rebuilt: `restore` from the book, `remember` and `follow` for what the journal holds after it, then
 * `clearOrphans` once.
 */
export interface Judge {
  /**
   * Looks at one reading. `values` is the merged state of the device with the reading applied. Returns changes in order;
   * a shared empty array when nothing changed. A `late` reading tells of the past: it is laid over `values` here, only
   * rules of the fire lane and critical ones see it, it can raise and never clear, and nothing is remembered of it.
   */
  judge(
    device: KnownDevice,
    reading: Reading,
    values: Readonly<Values>,
    memory: RuleMemory,
    late?: boolean,
  ): readonly Change[];
  /**
   * Whether a fire or critical rule would hold with this reading laid over `values`. Changes nothing. For messages that
   * are refused otherwise: an alarm in them is still an alarm.
   */
  wouldAlarm(
    device: KnownDevice,
    reading: Reading,
    values: Readonly<Values>,
    memory: Readonly<RuleMemory>,
  ): boolean;
  /** At start, before anything else: takes over what the book knows. `memoryOf` is the saved memory of a device. */
  restore(standing: Standing, memoryOf: (device: DeviceName) => RuleMemory | undefined): void;
  /** At start: lets rules remember a reading of the journal, without a verdict. Late ones leave no trace. */
  remember(
    device: KnownDevice,
    reading: Reading,
    values: Readonly<Values>,
    memory: RuleMemory,
    late?: boolean,
  ): void;
  /**
   * Takes over the phase that a journalled change says. At start every change; once `judge` or `due` was called only a
   * person's `acknowledged` and `resolved` mean anything here, so the pipeline may pass every committed change.
   */
  follow(change: Change): void;
  /** At start, after the journal was followed: clears what belongs to devices or rules that are no more. */
  clearOrphans(): readonly Change[];
  /** Changes whose time has come: debounce over, self-clearing, deadlines. */
  due(now: number): readonly Change[];
  /** A device was removed, or lost a rule while it is still registered: clears what was open of it. */
  forget(device: Pick<KnownDevice, "device">): readonly Change[];
  /** Raises now what a rule of a device holds back for its time. Undefined when the rule sees nothing to raise. */
  hasten(device: DeviceName, rule: string, at: number): readonly Change[] | undefined;
}

/** Watches who stopped talking. */
export interface Quiet {
  /**
   * Begins to watch a device: at start with what is known of it, later when it is registered or changed. One that was
   * never heard is not called silent before its first sign of life.
   */
  watch(device: KnownDevice, known?: { lastAt: number; online: boolean | undefined }): void;
  /** A device was removed. */
  forget(device: DeviceName): void;
  /** A message came. Not to be called for simulated ones: a replay must not make a dead device look alive. */
  heard(device: KnownDevice, at: number): readonly (Change | Presence)[];
  /** The connection of the device opened or ended, or it said so itself. */
  presence(device: KnownDevice, presence: Presence): readonly (Change | Presence)[];
  /** Called every second or so: who has been silent for too long. */
  due(now: number): readonly (Change | Presence)[];
  /** At start, after every `watch`: which quiet alerts stand, and which of them are explained by a device above. */
  restore(raised: readonly Alert[]): void;
  /** What is cut off with a device, as far as is known now; undefined: nothing hangs on it, or all of that talks. */
  affected(device: DeviceName): Affected | undefined;
}

/** How far a crew has come; `closed` and `false-alarm` are the end. */
export type IncidentState =
  | "detected"
  | "acknowledged"
  | "dispatched"
  | "arrived"
  | "controlled"
  | "closed"
  | "false-alarm";

/** An alarm, or several of one place, that a crew must answer. Made from the journal's `incident` records. */
export interface Incident {
  readonly id: string;
  readonly site: string;
  /** Undefined when the first device stands in no building. */
  readonly building: string | undefined;
  readonly state: IncidentState;
  readonly detectedAt: number;
  /** When the last alarm joined, epoch ms. */
  readonly joinedAt: number;
  /** When the crew came so far, epoch ms, and who said so; nothing for what has not been, or was skipped. */
  readonly times: Readonly<Partial<Record<IncidentState, { readonly at: number; readonly by: string }>>>;
  readonly marks: Readonly<Record<IncidentMark, number>>;
  /** Marks that passed with nobody there. */
  readonly escalated: readonly IncidentMark[];
  /** Every alarm, first to last. */
  readonly alarms: readonly IncidentAlarm[];
  /** Why it was a false alarm. */
  readonly reason: string | undefined;
  /** The window that its first alarm came in. */
  readonly during: During | undefined;
  /** Id of the drill that it is; no real alarm ever joins it. */
  readonly drill: string | undefined;
}

/** One alarm of an incident. */
export interface IncidentAlarm {
  readonly alert: string;
  readonly device: DeviceName;
  readonly rule: string;
  readonly at: number;
  readonly floor: string | undefined;
  readonly values: Values;
  readonly during: During | undefined;
}

/** Which incidents to list, newest first. */
export interface IncidentQuery {
  /** `open`: not closed and no false alarm. */
  readonly state?: "open" | "ended" | undefined;
  readonly sites?: readonly string[] | undefined;
  /** Only drills, or none of them; absent: both. */
  readonly drill?: boolean | undefined;
  /** Detected from here on, epoch ms. */
  readonly from?: number | undefined;
  /** Detected before, epoch ms. */
  readonly to?: number | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The incidents: a view of the journal in SQLite. */
export interface IncidentBook {
  find(id: string): Incident | undefined;
  list(query: IncidentQuery): { readonly items: readonly Incident[]; readonly next: string | undefined };
  /** Every step of one incident, oldest first. */
  timeline(id: string): readonly IncidentStep[];
  /** All that have not ended, oldest first. */
  open(): readonly Incident[];
  /** Makes one journalled step its own. Idempotent by sequence. */
  apply(step: IncidentStep, sequence: number): void;
  /** Last sequence number that is safe in the database. */
  position(): number;
  /** Writes what waits in memory. */
  flush(): void;
}

/** What a person does about an incident. */
export interface IncidentAction {
  readonly incident: string;
  readonly by: string;
  readonly note?: string | undefined;
  /** Whoever sends it again with the same key, after an answer that got lost, does it once. */
  readonly key?: string | undefined;
}

/** The steps that people take. */
export type IncidentMove = Exclude<IncidentStep["step"], "detected" | "joined" | "escalated">;

/** What people do with incidents. */
export interface IncidentDesk {
  /** The incident as it is at this moment, also what is not on disk yet. */
  find(id: string): Incident | undefined;
  /**
   * Each answers with the incident as it is then, once the step is on disk. Throws `not-found`, `conflict` when it has come
   * further already or somebody else did it, and `invalid-request` for a false alarm without a reason.
   */
  take(move: IncidentMove, action: IncidentAction): Promise<Incident>;
  /**
   * The gateway closes the incident of a drill, however far the crew has come. Does nothing when it has ended. Throws `not-found`,
   * and `conflict` for an incident that is meant.
   */
  endDrill(action: Omit<IncidentAction, "by" | "key">): Promise<Incident>;
}

/** Which windows of a site to list, the latest beginning first. */
export interface MuteQuery {
  readonly site: string;
  /** Those that last now, or those that do not. */
  readonly active?: boolean | undefined;
  /** Not over by then, epoch ms. */
  readonly from?: number | undefined;
  /** Begin before, epoch ms. */
  readonly to?: number | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A page of windows. */
export interface MuteList {
  readonly items: readonly Mute[];
  readonly next: string | undefined;
}

/** Who asks for a window: a crew may silence one device for a while, the office everything within the bounds. */
export type MuteRank = "crew" | "office";

/** A person, and what he may. */
export interface MuteActor {
  readonly by: string;
  readonly rank: MuteRank;
}

/** A window as it is asked for. `from` absent: it begins now. */
export type NewMute = Omit<Mute, "id" | "from" | "by" | "endedAt" | "endedBy"> & {
  readonly from?: number | undefined;
};

/** What people do with windows. Each answers once it is on disk. Throws `not-found`, `forbidden`, `conflict`, `invalid-request`, `limit-reached`. */
export interface MuteDesk {
  find(site: string, id: string): Mute;
  list(query: MuteQuery): MuteList;
  /** All that are not over, planned ones too. */
  open(): readonly Mute[];
  add(order: NewMute, actor: MuteActor): Promise<Mute>;
  /** Another end, or another reason. The end may not lie in the past. */
  change(
    which: { readonly site: string; readonly id: string },
    change: { readonly to?: number | undefined; readonly reason?: string | undefined },
    actor: MuteActor,
  ): Promise<Mute>;
  /** Ends it now; a planned one never begins. */
  end(which: { readonly site: string; readonly id: string }, actor: MuteActor): Promise<Mute>;
}

/** What a device said at one moment of the past. */
export type PastReading = Pick<Reading, "at" | "event" | "values">;

/** A time in which an alert would have been open, epoch ms; `to` is undefined while it would be open still. */
export interface Episode {
  readonly from: number;
  readonly to: number | undefined;
}

/** One rule of one device with numbers to try, and what the device said, oldest first. */
export interface Rehearsal {
  readonly device: KnownDevice;
  readonly rule: Rule;
  readonly limits: Limits;
  /** What held before the first reading. */
  readonly before: Readonly<Values>;
  readonly readings: readonly PastReading[];
  /** Begin and end of what is looked at, epoch ms. */
  readonly from: number;
  readonly to: number;
}

/** Says when a rule would have raised with other numbers. Nobody is told and nothing is kept. */
export type Rehearse = (rehearsal: Rehearsal) => readonly Episode[];
