import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { createLog } from "../../../gateway/log.ts";
import type { Level, SeriesFields, SeriesReading, SeriesStore } from "../../../gateway/series/contract.ts";
import { openDuckdbStore } from "../../../gateway/series/duckdb/store.ts";
import { seriesSettings } from "../../../gateway/series/settings.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-clock.ts";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** Midnight in UTC. */
export const midnight = Date.parse("2026-01-15T00:00:00Z");

export const fields: SeriesFields = {
  bin: { fill: "number", open: "boolean", mode: "state", note: "text", event: "state" },
};

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** An embedded store in a folder of its own, with a clock that the test moves. */
export interface TestStore {
  readonly store: SeriesStore;
  readonly clock: FakeClock;
  readonly folder: string;
  /** Writes readings after the position and lets the store tidy up. */
  take(readings: readonly SeriesReading[]): Promise<void>;
  /** Closes it and opens it again. */
  reopen(options?: { isDamaged?: boolean; beginsAfter?: number }): Promise<void>;
  close(): Promise<void>;
  /** Names of the files of a level. */
  files(level: "raw" | "min5" | "hour1"): string[];
  /** Everything that is kept, folded by days from a level; comparable. */
  days(level: Level): Promise<unknown>;
}

export async function aStore(
  duckdb: Record<string, number> = {},
  more: { keepPersonsMs?: number } = {},
  bounds: { maxSeries?: number } = {},
): Promise<TestStore> {
  const folder = mkdtempSync(join(tmpdir(), "linli-store-"));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const clock = createFakeClock(midnight + 12 * hourMs);
  const settings = seriesSettings.parse({ ...bounds, duckdb: { freshRows: 1000, ...duckdb } });
  const open = ({ isDamaged = false, beginsAfter = 0 } = {}) =>
    openDuckdbStore({
      ...{ directory: folder, settings, fields, clock, isDamaged, beginsAfter, ...more },
      log: createLog({ level: "silent" }),
    });
  let store = await open();
  let isOpen = true;
  const subject: TestStore = {
    get store() {
      return store;
    },
    clock,
    folder,
    async take(readings) {
      if (readings.length > 0) await store.write(readings, readings.at(-1)!.sequence);
      await store.maintain(clock.now());
    },
    async reopen(options) {
      await subject.close();
      store = await open(options);
      isOpen = true;
    },
    async close() {
      if (isOpen) await store.close();
      isOpen = false;
    },
    files: (level) => readdirSync(join(folder, level)).toSorted(),
    async days(level) {
      const found = await store.stepped({
        ...{ devices, fields: Object.keys(fields.bin!), simulated: false, level, stepMs: dayMs },
        from: midnight - 400 * dayMs,
        to: midnight + 400 * dayMs,
      });
      return found.map(({ mean, ...series }) => ({
        ...series,
        mean: mean?.map((value) => value.toFixed(9)),
      }));
    },
  };
  cleanups.push(() => subject.close());
  return subject;
}

export const devices = ["xinfa/bin/b1", "xinfa/bin/b2"];

let sequence = 0;

/** A reading after the one made before it. */
export function aReading(more: Partial<SeriesReading> = {}): SeriesReading {
  sequence += 1;
  const time = more.time ?? midnight;
  return {
    ...{ sequence, site: "xinfa", kind: "bin", id: "b1", time, receivedAt: time + 40 },
    ...{ quality: "good", values: { fill: 0.5 } },
    ...more,
  };
}

/** Readings every `everyMs` over a time, of every type of value. */
export function someReadings(from: number, to: number, everyMs: number): SeriesReading[] {
  const readings: SeriesReading[] = [];
  for (let time = from; time < to; time += everyMs) {
    const n = readings.length;
    readings.push(
      aReading({
        time,
        id: n % 3 === 0 ? "b2" : "b1",
        quality: n % 50 === 7 ? "suspect" : n % 77 === 5 ? "simulated" : "good",
        values: {
          fill: (n % 100) / 100,
          open: n % 2 === 0,
          mode: ["idle", "busy", "故障"][n % 3]!,
          note: `n${n % 5}`,
        },
      }),
    );
  }
  return readings;
}
