import { rm } from "node:fs/promises";
import type { Log } from "../../log.ts";
import type { Level, PersonQuery } from "../contract.ts";
import type { SeriesSettings } from "../settings.ts";
import type { Dictionary } from "./dictionary.ts";
import type { Engine } from "./engine.ts";
import { expire } from "./expire.ts";
import { fold } from "./fold.ts";
import { endOf } from "./levels.ts";
import { readParts } from "./parts.ts";
import { forgetPersons, personsBefore, valuesOf } from "./persons.ts";
import { removeValues, type Unwanted } from "./remove.ts";
import { freeSpace, isDue, seal } from "./seal.ts";

/** Folds, makes files and deletes, when it is time. */
export interface Upkeep {
  /** So many values were added. */
  added(values: number, now: number): void;
  tidyUp(now: number): Promise<void>;
  /** Takes out a person's values, whole days written anew; how many there were. */
  erase(query: PersonQuery, now: number): Promise<number>;
  /** Values that wait to be folded. */
  freshValues(): number;
}

/** How often a pass that makes and deletes files may run, ms. */
const passEveryMs = 3_600_000;

/** How often it is looked for values that named a person for long enough, ms. */
const forgetEveryMs = 86_400_000;

/** Begins the upkeep of a store that was just opened; its first pass for files may come at once. */
export async function createUpkeep(parts: {
  engine: Engine;
  folder: string;
  settings: SeriesSettings;
  keepMs: Readonly<Record<Level, number>>;
  /** Last journal record that is in the store. */
  position: () => number;
  now: number;
  /** How long values may name a person, ms. */
  keepPersonsMs: number;
  dictionary: Pick<Dictionary, "forget">;
  /** So many values that named somebody were old enough to go. */
  expired: (values: number) => void;
  log: Log;
}): Promise<Upkeep> {
  const { engine, folder, settings, keepMs, keepPersonsMs, dictionary, position, log } = parts;
  const { freshRows, freshMs, sealAfterMs } = settings.duckdb;
  let [[fresh] = [0]] = (await engine.read("SELECT count(*)::INTEGER FROM fresh")) as [number][];
  let freshSince = parts.now;
  let passedAt = Number.NEGATIVE_INFINITY;
  let forgotAt = Number.NEGATIVE_INFINITY;
  /** Files that count no more, and since when; a query that began before may still read them. */
  let old: { path: string; at: number }[] = [];

  async function remove(unwanted: Unwanted, now: number): Promise<number> {
    const { values, files } = await removeValues(engine, folder, unwanted);
    old.push(...files.map((path) => ({ path, at: now })));
    dictionary.forget(await forgetPersons(engine));
    if (values > 0) await freeSpace(engine);
    return values;
  }

  async function foldFresh(): Promise<void> {
    if (fresh > 0) await fold(engine);
    fresh = 0;
  }

  async function isPassDue(now: number): Promise<boolean> {
    if (now - passedAt < passEveryMs && now >= passedAt) return false;
    return (await readParts(engine.read)).some(
      (part) => isDue(part, now, sealAfterMs) || endOf(part.period) + keepMs[part.plan.level] <= now,
    );
  }

  async function makeFiles(now: number): Promise<void> {
    passedAt = now;
    await foldFresh();
    const replaced = await seal({ engine, folder, position: position(), now, sealAfterMs, log });
    const expired = await expire({ engine, folder, now, keepMs });
    old.push(...[...replaced, ...expired].map((path) => ({ path, at: now })));
  }

  return {
    added(values, now) {
      if (fresh === 0) freshSince = now;
      fresh += values;
    },
    async tidyUp(now) {
      const isOld = now - freshSince >= freshMs || now < freshSince;
      if (fresh >= freshRows || (fresh > 0 && isOld)) await foldFresh();
      if (await isPassDue(now)) await makeFiles(now);
      if (now - forgotAt >= forgetEveryMs || now < forgotAt) {
        forgotAt = now;
        parts.expired(await remove(personsBefore(now - keepPersonsMs), now));
      }
      const free = old.filter(({ at }) => now - at > settings.exportTimeoutMs || now < at);
      old = old.filter((file) => !free.includes(file));
      for (const { path } of free) await rm(path, { force: true });
    },
    erase: (query, now) => remove(valuesOf(query), now),
    freshValues: () => fresh,
  };
}
