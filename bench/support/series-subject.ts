import type { SeriesReading } from "../../gateway/series/contract.ts";
import type { DataSize } from "./series-data.ts";

/** What is asked of a store: some devices and fields in a time, `to` exclusive. */
export interface Wanted {
  /** Numbers of the devices. */
  readonly devices: readonly number[];
  readonly fields: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** Values folded by steps: what every store must say in the same way. `means` is absent for words. */
export interface Steps {
  readonly device: number;
  readonly field: string;
  readonly times: readonly number[];
  readonly counts: readonly number[];
  readonly means?: readonly number[] | undefined;
}

/** The last value of a field; words and booleans are given as numbers where a store has them so. */
export interface Last {
  readonly device: number;
  readonly field: string;
  readonly time: number;
  readonly value: unknown;
}

/** What a process has used so far. */
export interface Used {
  /** User and system time. */
  readonly cpuSeconds: number;
  /** Highest resident size. */
  readonly peakMib: number;
}

/** A store that is measured, at work. */
export interface Subject {
  /** It works in this process: only what is used during its calls is its own. */
  readonly isHere: boolean;
  /** What its process has used so far. */
  usage(): Used;
  /** Where its data is. */
  readonly folder: string;
  /** Readings of one write, and how many writes are on their way at the same time. */
  readonly batch: number;
  readonly writers: number;
  /** Makes a write ready; its cost is not the store's. */
  prepare(readings: readonly SeriesReading[]): Prepared;
  /** Finishes what it puts off: folding, merging, making files. */
  settle(): Promise<void>;
  /** Why it could not tidy up, each time; the gateway goes on then and tries again later, and so does this. */
  readonly troubles: readonly string[];
  /** Ends it and opens it again with all its data; resolves when it answers. */
  reopen(): Promise<void>;
  /** Count, mean, min, max and last of each step. */
  stepped(wanted: Wanted, stepMs: number): Promise<Steps[]>;
  latest(wanted: Wanted): Promise<Last[]>;
  /** How many values as they came there are, after all of them were read. */
  raw(wanted: Wanted): Promise<number>;
  close(): Promise<void>;
}

/** A write that only has to be sent. */
export interface Prepared {
  readonly values: number;
  /** Time of its last reading. */
  readonly until: number;
  /** Resolves when the store has it for good, by its own rules. */
  send(): Promise<void>;
}

/** Where and for what a store is opened. */
export interface SubjectParts {
  /** What is in it stays. */
  readonly folder: string;
  readonly size: DataSize;
  /** For the engine of the embedded store, MB; undefined: its default. */
  readonly memoryMb: number | undefined;
}

/** Opens a store. */
export type OpenSubject = (parts: SubjectParts) => Promise<Subject>;
