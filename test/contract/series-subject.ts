import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import type {
  SeriesFields,
  SeriesReading,
  SeriesStore,
  SteppedSeries,
} from "../../gateway/series/contract.ts";
import { aChoice, fields, type Kept, keep, numbered } from "./series-model.ts";

/** Where a store is kept: the same place opened again is the same store, another one is another store. */
export interface SeriesPlace {
  /** Of its own for each test: lower-case letters, digits and `_`. */
  readonly name: string;
  /** Exists, is empty at first and is removed after the test. */
  readonly directory: string;
  readonly fields: SeriesFields;
  /** Position of a store that is new. */
  readonly firstPosition: number;
}

/** What the stores differ in. */
export interface SeriesStoreOptions {
  /** Waits until what was written can be read; default: at once. */
  readonly settle?: () => Promise<void>;
  /** Significant decimal digits that a number keeps; default: all 17. */
  readonly digits?: number;
  /** Values of one field in one millisecond are all kept; default: yes. */
  readonly keepsEqualTimes?: boolean;
  /** Rows carry the receive time, not the time in its place; default: yes. */
  readonly keepsReceivedAt?: boolean;
  /** A reading that it can never take; undefined where there is none. */
  readonly neverTaken?: SeriesReading;
  /** Runs of the property; default 20. */
  readonly runs?: number;
  /** What it needs is missing on this machine. */
  readonly skip?: boolean;
}

/** The store of one test, open and new. */
export interface SeriesSubject {
  readonly store: SeriesStore;
  readonly place: SeriesPlace;
  readonly options: Required<Omit<SeriesStoreOptions, "neverTaken">> & Pick<SeriesStoreOptions, "neverTaken">;
  /** Waits until what was written can be read. */
  settle(): Promise<void>;
  /** Closes it and opens it again. */
  reopen(): Promise<void>;
  /** Writes readings numbered after the position, and gives what must be kept of them. */
  write(given: readonly Partial<SeriesReading>[]): Promise<Kept[]>;
  /** Folds raw values of a choice as `aChoice` makes it. */
  stepped(given: Parameters<typeof aChoice>[0], stepMs: number): Promise<readonly SteppedSeries[]>;
}

/** Gives each test of the surrounding block a store at a new place. */
export function useSeriesStore(
  open: (place: SeriesPlace) => Promise<SeriesStore>,
  options: SeriesStoreOptions,
): SeriesSubject {
  let place: SeriesPlace;
  let store: SeriesStore;

  beforeEach(async () => {
    const directory = await mkdtemp(join(tmpdir(), "linli-series-"));
    placeCount += 1;
    place = { name: `linli_${process.pid}_${placeCount}`, directory, fields, firstPosition: 40 };
    store = await open(place);
  });
  afterEach(async () => {
    await store.close();
    await rm(place.directory, { recursive: true, force: true });
  });

  const subject: SeriesSubject = {
    options: {
      settle: async () => {},
      digits: 17,
      keepsEqualTimes: true,
      keepsReceivedAt: true,
      runs: 20,
      skip: false,
      ...options,
    },
    get store() {
      return store;
    },
    get place() {
      return place;
    },
    settle: () => subject.options.settle(),
    async reopen() {
      await store.close();
      store = await open(place);
    },
    async write(given) {
      const readings = numbered(given, store.position() + 1);
      expect(await store.write(readings, store.position() + readings.length)).toEqual([]);
      await subject.settle();
      return keep(readings, store.types);
    },
    stepped: (given, stepMs) => store.stepped({ ...aChoice(given), stepMs, level: "raw" }),
  };
  return subject;
}

let placeCount = 0;
