import type { Clock } from "../clock.ts";
import { GatewayError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { SeriesReading, SeriesRefusal, SeriesStore } from "./contract.ts";
import type { Decode } from "./decode.ts";
import type { SeriesSettings } from "./settings.ts";

/** Brings the journal into the store. */
export interface Follower {
  /** Records up to here are durable and may be read. */
  follow(upTo: number): void;
  /** Runs something between two writes. */
  between<T>(run: () => Promise<T>): Promise<T>;
  /** Ends after the write that runs. */
  stop(): Promise<void>;
  /** Rejects when the store can take nothing any more. */
  readonly ended: Promise<void>;
}

/** What the follower joins. */
export interface FollowParts {
  readonly store: Pick<SeriesStore, "position" | "write" | "maintain">;
  /** Records of the journal, oldest first. */
  readonly read: (
    from: number,
    upTo: number,
  ) => AsyncIterable<readonly { readonly sequence: number; readonly record: string }[]>;
  readonly decode: Decode;
  readonly settings: Pick<SeriesSettings, "batchRows" | "batchMs" | "retryMs" | "retryMaxMs">;
  readonly clock: Clock;
  readonly log: Log;
  /** Told after each write, also of one that failed. */
  readonly report: (state: { position: number; failure: string | undefined }) => void;
  readonly refused: (refusals: readonly SeriesRefusal[]) => void;
}

/**
 * Starts to follow: reads what is new, writes it in batches, lets the store tidy up in between. What the store refuses for now is tried
 * again until it is taken, with growing waits; nothing is skipped.
 */
export function startFollower(parts: FollowParts): Follower {
  const { store, read, decode, settings, clock, log, report, refused } = parts;
  let upTo = 0;
  let isStopped = false;
  let isTidy = true;
  let wake = () => {};
  const waiting: (() => Promise<void>)[] = [];
  const ended = run();

  async function run(): Promise<void> {
    while (!isStopped) {
      await runWaiting();
      if (upTo > store.position()) await takeNew(upTo);
      if (!isStopped) await maintain();
      if (!isStopped) await pause(settings.batchMs);
    }
  }

  async function takeNew(end: number): Promise<void> {
    let batch: SeriesReading[] = [];
    const first = store.position() + 1;
    let expected = first;
    let missing = 0;
    for await (const records of read(first, end)) {
      for (const { sequence, record } of records) {
        missing += sequence - expected;
        expected = sequence + 1;
        const reading = decode(record, sequence);
        if (reading !== undefined) batch.push(reading);
      }
      if (batch.length < settings.batchRows) continue;
      await write(batch, expected - 1);
      await runWaiting();
      batch = [];
      if (isStopped) return;
    }
    missing += end + 1 - expected;
    if (missing > 0) log.warn({ first, end, missing }, "journal records are missing in the series");
    await write(batch, end);
  }

  async function write(batch: readonly SeriesReading[], cursor: number): Promise<void> {
    for (let failures = 0; !isStopped; failures++) {
      try {
        const refusals = await store.write(batch, cursor);
        if (refusals.length > 0) refused(refusals);
        report({ position: cursor, failure: undefined });
        return;
      } catch (error) {
        if (!(error instanceof GatewayError) || !error.retryable) throw error;
        if (failures === 0)
          log.warn({ reason: error.message }, "series store refused a write, it is tried again");
        report({ position: store.position(), failure: error.message });
        // A server that is away must fail what waits here at once, not after its whole absence.
        await runWaiting();
        await pause(Math.min(settings.retryMs * 2 ** failures, settings.retryMaxMs));
      }
    }
  }

  async function runWaiting(): Promise<void> {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) await task();
  }

  async function maintain(): Promise<void> {
    try {
      await store.maintain(clock.now());
      isTidy = true;
    } catch (error) {
      if (error instanceof GatewayError && !error.retryable) throw error;
      // Nothing is lost by it: what was to be made or deleted is found again the next time.
      if (isTidy) log.error({ reason: messageOf(error) }, "series store could not tidy up");
      isTidy = false;
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });
  }

  return {
    follow(next) {
      upTo = Math.max(upTo, next);
    },
    between(task) {
      return new Promise((resolve, reject) => {
        waiting.push(() => task().then(resolve, reject));
        wake();
      });
    },
    async stop() {
      isStopped = true;
      wake();
      await ended;
    },
    ended,
  };
}
