import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../clock.ts";
import { GatewayError, messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Level, SeriesFields, SeriesReading, SeriesStore } from "../contract.ts";
import type { SeriesSettings } from "../settings.ts";
import { adoptFiles } from "./adopt.ts";
import { openDictionary } from "./dictionary.ts";
import { type Engine, isFatal, isFull, isHeldByOther, openEngine } from "./engine.ts";
import { expire } from "./expire.ts";
import { setAside, sweepFiles } from "./files.ts";
import { fold } from "./fold.ts";
import { appendFresh } from "./fresh.ts";
import { periodOf, planOf } from "./levels.ts";
import { readParts } from "./parts.ts";
import { readLatest, readRaw, streamRows } from "./read.ts";
import { createTables } from "./schema.ts";
import { isDue, seal } from "./seal.ts";
import { readStepped } from "./stepped.ts";

/** What is needed to open the embedded store. */
export interface DuckdbParts {
  /** Made when it does not exist; one process at a time. */
  readonly directory: string;
  readonly settings: SeriesSettings;
  readonly fields: SeriesFields;
  /** Journal record before the first that can still be read: where a new store begins. */
  readonly beginsAfter: number;
  /** The database file cannot be read; it is put aside, and a new one is made from the files and the journal. */
  readonly isDamaged?: boolean;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

const databaseBytes = "SELECT sum(total_blocks * block_size)::DOUBLE FROM pragma_database_size()";

/** How often a pass that makes and deletes files may run, ms. */
const sealEveryMs = 3_600_000;

/** Opens the embedded store. Rejects with `series-failed`, `retryable` while another process has it or the disk is full; otherwise it is damaged. */
export async function openDuckdbStore(parts: DuckdbParts): Promise<SeriesStore> {
  const { directory: folder, settings, fields, beginsAfter, clock, log } = parts;
  const { duckdb } = settings;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "series.duckdb");
  if (parts.isDamaged === true && existsSync(path)) {
    const aside = await setAside(folder, path, { at: clock.now(), keep: duckdb.keepDamaged });
    log.error(
      { path: aside },
      "series store is damaged and put aside; it is made anew from its files and the journal",
    );
  }
  const engine = await open(path, folder, settings);
  await createTables(engine);
  let position = await openPlace(engine, { folder, beginsAfter, log });
  const firstParts = await readParts(engine.read);
  await sweepFiles(folder, firstParts, log);
  const dictionary = await openDictionary(engine, { fields, ...settings });
  const inFiles = createInFiles(firstParts, position);
  let fresh = await countFresh(engine);
  let freshSince = clock.now();
  let sealedAt = Number.NEGATIVE_INFINITY;
  let doomed: { path: string; at: number }[] = [];
  const keepMs: Record<Level, number> = {
    raw: duckdb.keepRawMs,
    "5min": duckdb.keep5MinMs,
    "1h": duckdb.keep1HourMs,
  };
  const reading = { engine, folder, fields, timeoutMs: settings.queryTimeoutMs };

  async function foldFresh(): Promise<void> {
    if (fresh > 0) await fold(engine);
    fresh = 0;
  }

  async function makeFiles(now: number): Promise<void> {
    sealedAt = now;
    await foldFresh();
    const old = await seal({ engine, folder, position, now, sealAfterMs: duckdb.sealAfterMs });
    old.push(...(await expire({ engine, folder, now, keepMs })));
    doomed.push(...old.map((path) => ({ path, at: now })));
  }

