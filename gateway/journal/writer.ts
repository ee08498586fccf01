import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Entry } from "./contract.ts";
import { isDiskFull } from "./disk.ts";
import type { Faults } from "./faults.ts";
import { createFrameEncoder } from "./frame.ts";
import { type Batch, createQueue } from "./queue.ts";
import type { Reserve } from "./reserve.ts";
import type { JournalSettings } from "./settings.ts";
import type { Tail } from "./tail.ts";

/** Makes entries durable in groups. */
export interface Writer {
  append(entry: Entry): void;
  /** Bytes that wait. */
  pendingBytes(): number;
  /** Last durable sequence number. */
  last(): number;
  /** The reserve was built, or could not be. */
  reserveChanged(isWhole: boolean): void;
  /** Makes what waits durable; after a failure only one more attempt is made. */
  close(): Promise<void>;
}

/** What is needed to write. */
export interface WriterParts {
  readonly tail: Tail;
  readonly reserve: Pick<Reserve, "isWhole" | "rebuild">;
  readonly clock: Clock;
  readonly log: Log;
  readonly faults: Pick<Faults, "begin" | "end">;
  readonly settings: Pick<JournalSettings, "frameBytes" | "retryMs" | "retryMaxMs">;
  /** Last durable sequence number. */
  readonly last: number;
  /** Sequence number of the next record; higher than `last + 1` when the end of the journal was lost. */
  readonly next: number;
  /** Called after each commit, when the entries have their answers. */
  readonly onCommit: (first: number, records: readonly string[]) => void;
  /** Called for each frame, for metrics. */
  readonly onFrame: (frame: { bytes: number; records: number; seconds: number }) => void;
}

/**
 * Group commit: while one frame is on its way to the disk, the next one gathers. Nothing is answered before it is
 * durable, nothing is ever given up: what was refused waits and is tried again.
 *
 * While the disk is full only alarms are written, in the reserve at last; ordinary records wait until the reserve is
 * whole again, so that the next alarms have room.
 */
export function createWriter(parts: WriterParts): Writer {
  const { tail, reserve, clock, log, faults, settings, onCommit, onFrame } = parts;
  const queue = createQueue();
  const encode = createFrameEncoder();
  let { last, next } = parts;
  let committingBytes = 0;
  let isFull = false;
  /** When ordinary records are tried again on a full disk, epoch ms. */
  let probeAt = 0;
  let failures = 0;
  let isClosing = false;
  let running: Promise<void> | undefined;
  let wake = () => {};

  function start() {
    running ??= run().finally(() => {
      running = undefined;
      if (!isClosing && !queue.isEmpty()) start();
    });
  }

  async function run() {
    // What the sockets bring in this turn of the event loop goes into the same frame.
    await turn();
    while (!queue.isEmpty() || isFull) {
      const lane = isFull && !mayTryAll() ? "alarm" : "all";
      const batch = queue.take(lane, settings.frameBytes);
      if (batch.entries.length > 0) {
        const error = await commit(batch, lane);
        if (error === undefined) {
          await turn();
          continue;
        }
        queue.putBack(batch);
        if (await goesOn(error, lane)) continue;
      } else if (lane === "all") {
        leaveFull();
        continue;
      }
      if (isClosing) return;
      await pause();
    }
  }

  /** Writes one frame and answers; returns the error of the disk. */
  async function commit(batch: Batch, lane: "all" | "alarm"): Promise<unknown> {
    const first = next;
    if (batch.records.length > 0) {
      const startedAt = performance.now();
      let frame: Buffer;
      try {
        frame = encode(batch.records, first);
        committingBytes = frame.length;
        await tail.append(frame, first);
      } catch (error) {
        return error ?? "unknown";
      } finally {
        committingBytes = 0;
      }
      next += batch.records.length;
      last = next - 1;
      failures = 0;
      faults.end("write-failed", "the journal is written again");
      const seconds = (performance.now() - startedAt) / 1000;
      onFrame({ bytes: frame.length, records: batch.records.length, seconds });
    }
    if (lane === "all") leaveFull();
    release(batch, first);
    return undefined;
  }

  function release(batch: Batch, first: number) {
    let sequence = first;
    for (const entry of batch.entries) {
      try {
        entry.committed(sequence);
      } catch (error) {
        log.error({ reason: messageOf(error) }, "an answer to a commit failed");
      }
      sequence += entry.records.length;
    }
    if (batch.records.length > 0) onCommit(first, batch.records);
  }

  /** After a refusal: true when there is a way to try at once. */
  async function goesOn(error: unknown, lane: "all" | "alarm"): Promise<boolean> {
    if (isDiskFull(error)) {
      isFull = true;
      probeAt = clock.now() + settings.retryMs;
      faults.begin("disk-full", `the journal's disk is full, ordinary messages wait: ${messageOf(error)}`);
      if (lane === "all") return true;
      try {
        return await tail.useReserve(next);
      } catch (failure) {
        return goesOn(failure, "all");
      }
    }
    failures++;
    faults.begin("write-failed", `the journal cannot be written, messages wait: ${messageOf(error)}`);
    // After a failed sync the kernel forgets what it could not write: nothing in that file can be trusted.
    await tail.abandon();
    return failures === 1;
  }

  function mayTryAll(): boolean {
    const waitsMs = probeAt - clock.now();
    // A longer wait than was ever set: the clock stepped back.
    if (waitsMs > 0 && waitsMs <= settings.retryMs) return false;
    probeAt = clock.now() + settings.retryMs;
    if (!isClosing) reserve.rebuild();
    return reserve.isWhole();
  }

  function leaveFull() {
    if (!isFull) return;
    isFull = false;
    faults.end("disk-full", "there is room on the journal's disk again");
  }

  /** Until the next attempt, an alarm that may use the reserve, or the end. */
  async function pause() {
    const afterMs = Math.min(settings.retryMs * 2 ** Math.max(0, failures - 2), settings.retryMaxMs);
    await new Promise<void>((resolve) => {
      const cancel = clock.after(afterMs, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });
    wake = () => {};
  }

  return {
    append(entry) {
      queue.add(entry);
      if (running === undefined) start();
      else if (isFull && entry.lane === "alarm") wake();
    },
    pendingBytes: () => queue.size() + committingBytes,
    last: () => last,
    reserveChanged(isWhole) {
      if (isClosing) return;
      if (!isWhole && !isFull) {
        isFull = true;
        faults.begin("disk-full", "no room for the reserve of alarm records, ordinary messages wait");
        start();
      }
      wake();
    },
    async close() {
      isClosing = true;
      probeAt = 0;
      wake();
      await running;
      if (!queue.isEmpty()) await run();
      await tail.close();
    },
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
