import type { Value, Values } from "../../devices/kit/kind.ts";
import type { DeviceName, Quality } from "../types.ts";

/** What the values of a field are in the store. `state`: one of a few words. `text`: free words, kept as they came only. */
export type SeriesType = "number" | "boolean" | "state" | "text";

/** Types by kind and field. With them a store needs no other knowledge of kinds. The field `event` holds names of events. */
export type SeriesFields = Readonly<Record<string, Readonly<Record<string, SeriesType>>>>;

/** How far a value of the past could be believed when it came. */
export type PastQuality = Extract<Quality, "good" | "suspect" | "simulated">;

/** One reading on its way into a store. */
export interface SeriesReading {
  /** Journal sequence: what makes it one of a kind. */
  readonly sequence: number;
  readonly site: string;
  readonly kind: string;
  readonly id: string;
  /** Place on the time axis, epoch ms: the device's time where that is possible, otherwise the receive time. */
  readonly time: number;
  /** Receive time, epoch ms. */
  readonly receivedAt: number;
  readonly quality: PastQuality;
  /** By field, only fields that the kind has; `event` beside them when it is one. */
  readonly values: Readonly<Values>;
}

/** A reading that a store can never take, whatever is tried. */
export interface SeriesRefusal {
  readonly sequence: number;
  /** What the store said. */
  readonly reason: string;
}

/** How fine the values are that answer a query: as they came, or folded. */
export type Level = "raw" | "5min" | "1h";

/** Which values, of which time. All devices are of one site. */
export interface SeriesChoice {
  readonly devices: readonly DeviceName[];
  /** Fields of any of the kinds; those that a device does not have are passed over. */
  readonly fields: readonly string[];
  /** Epoch ms, inclusive. */
  readonly from: number;
  /** Epoch ms, exclusive. */
  readonly to: number;
  /** Values of a replay or drill instead of real ones. They are kept as they came only. */
  readonly simulated: boolean;
}

/** A choice with its step resolved: ms, or undefined for the values as they came. */
export interface RangeQuery extends SeriesChoice {
  readonly stepMs: number | undefined;
  readonly level: Level;
}

/** Values as they came, oldest first; arrays of one length. */
export interface RawSeries {
  readonly device: DeviceName;
  readonly field: string;
  readonly type: SeriesType;
  readonly times: readonly number[];
  readonly values: readonly Value[];
  readonly quality: readonly PastQuality[];
}

/** Values folded by steps, oldest first; arrays of one length. Steps without a value are left out. */
export interface SteppedSeries {
  readonly device: DeviceName;
  readonly field: string;
  readonly type: SeriesType;
  /** Begin of each step, epoch ms: multiples of the step. */
  readonly times: readonly number[];
  /** Values in the step. */
  readonly count: readonly number[];
  /** How many of them were suspect. */
  readonly suspect: readonly number[];
  /** Last value of the step. Of booleans 0 or 1. */
  readonly last: readonly (number | string)[];
  /** For numbers and booleans (as 0 and 1). */
  readonly min?: readonly number[];
  readonly max?: readonly number[];
  readonly mean?: readonly number[];
  /** For states: how many values of each, by state; arrays of the length of `times`. */
  readonly states?: Readonly<Record<string, readonly number[]>>;
}

/** The last value of a field before a moment. */
export interface LastValue {
  readonly device: DeviceName;
  readonly field: string;
  readonly time: number;
  readonly value: Value;
  readonly quality: PastQuality;
}

/** Which last values: of all fields when none are named. */
export interface LatestQuery {
  readonly devices: readonly DeviceName[];
  readonly fields?: readonly string[] | undefined;
  /** Epoch ms, exclusive. */
  readonly before: number;
  /** How far back it is looked, ms. */
  readonly withinMs: number;
}

/** One value as it came, with everything that is kept of it. */
export interface SeriesRow {
  readonly device: DeviceName;
  readonly field: string;
  readonly time: number;
  readonly receivedAt: number;
  readonly value: Value;
  readonly quality: PastQuality;
}

/** Persons, as the texts of a site name them. */
export interface PersonQuery {
  readonly site: string;
  /** Keyed hashes. */
  readonly persons: readonly string[];
  /** Last journal record that is meant. */
  readonly upTo: number;
  /** The same as a moment, epoch ms, for stores that do not keep records' numbers. */
  readonly before: number;
}

/** A reading that names a person. */
export interface PersonRow {
  readonly device: DeviceName;
  readonly time: number;
  readonly receivedAt: number;
  readonly values: Values;
}

/** What a store says of itself. */
export interface StoreStats {
  /** On this machine's disk. */
  readonly bytes: number;
  readonly series: number;
  /** By name, for metrics: days that wait to be sealed, refused batches … */
  readonly counts: Readonly<Record<string, number>>;
}

