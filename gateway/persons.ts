import { setImmediate as turn } from "node:timers/promises";
import type { Book } from "./alert/contract.ts";
import type { PersonData, PersonReport, Persons } from "./api/parts.ts";
import type { Clock } from "./clock.ts";
import type { DeviceStates } from "./device-state.ts";
import { namesPerson, withoutErased } from "./erased-lines.ts";
import { GatewayError, messageOf } from "./errors.ts";
import type { Quarantine } from "./ingest/contract.ts";
import type { Journal } from "./journal/contract.ts";
import type { Log } from "./log.ts";
import type { Erasures, PlacedErasure } from "./privacy/erasures.ts";
import type { KeptTexts } from "./privacy/kept-texts.ts";
import type { PersonHashes } from "./privacy/person-hash.ts";
import type { PrivacySettings } from "./privacy/settings.ts";
import type { PersonFound, PersonQuery, Series } from "./series/contract.ts";
import type { Erasure, Rejection } from "./types.ts";

interface Parts {
  readonly hashes: Pick<PersonHashes, "candidates">;
  readonly erasures: Erasures;
  readonly texts: readonly KeptTexts[];
  readonly book: Pick<Book, "rewrite">;
  readonly quarantine: Pick<Quarantine, "flush">;
  readonly journal: Pick<Journal, "write" | "last" | "first">;
  readonly series: Pick<Series, "find" | "erase">;
  readonly states: DeviceStates;
  readonly settings: PrivacySettings;
  /** How long a journal record may be kept after it was written, ms. */
  readonly recordingMs: number;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

/** What is known of one person, and its erasure. */
export interface PersonDesk extends Persons {
  /** Goes on with erasures of which not everything was done, and forgets those that nothing needs any more. Never rejects. */
  tidyUp(): Promise<void>;
}

/** How far the device's clock may be ahead of ours and still be believed: a value of now may lie there, ms. */
const aheadMs = 300_000;
/** Rows of a table that are read in one turn of the event loop. */
const pageRows = 500;

/** Makes the desk that answers what a resident may ask for. */
export function createPersons(parts: Parts): PersonDesk {
  const { hashes, erasures, texts, book, quarantine, journal, series, states, settings, clock, log } = parts;
  let running: Promise<unknown> = Promise.resolve();

  function queryFor(site: string, identity: string): PersonQuery {
    const before = clock.now() + aheadMs;
    return { site, persons: hashes.candidates(site, identity), upTo: journal.last(), before };
  }

  async function find(query: PersonQuery): Promise<PersonData> {
    const limit = settings.maxFound;
    const { readings, records }: PersonFound = await series.find({ ...query, limit: limit + 1 });
    const kept = await findTexts(query.persons, limit + 1);
    const present = presentOf(query).map(({ known }) => known.device);
    const all = { readings, records: records.map(readRecord), ...kept };
    const isCut = Object.values(all).some(({ length }) => length > limit);
    return {
      ...{ site: query.site, hashes: query.persons, present, isCut },
      readings: all.readings.slice(0, limit),
      records: all.records.slice(0, limit),
      rejections: all.rejections.slice(0, limit),
      alerts: all.alerts.slice(0, limit),
    };
  }

  async function findTexts(persons: readonly string[], limit: number) {
    const found: Record<KeptTexts["what"], object[]> = { rejections: [], alerts: [] };
    quarantine.flush();
    for await (const { what, body } of eachText()) {
      if (!isNamedIn(what, body, persons) || found[what].length >= limit) continue;
      found[what].push(what === "rejections" ? readable(body) : (JSON.parse(body) as object));
    }
    return found;
  }

  /** Pages of every table, in a turn of the event loop each: messages go on in between. */
  async function* eachText() {
    for (const table of texts) {
      let rows = table.page(undefined, pageRows);
      while (rows.length > 0) {
        for (const { key, body } of rows) yield { what: table.what, key, body, table };
        await turn();
        rows = table.page(rows.at(-1)!.key, pageRows);
      }
    }
  }

  function presentOf({ site, persons }: Pick<PersonQuery, "site" | "persons">) {
    return [...states.all()].filter(({ known, twin, replayed }) => {
      if (known.site !== site) return false;
      const values = [...Object.values(twin.values), ...Object.values(replayed?.values ?? {})];
      return values.some((value) => persons.includes(String(value)));
    });
  }

  /** Everything but the journal; again and again until it was done once. */
  async function carryOut({ sequence, site, persons, at }: PlacedErasure): Promise<PersonReport["erased"]> {
    const erased = new Map(persons.map((person) => [person, sequence] as const));
    let present = 0;
    for (const state of presentOf({ site, persons })) {
      for (const { values, stamps } of [
        state.twin,
        ...(state.replayed === undefined ? [] : [state.replayed]),
      ]) {
        for (const name of Object.keys(values)) {
          if (!persons.includes(String(values[name]))) continue;
          delete values[name];
          delete stamps[name];
          present += 1;
        }
      }
      states.markDirty(state);
    }
    // Before the tables: what is in memory only would be written over them later.
    quarantine.flush();
    const counts = { rejections: 0, alerts: book.rewrite((body) => withoutErased(body, sequence, erased)) };
    for await (const { what, key, body, table } of eachText()) {
      if (!isNamedIn(what, body, persons)) continue;
      table.write({ key, body }, rewritten(what, body, sequence, erased));
      counts[what] += 1;
    }
    const readings = await series.erase({ site, persons, upTo: sequence, before: at + aheadMs });
    erasures.done(sequence);
    return { readings, ...counts, present };
  }

  /** One after the other: two that overwrite the same row would bring back what the other took out. */
  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = running.then(run);
    running = result.catch(() => {
      // Its own caller is told.
    });
    return result;
  }

