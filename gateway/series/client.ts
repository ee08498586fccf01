import type { Clock } from "../clock.ts";
import { GatewayError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { timeoutOf } from "./calls.ts";
import type { Series, StoreStats } from "./contract.ts";
import { meterSeries } from "./meters.ts";
import {
  type Answer,
  type ErasedPersons,
  type FromStore,
  type Method,
  type OpenOptions,
  type RefusedRecord,
  type Request,
  type ToStore,
  unpackError,
} from "./protocol.ts";
import type { SeriesSettings } from "./settings.ts";
import { superviseStore } from "./supervisor.ts";

/** What is needed to have a series store. */
export interface SeriesParts {
  readonly program: URL;
  readonly settings: SeriesSettings;
  readonly options: Omit<OpenOptions, "first" | "last" | "isDamaged" | "erased">;
  /** Persons who were erased while the journal still names them. */
  readonly erased: () => readonly ErasedPersons[];
  /** What of the journal there is, and where a note of the store's position is kept. */
  readonly journal: {
    first(): number;
    last(): number;
    cursor(view: string): { advance(sequence: number): void; reset(sequence: number): void };
  };
  /** A reading that the store can never take. */
  readonly refused: (record: RefusedRecord) => void;
  /** Whether the store fails to take readings, and since it does, why. */
  readonly onFailing: (isFailing: boolean, reason: string) => void;
  /** Whether values are left out because there are too many series or words, and which. */
  readonly onFull: (isFull: boolean, reason: string) => void;
  /** The store was damaged; it is made anew from its files and the journal. */
  readonly onDamaged: (reason: string) => void;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** How often the store is told how far the journal is, ms. */
const followEveryMs = 200;
/** How often it is looked whether the store falls behind, ms. */
const watchEveryMs = 2_000;
/** How much longer than the store itself its answer is waited for, ms. */
const answerGraceMs = 2_000;

/** Starts the store's process and speaks for it. */
export function openSeries(parts: SeriesParts): Series {
  const { settings, options, journal, clock, metrics, log } = parts;
  const cursor = journal.cursor("series");
  let phase: "starting" | "open" | "away" = "starting";
  let position = 0;
  let told = 0;
  let failure: string | undefined = "it starts";
  let progressAt = clock.now();
  let watchedAt = progressAt;
  let isFailing = false;
  let isFull = false;
  let stats: StoreStats | undefined;
  let lastCall = 0;
  /** Calls that came while the store is being opened. */
  let early: ToStore[] = [];
  const calls = new Map<
    number,
    { resolve: (result: unknown) => void; reject: (error: GatewayError) => void }
  >();
  const refusedCalls = metrics.count(
    "series_queries_refused",
    "Queries of the history refused because too many wait, or the store is away",
  );
  const refusedRecords = metrics.count(
    "series_readings_refused",
    "Readings that the series store can never take",
  );

  const supervisor = superviseStore({
    ...{ program: parts.program, settings, heard, clock, log },
    options(isDamaged) {
      phase = "starting";
      return { ...options, erased: parts.erased(), first: journal.first(), last: journal.last(), isDamaged };
    },
    lost(reason) {
      phase = "away";
      early = [];
      failure = reason;
      for (const { reject } of calls.values()) reject(away());
      calls.clear();
    },
    damaged: parts.onDamaged,
  });
  const timers = [clock.every(followEveryMs, follow), clock.every(watchEveryMs, watch)];
  meterSeries(metrics, {
    isUp: () => phase === "open" && failure === undefined,
    restarts: supervisor.restarts,
    maxSeries: settings.maxSeries,
    stats: () => stats,
  });

  function heard(message: FromStore): void {
    if (message.say === "opened") {
      phase = "open";
      failure = undefined;
      told = 0;
      moveTo(message.position);
      cursor.reset(message.position);
      follow();
      for (const call of early.splice(0)) supervisor.tell(call);
    } else if (message.say === "wrote") {
      failure = message.failure;
      moveTo(message.position);
    } else if (message.say === "refused") {
      refusedRecords.add(message.refused.length);
      for (const record of message.refused) parts.refused(record);
    } else if (message.say === "stats") measured(message.stats);
    else if (message.say === "answer") settle(message.id)?.resolve(message.result);
    else if (message.say === "error") settle(message.id)?.reject(unpackError(message.error));
  }

  function measured(next: StoreStats): void {
    stats = next;
    const { refusedSeries = 0, refusedWords = 0 } = next.counts;
    const isNowFull = refusedSeries + refusedWords > 0;
    if (isNowFull === isFull) return;
    isFull = isNowFull;
    const what =
      refusedSeries > 0
        ? `${settings.maxSeries} series (series.maxSeries)`
        : `${settings.maxTexts} words (series.maxTexts)`;
    parts.onFull(
      isFull,
      isFull ? `the history has all of its ${what}; values of new ones are left out` : "there is room again",
    );
  }

  function moveTo(next: number): void {
    if (next !== position) progressAt = clock.now();
    position = next;
    cursor.advance(next);
  }

  function follow(): void {
    const last = journal.last();
    if (phase !== "open" || last <= told) return;
    told = last;
    supervisor.tell({ say: "follow", upTo: last });
  }

  function watch(): void {
    const sinceMs = clock.now() - watchedAt;
    watchedAt = clock.now();
    const waiting = journal.last() - position;
    // Nothing waits; or the clock was set, or the machine slept, and nothing can be said of the time before.
    if (waiting <= 0 || sinceMs < 0 || sinceMs > 10 * watchEveryMs) progressAt = clock.now();
    const isLate = clock.now() - progressAt > settings.alertAfterMs;
    if (isLate === isFailing) return;
    isFailing = isLate;
    const reason = `${waiting} journal records wait for the series store "${settings.store}": ${failure ?? "it takes none"}`;
    parts.onFailing(isLate, isLate ? reason : "readings are taken again");
  }

  function settle(id: number) {
    const call = calls.get(id);
    calls.delete(id);
    return call;
  }

  function call<M extends Method>(method: M, request: Request<M>): Promise<Answer<M>> {
    if (phase === "away" || calls.size >= settings.queries + settings.waitingQueries) {
      refusedCalls.add();
      return Promise.reject(phase === "away" ? away() : tooMany());
    }
    const id = ++lastCall;
    return new Promise((resolve, reject) => {
      // All that wait before it may take their whole time.
      const turns = 1 + Math.ceil(calls.size / settings.queries);
      const cancel = clock.after(timeoutOf(method, settings) * turns + answerGraceMs, () => {
        settle(id)?.reject(away());
      });
      calls.set(id, {
        resolve(result) {
          cancel();
          resolve(result as Answer<M>);
        },
        reject(error) {
          cancel();
          reject(error);
        },
      });
      const message = { say: "call", id, method, request } as const;
      if (phase === "open") supervisor.tell(message);
      else early.push(message);
    });
  }

  function away(): GatewayError {
    const reason = failure === undefined ? "it does not answer" : failure;
    return new GatewayError("busy", `the history cannot be asked now (${reason}); try again in a moment`, {
      retryable: true,
    });
  }

  function tooMany(): GatewayError {
    const message = `${calls.size} queries of the history are under way, more are refused (series.waitingQueries)`;
    return new GatewayError("busy", message, { retryable: true });
  }

  return {
    range: (request) => call("range", request),
    total: (request) => call("total", request),
    export: (request) => call("export", request),
    find: (request) => call("find", request),
    erase: (request) => call("erase", request),
    copy: () => call("copy", undefined),
    async close() {
      for (const cancel of timers) cancel();
      await supervisor.stop();
      for (const { reject } of calls.values()) reject(away());
      calls.clear();
    },
  };
}
