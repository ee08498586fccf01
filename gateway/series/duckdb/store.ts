import { existsSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../clock.ts";
import { GatewayError, messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Level, SeriesFields, SeriesStore, StoreStats } from "../contract.ts";
import { isFull } from "../failures.ts";
import type { SeriesSettings } from "../settings.ts";
import { type AdoptParts, adoptFiles } from "./adopt.ts";
import { createCatalogReader } from "./catalog.ts";
import { checkParts } from "./check-file.ts";
import { copyTables, databaseFile } from "./copy.ts";
import { openDictionary } from "./dictionary.ts";
import { type Engine, isFatal, isHeldByOther, openEngine } from "./engine.ts";
import { setAside, sweepFiles } from "./files.ts";
import { appendFresh } from "./fresh.ts";
import { createInFiles } from "./in-files.ts";
import { readLatest } from "./latest.ts";
import { readParts } from "./parts.ts";
import { findPersons } from "./persons.ts";
import { readRaw, streamRows } from "./read.ts";
import { createTables } from "./schema.ts";
import { readStepped } from "./stepped.ts";
import { createUpkeep } from "./upkeep.ts";

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
  /** How long values may name a person, ms; as long as they are kept when absent. */
  readonly keepPersonsMs?: number;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

/**
 * Opens the embedded store. Rejects with `series-failed`, `retryable` while another process has it or the disk is full; otherwise it
 * is damaged.
 */
export async function openDuckdbStore(parts: DuckdbParts): Promise<SeriesStore> {
  const { directory: folder, settings, fields, beginsAfter, clock, log } = parts;
  const { keepRawMs, keep5MinMs, keep1HourMs, keepDamaged } = settings.duckdb;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, databaseFile);
  if (parts.isDamaged === true && existsSync(path)) {
    const aside = await setAside(folder, path, { at: clock.now(), keep: keepDamaged });
    log.error({ path: aside }, "series store is put aside; a new one is made from its files and the journal");
  }
  const engine = await open(path, folder, settings);
  await createTables(engine);
  let position = await openPlace({ engine, folder, fields, log }, beginsAfter);
  const filed = await checkParts(engine, folder, await readParts(engine.read), log);
  await sweepFiles(folder, filed, log);
  const dictionary = await openDictionary(engine, { fields, ...settings });
  const inFiles = createInFiles(filed, position);
  let expiredPersons = 0;
  const keepMs: Record<Level, number> = { raw: keepRawMs, "5min": keep5MinMs, "1h": keep1HourMs };
  const upkeep = await createUpkeep({
    ...{ engine, folder, settings, keepMs, now: clock.now(), log },
    position: () => position,
    keepPersonsMs: parts.keepPersonsMs ?? keepRawMs,
    dictionary,
    expired(values) {
      expiredPersons += values;
    },
  });
  const reading = {
    engine,
    dictionary,
    folder,
    catalog: createCatalogReader(),
    timeoutMs: settings.queryTimeoutMs,
  };

  async function stats(): Promise<StoreStats> {
    const known = await engine.snapshot(settings.queryTimeoutMs, ({ read }) => readParts(read));
    const databaseBytes = (await sizeOf(path)) + (await sizeOf(`${path}.wal`));
    const files = known.filter(({ generation }) => generation > 0);
    const refused = dictionary.refused();
    return {
      bytes: databaseBytes + files.reduce((sum, { fileBytes }) => sum + fileBytes, 0),
      series: dictionary.seriesCount(),
      counts: {
        freshValues: upkeep.freshValues(),
        openPeriods: known.filter(({ hasTable }) => hasTable).length,
        files: files.length,
        refusedSeries: refused.series,
        refusedWords: refused.words,
        expiredPersons,
      },
    };
  }

  return {
    position: () => position,
    levels: (Object.keys(keepMs) as Level[]).map((level) => ({ level, keepMs: keepMs[level] })),
    types: ["number", "boolean", "state", "text"],
    async write(readings, cursor) {
      let isCommitted = false;
      try {
        const added = await engine.transaction(async () => {
          const count = await appendFresh(engine, dictionary, inFiles.without(readings));
          await dictionary.save();
          await engine.writer.run(`UPDATE place SET position = ${cursor}`);
          return count;
        });
        isCommitted = true;
        upkeep.added(added, clock.now());
        position = cursor;
        return [];
      } catch (error) {
        throw failure(`refused ${readings.length} readings`, error);
      } finally {
        dictionary.settle(isCommitted);
      }
    },
    raw: (query, maxValues) => readRaw(reading, query, maxValues),
    stepped: (query) => readStepped(reading, query),
    latest: (query) => readLatest(reading, query),
    rows: (choice) => streamRows({ ...reading, timeoutMs: settings.exportTimeoutMs }, choice),
    stats,
    findPersons: (query, limit) =>
      findPersons({ ...{ engine, folder, fields }, timeoutMs: settings.exportTimeoutMs }, query, limit),
    async erasePersons(query) {
      try {
        return await upkeep.erase(query, clock.now());
      } catch (error) {
        throw failure("could not erase a person", error);
      }
    },
    async copy(into) {
      try {
        return await copyTables({ engine, folder, into, timeoutMs: settings.exportTimeoutMs });
      } catch (error) {
        throw failure("could not be copied", error);
      }
    },
    async maintain(now) {
      try {
        await upkeep.tidyUp(now);
      } catch (error) {
        throw failure("could not fold, make files or delete", error);
      }
    },
    async close() {
      engine.close();
    },
  };
}

/** Of a file that may not exist. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

/** After a fatal error of the engine trying again is of no use: its process must begin anew. */
function failure(what: string, cause: unknown): GatewayError {
  const message = `store "duckdb" ${what}: ${messageOf(cause)}`;
  return new GatewayError("series-failed", message, { cause, retryable: !isFatal(cause) });
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
async function openPlace(parts: AdoptParts, beginsAfter: number): Promise<number> {
  const { engine } = parts;
  const [row] = await engine.read("SELECT position::DOUBLE FROM place");
  if (row !== undefined) return row[0] as number;
  // In one transaction, so that a crash on the way begins it again.
  await engine.transaction(async () => {
    await adoptFiles(parts);
    await engine.writer.run(`INSERT INTO place VALUES (${beginsAfter}, 0)`);
  });
  return beginsAfter;
}
