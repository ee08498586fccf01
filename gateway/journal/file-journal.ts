import type { Clock } from "../clock.ts";
import { GatewayError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { startChore } from "./chore.ts";
import type { Cursor, Journal } from "./contract.ts";
import { openCursors } from "./cursors.ts";
import { createDisk, type Disk } from "./disk.ts";
import { createFaults } from "./faults.ts";
import { lockDirectory } from "./lock.ts";
import { createMeters } from "./meters.ts";
import { createPlaces } from "./places.ts";
import { openQuarantine } from "./quarantine.ts";
import { readSegments } from "./reader.ts";
import { describeDamage, recoverTail } from "./recover.ts";
import { openReserve } from "./reserve.ts";
import { deleteExpired } from "./retention.ts";
import { listSegments } from "./segment.ts";
import type { JournalSettings } from "./settings.ts";
import { createTail } from "./tail.ts";
import { createWriter } from "./writer.ts";

/** What is needed to open a journal. */
export interface JournalParts {
  /** Made when it does not exist; one process at a time. */
  readonly directory: string;
  readonly settings: JournalSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** The real disk by default. */
  readonly disk?: Disk;
}

type CommitListener = Parameters<Journal["onCommit"]>[0];

/**
 * Opens the journal in a directory: locks it, verifies its last segment and goes on after its last record. Throws
 * `journal-unusable` when another process has it or its end cannot be read.
 */
export async function openJournal(parts: JournalParts): Promise<Journal> {
  const { directory, disk = createDisk() } = parts;
  try {
    await disk.makeFolder(directory);
  } catch (cause) {
    const message = `journal folder ${directory} cannot be made: ${messageOf(cause)}`;
    throw new GatewayError("journal-unusable", message, { cause });
  }
  const unlock = await lockDirectory(disk, directory);
  try {
    return await openLocked({ ...parts, disk, unlock });
  } catch (error) {
    unlock();
    throw error;
  }
}

async function openLocked(parts: JournalParts & { disk: Disk; unlock: () => void }): Promise<Journal> {
  const { directory, settings, clock, log, metrics, disk, unlock } = parts;
  const faults = createFaults({ log, metrics });
  const places = createPlaces();
  const quarantine = await openQuarantine({ disk, directory, limitBytes: settings.quarantineBytes });
  const filler = Buffer.alloc(settings.growBytes, "\n");
  const segments = await listSegments(disk, directory);
  const cursors = await openCursors({ disk, directory, log });
  const seen = cursors.seen();
  const recovered = await recoverTail({ disk, segments, seen, filler, places, quarantine, faults });
  const reserve = await openReserve({
    disk,
    directory,
    bytes: settings.reserveBytes,
    log,
    onRebuilt: (isWhole) => writer.reserveChanged(isWhole),
  });
  const tail = createTail({
    ...{ disk, directory, segments, filler, reserve, places, clock, log },
    open: recovered.open,
    segmentBytes: settings.segmentBytes,
    segmentMs: settings.segmentMs,
  });
  const listeners = new Set<CommitListener>();
  const writer = createWriter({
    ...{ tail, reserve, clock, log, faults, settings },
    last: recovered.last,
    next: recovered.next,
    onFrame: (frame) => meters.frame(frame),
    onCommit(first, records) {
      for (const listener of listeners) tell(listener, first, records);
    },
  });
  const meters = createMeters({ metrics, segments, pendingBytes: writer.pendingBytes, last: writer.last });
  const chores = [
    startChore({
      ...{ name: "cursors", everyMs: settings.cursorEveryMs, clock, log },
      run: () => cursors.save(writer.last()),
    }),
    startChore({
      ...{ name: "retention", everyMs: settings.retentionEveryMs, clock, log },
      run: () =>
        deleteExpired({ disk, directory, segments, cursors, places, clock, settings, faults, meters }),
    }),
  ];
  reserve.rebuild();

  const views = new Map<string, Cursor>();
  const waiting = new Set<(error: GatewayError) => void>();
  let closing: Promise<void> | undefined;
  let isOverfull = false;

  const journal: Journal = {
    append(entry) {
      if (closing) return;
      for (const record of entry.records) refuseLineFeed(record);
      writer.append(entry);
      const isOver = writer.pendingBytes() > settings.pendingBytes;
      if (isOver && !isOverfull) meters.pendingLimit();
      isOverfull = isOver;
    },
    write(records, lane = "normal") {
      if (closing) return Promise.reject(closedError(directory));
      return new Promise((resolve, reject) => {
        const committed = (sequence: number) => {
          waiting.delete(reject);
          resolve(sequence);
        };
        journal.append({ records, lane, committed });
        waiting.add(reject);
      });
    },
    read: (from) =>
      readSegments({
        ...{ disk, segments: [...segments], places, from, upTo: writer.last() },
        async onDamage(segment, file, damage) {
          const isNew = await quarantine.keep(segment.path, file, damage);
          if (isNew) faults.found("frame-damaged", describeDamage(segment, damage), "lost");
        },
      }),
    first: () => Math.min(segments[0]?.first ?? Number.MAX_SAFE_INTEGER, writer.last() + 1),
    last: writer.last,
    onCommit(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onFault: faults.onFault,
    cursor(view) {
      const known = views.get(view);
      if (known) return known;
      const cursor = cursors.cursor(view);
      views.set(view, cursor);
      meters.view(view, cursor.position);
      return cursor;
    },
    pendingBytes: writer.pendingBytes,
    close() {
      closing ??= shut();
      return closing;
    },
  };

  async function shut() {
    await writer.close();
    await reserve.close();
    for (const chore of chores) await chore.stop();
    await saveLast();
    unlock();
    for (const reject of waiting) reject(closedError(directory));
  }

  function tell(listener: CommitListener, first: number, records: readonly string[]) {
    try {
      listener(first, records);
    } catch (error) {
      log.error({ reason: messageOf(error) }, "a listener to commits failed");
    }
  }

  async function saveLast() {
    try {
      await cursors.save(writer.last());
    } catch (error) {
      // Views that keep their own cursor lose nothing, the others read a little twice.
      log.warn({ directory, reason: messageOf(error) }, "cursors not written at close");
    }
  }

  return journal;
}

// A line feed inside a record would make two of it when it is read.
function refuseLineFeed(record: string) {
  if (!record.includes("\n")) return;
  throw new GatewayError("invalid-request", `a journal record holds a line feed: ${record.slice(0, 80)}`);
}

function closedError(directory: string): GatewayError {
  return new GatewayError("journal-closed", `journal ${directory} is closed`);
}