  return {
    position: () => position,
    levels: (Object.keys(keepMs) as Level[]).map((level) => ({ level, keepMs: keepMs[level] })),
    types: ["number", "boolean", "state", "text"],
    async write(readings, cursor) {
      const wanted = inFiles.without(readings);
      let isCommitted = false;
      try {
        const added = await engine.transaction(async () => {
          const count = await appendFresh(engine, dictionary, wanted);
          await dictionary.save();
          await engine.writer.run(`UPDATE place SET position = ${cursor}`);
          return count;
        });
        isCommitted = true;
        if (fresh === 0) freshSince = clock.now();
        fresh += added;
        position = cursor;
      } catch (cause) {
        const message = `store "duckdb" refused ${readings.length} readings: ${messageOf(cause)}`;
        throw new GatewayError("series-failed", message, { cause, retryable: !isFatal(cause) });
      } finally {
        dictionary.settle(isCommitted);
      }
      return [];
    },
    raw: (query, maxValues) => readRaw(reading, query, maxValues),
    stepped: (query) => readStepped(reading, query),
    latest: (query) => readLatest(reading, query),
    rows: (choice) => streamRows({ ...reading, timeoutMs: settings.exportTimeoutMs }, choice),
    async stats() {
      const { known, tableBytes } = await engine.snapshot(settings.queryTimeoutMs, async ({ read }) => ({
        known: await readParts(read),
        tableBytes: (await read(databaseBytes))[0]![0] as number,
      }));
      const files = known.filter(({ generation }) => generation > 0);
      const refused = dictionary.refused();
      return {
        bytes: tableBytes + files.reduce((sum, { fileBytes }) => sum + fileBytes, 0),
        series: dictionary.seriesCount(),
        counts: {
          freshValues: fresh,
          openPeriods: known.filter(({ hasTable }) => hasTable).length,
          files: files.length,
          refusedSeries: refused.series,
          refusedWords: refused.words,
        },
      };
    },
    async maintain(now) {
      try {
        await tidyUp(now);
      } catch (cause) {
        const message = `store "duckdb" could not fold, file or delete: ${messageOf(cause)}`;
        throw new GatewayError("series-failed", message, { cause, retryable: !isFatal(cause) });
      }
    },
    async close() {
      engine.close();
    },
  };

  async function tidyUp(now: number): Promise<void> {
    if (fresh >= duckdb.freshRows || (fresh > 0 && now - freshSince >= duckdb.freshMs)) await foldFresh();
    if (now - sealedAt >= sealEveryMs || now < sealedAt) {
      const known = await readParts(engine.read);
      const isOver = known.some(({ plan, period }) => Date.parse(period) + keepMs[plan.level] <= now);
      if (isOver || known.some((part) => isDue(part, now, duckdb.sealAfterMs))) await makeFiles(now);
    }
    // A query that began before may still read them.
    const free = doomed.filter(({ at }) => now - at > settings.exportTimeoutMs);
    doomed = doomed.filter((file) => !free.includes(file));
    for (const { path } of free) await rm(path, { force: true });
  }
}

async function open(path: string, folder: string, settings: SeriesSettings): Promise<Engine> {
  try {
    return await openEngine(path, folder, settings.duckdb);
  } catch (cause) {
    throw new GatewayError("series-failed", `series store ${path} cannot be opened: ${messageOf(cause)}`, {
      cause,
      retryable: isHeldByOther(cause) || isFull(cause),
    });
  }
}

/** The position; a new store takes over what files there are and begins where the journal does. */
async function openPlace(
  engine: Engine,
  { folder, beginsAfter, log }: { folder: string; beginsAfter: number; log: Log },
): Promise<number> {
  const [row] = await engine.read("SELECT position::DOUBLE FROM place");
  if (row !== undefined) return row[0] as number;
  // In one transaction, so that a crash on the way begins it again.
  await engine.transaction(async () => {
    await adoptFiles(engine, folder, log);
    await engine.writer.run(`INSERT INTO place VALUES (${beginsAfter})`);
  });
  return beginsAfter;
}

async function countFresh(engine: Engine): Promise<number> {
  const [[count] = [0]] = await engine.read("SELECT count(*)::INTEGER FROM fresh");
  return count as number;
}

/** Knows which readings of the journal are in files already: of a store that was made anew, they come again. */
function createInFiles(parts: Awaited<ReturnType<typeof readParts>>, position: number) {
  const days = new Map<string, number>();
  for (const { plan, period, upTo } of parts) {
    if (plan.period === "day") days.set(period, Math.max(upTo, days.get(period) ?? 0));
  }
  const highest = Math.max(0, ...days.values());
  const isNeeded = highest > position;
  return {
    without(readings: readonly SeriesReading[]): readonly SeriesReading[] {
      if (!isNeeded || (readings[0]?.sequence ?? 0) > highest) return readings;
      return readings.filter(
        ({ sequence, time }) => sequence > (days.get(periodOf(planOf("raw"), time)) ?? 0),
      );
    },
  };
}
