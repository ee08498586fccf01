import type { Entry } from "./contract.ts";

/** Entries that go into one frame. */
export interface Batch {
  readonly entries: readonly Entry[];
  /** Of all entries, in order. */
  readonly records: readonly string[];
}

/** Entries that wait to become durable, in the order they came. */
export interface Queue {
  add(entry: Entry): void;
  isEmpty(): boolean;
  /** Length of all waiting records: bytes, when they are ASCII. */
  size(): number;
  /** Takes entries out, up to about `limit` bytes but at least one; with `alarm` only those of that lane. */
  take(lane: "all" | "alarm", limit: number): Batch;
  /** Puts a batch that could not be written back to the front. */
  putBack(batch: Batch): void;
}

/** An empty queue. */
export function createQueue(): Queue {
  let waiting: Entry[] = [];
  let size = 0;
  let alarms = 0;

  function remove(entries: readonly Entry[]): Batch {
    const records: string[] = [];
    for (const entry of entries) {
      if (entry.lane === "alarm") alarms--;
      for (const record of entry.records) {
        size -= record.length;
        records.push(record);
      }
    }
    return { entries, records };
  }

  function takeFirst(limit: number): Entry[] {
    const taken = waiting;
    if (size <= limit) {
      waiting = [];
      return taken;
    }
    let count = 0;
    for (let sum = 0; count < taken.length; count++) {
      sum += sizeOf(taken[count]!);
      if (sum > limit && count > 0) break;
    }
    return waiting.splice(0, count);
  }

  function takeAlarms(limit: number): Entry[] {
    const taken: Entry[] = [];
    if (alarms === 0) return taken;
    const kept: Entry[] = [];
    let sum = 0;
    for (const entry of waiting) {
      const fits = entry.lane === "alarm" && (taken.length === 0 || sum + sizeOf(entry) <= limit);
      // An alarm that does not fit closes the batch, so that the lane keeps its order.
      if (entry.lane === "alarm") sum = fits ? sum + sizeOf(entry) : Number.POSITIVE_INFINITY;
      (fits ? taken : kept).push(entry);
    }
    waiting = kept;
    return taken;
  }

  return {
    add(entry) {
      waiting.push(entry);
      if (entry.lane === "alarm") alarms++;
      for (const record of entry.records) size += record.length;
    },
    isEmpty: () => waiting.length === 0,
    size: () => size,
    take: (lane, limit) => remove(lane === "all" ? takeFirst(limit) : takeAlarms(limit)),
    putBack(batch) {
      waiting = [...batch.entries, ...waiting];
      for (const entry of batch.entries) {
        if (entry.lane === "alarm") alarms++;
        size += sizeOf(entry);
      }
    },
  };
}

function sizeOf(entry: Entry): number {
  let size = 0;
  for (const record of entry.records) size += record.length;
  return size;
}