  async function erase(site: string, identity: string, by: string): Promise<PersonReport> {
    if (erasures.count() >= settings.maxErasures) {
      throw new GatewayError(
        "limit-reached",
        `${erasures.count()} erasures wait for the recording to end (privacy.maxErasures); try again when some of them are over`,
      );
    }
    const query = queryFor(site, identity);
    // A history that is away must not keep anybody from being erased everywhere else.
    const found = await find(query).catch((error) => {
      if (error instanceof GatewayError && error.retryable) return undefined;
      throw error;
    });
    const at = clock.now();
    const erasure: Erasure = { site, persons: query.persons, at, by };
    const sequence = await journal.write([JSON.stringify({ type: "erasure", ...erasure })]);
    erasures.apply(erasure, sequence);
    log.info({ site, by, sequence }, "a person's data is erased");
    const report = {
      site,
      hashes: query.persons,
      at,
      records: found?.records.length,
      isCut: found?.isCut ?? true,
    };
    const recordedUntil = at + parts.recordingMs;
    try {
      return {
        ...report,
        recordedUntil,
        erased: await carryOut({ sequence, ...erasure }),
        pending: undefined,
      };
    } catch (error) {
      log.warn(
        { reason: messageOf(error), sequence },
        "a person's data is not erased everywhere yet, it is tried again",
      );
      return { ...report, recordedUntil, erased: undefined, pending: messageOf(error) };
    }
  }

  return {
    export: (site, identity) => find(queryFor(site, identity)),
    erase: (site, identity, by) => inTurn(() => erase(site, identity, by)),
    async tidyUp() {
      try {
        for (const erasure of erasures.open()) await inTurn(() => carryOut(erasure));
        erasures.forget(journal.first());
      } catch (error) {
        log.warn(
          { reason: messageOf(error) },
          "a person's data is not erased everywhere yet, it is tried again",
        );
      }
    },
  };
}

function isNamedIn(what: KeptTexts["what"], body: string, persons: readonly string[]): boolean {
  return namesPerson(what === "rejections" ? asRecord(body) : body, persons);
}

function rewritten(
  what: KeptTexts["what"],
  body: string,
  sequence: number,
  erased: ReadonlyMap<string, number>,
): string {
  if (what !== "rejections") return withoutErased(body, sequence, erased);
  return `{${withoutErased(asRecord(body), sequence, erased).slice(recordStart.length)}`;
}

/** A rejection is kept as its journal record without the type. */
const recordStart = '{"type":"rejection",';

function asRecord(body: string): string {
  return `${recordStart}${body.slice(1)}`;
}

function readRecord({ sequence, record }: { sequence: number; record: string }): object {
  const parsed = JSON.parse(record) as { type: string };
  return { sequence, ...(parsed.type === "rejection" ? readable(record) : parsed) };
}

/** A rejection with its payload as text: whoever asks for their data can read no base64. */
function readable(body: string): object {
  const { payload, ...rejection } = JSON.parse(body) as Rejection;
  return { ...rejection, payload: Buffer.from(payload, "base64").toString() };
}