/** A time series store. It runs in a process of its own; every driver passes the same contract test. */
export interface SeriesStore {
  /** Last journal record that is in it for good; where reading goes on after a start. */
  position(): number;
  /**
   * Takes readings and moves the position to `cursor`; both are durable when this resolves. Idempotent: the same readings may
   * come again after a crash. Resolves with what it can never take. Rejects, with `retryable`, when nothing was taken or
   * it is not known; the caller tries again with the same readings.
   */
  write(readings: readonly SeriesReading[], cursor: number): Promise<readonly SeriesRefusal[]>;
  /** The levels that it keeps, finest first, and how long, ms. */
  readonly levels: readonly { readonly level: Level; readonly keepMs: number }[];
  /** Types that it can give back; a query for others answers without them. */
  readonly types: readonly SeriesType[];
  /** Values as they came. Rejects with `limit-reached` when there are more than `maxValues`. */
  raw(query: RangeQuery, maxValues: number): Promise<readonly RawSeries[]>;
  /** Values folded by `stepMs`, a multiple of the level. Real ones only. */
  stepped(query: RangeQuery & { readonly stepMs: number }): Promise<readonly SteppedSeries[]>;
  /** The last real value of each field; values of a replay do not count. */
  latest(query: LatestQuery): Promise<readonly LastValue[]>;
  /** Values as they came, for an export: by names of device and field, then time, all ascending, in pieces. */
  rows(query: SeriesChoice): AsyncIterable<readonly SeriesRow[]>;
  stats(): Promise<StoreStats>;
  /** The readings that name a person, oldest first, at most `limit`. */
  findPersons(query: PersonQuery, limit: number): Promise<readonly PersonRow[]>;
  /** Takes the person out of those readings and leaves their other values; how many there were. Called between two writes. */
  erasePersons(query: PersonQuery): Promise<number>;
  /** Puts a consistent copy of what it keeps on this machine into an empty folder below its own; the names of the files there. */
  copy(into: string): Promise<readonly string[]>;
  /** What is to be done now and then beside writing, such as folding and deleting; called between two writes, about once a second. */
  maintain(now: number): Promise<void>;
  close(): Promise<void>;
}

/** What a person or program asks: a choice and how finely. `auto` takes the finest step with at most 1,000 points. */
export interface RangeRequest extends SeriesChoice {
  /** ms, or `raw` for the values as they came. */
  readonly step: number | "auto" | "raw";
}

/** History of some fields of some devices. */
export interface RangeAnswer {
  /** Undefined: values as they came. */
  readonly stepMs: number | undefined;
  /** Which level answered. */
  readonly level: Level;
  readonly raw: readonly RawSeries[];
  readonly stepped: readonly SteppedSeries[];
  /** What held at the beginning: the last value before `from`. */
  readonly before: readonly LastValue[];
}

/** One field over many devices. */
export interface TotalRequest {
  readonly devices: readonly DeviceName[];
  readonly field: string;
  readonly from: number;
  readonly to: number;
  readonly step: number | "auto";
  /** How long the last value of a device still counts, ms: sensors that report changes are silent between them. */
  readonly carryMs: number;
}

/** One field over many devices, by steps; arrays of one length. A device counts with its last value at the end of the step. */
export interface TotalAnswer {
  readonly stepMs: number;
  readonly level: Level;
  /** Begin of each step, epoch ms; every step is there. */
  readonly times: readonly number[];
  /** Devices with a value that still counts. */
  readonly devices: readonly number[];
  /** Of numbers and booleans (as 0 and 1); null where no device counts. */
  readonly sum: readonly (number | null)[];
  readonly mean: readonly (number | null)[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
  /** Of states: devices in each, by state. */
  readonly states: Readonly<Record<string, readonly number[]>>;
}

/** A file of values as they came. */
export interface ExportRequest extends SeriesChoice {
  readonly format: "csv" | "parquet";
}

/** A finished export; whoever asked deletes the file. */
export interface ExportedFile {
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
}

/** What is kept of a person; at most `limit` of each. */
export interface PersonFound {
  readonly readings: readonly PersonRow[];
  /** Records of the journal, as JSON, with their numbers. */
  readonly records: readonly { readonly sequence: number; readonly record: string }[];
}

/** History, as the gateway asks for it: answered by the store's process. Rejects with `busy` while that is away. */
export interface Series {
  range(request: RangeRequest): Promise<RangeAnswer>;
  total(request: TotalRequest): Promise<TotalAnswer>;
  export(request: ExportRequest): Promise<ExportedFile>;
  /** What the store and the recording hold of a person. */
  find(request: PersonQuery & { readonly limit: number }): Promise<PersonFound>;
  /** Takes a person out of the store; how many values there were. */
  erase(request: PersonQuery): Promise<number>;
  /** For a backup. Whoever asked deletes the folder. */
  copy(): Promise<CopiedStore>;
  close(): Promise<void>;
}

/** A copy of a store's files. Of a store on a server there are none. */
export interface CopiedStore {
  readonly folder: string;
  /** Paths below the folder, and below the store's. */
  readonly files: readonly string[];
}
