import type { Severity, Values } from "../../devices/kit/kind.ts";
import type { Change, DeviceName, KnownDevice, Presence, Reading } from "../types.ts";

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
  /** Set when a person resolved it. */
  readonly resolvedBy: string | undefined;
  /** Values at the moment it was raised. */
  readonly values: Values;
  readonly reason: string | undefined;
  readonly simulated: boolean;
  readonly comments: readonly { readonly at: number; readonly by: string; readonly text: string }[];
}

/** Which alerts to list, newest first; all given conditions hold together. */
export interface AlertQuery {
  readonly state?: "raised" | "cleared" | undefined;
  readonly acknowledged?: boolean | undefined;
  readonly severity?: readonly Severity[] | undefined;
  readonly site?: string | undefined;
  readonly kind?: string | undefined;
  readonly device?: DeviceName | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The alert book: a view of the journal's `change` records in SQLite. */
export interface Book {
  find(id: string): Alert | undefined;
  list(query: AlertQuery): { readonly items: readonly Alert[]; readonly next: string | undefined };
  /** Every step of one alert, oldest first. */
  timeline(id: string): readonly Change[];
  /** Raised alerts by severity, for tiles and metrics. */
  counts(site?: string): Readonly<Record<Severity, number>>;
  /** Makes one journalled change its own. Idempotent by sequence. */
  apply(change: Change, sequence: number): void;
  /** Last sequence number whose change is in the database. */
  position(): number;
  /** Writes what waits in memory; called every 200 ms, before reads, and at close. */
  flush(): void;
}

/** What rules remember between readings of one device (their `memory`), by rule id; plain JSON, saved with the device. */
export type RuleMemory = Record<string, number[]>;

/**
 * Decides. Synchronous, no I/O. Phases (idle, pending, raised) live in memory and follow from changes alone, so that
 * they can be rebuilt: `restore` from the book, then `follow` for every later change of the journal.
 */
export interface Judge {
  /** Looks at one reading. `values` is the merged state of the device with the reading applied. Returns changes in order; a shared empty array when nothing changed. */
  judge(
    device: KnownDevice,
    reading: Reading,
    values: Readonly<Values>,
    memory: RuleMemory,
  ): readonly Change[];
  /** At start: lets rules remember a reading of the journal, without a verdict. */
  remember(device: KnownDevice, reading: Reading, values: Readonly<Values>, memory: RuleMemory): void;
  /** At start, or for a person's resolve: takes over the phase that a journalled change says. */
  follow(change: Change): void;
  /** Changes whose time has come: debounce over, self-clearing, deadlines. */
  due(now: number): readonly Change[];
  /** A device was removed or lost a rule: clears what was open. */
  forget(device: KnownDevice): readonly Change[];
}

/** Watches who stopped talking. */
export interface Quiet {
  /** A message came. */
  heard(device: KnownDevice, at: number): readonly (Change | Presence)[];
  /** The connection of the device opened or ended, or it said so itself. */
  presence(device: KnownDevice, presence: Presence): readonly (Change | Presence)[];
  /** Called every second or so: who has been silent for too long. */
  due(now: number): readonly (Change | Presence)[];
}
