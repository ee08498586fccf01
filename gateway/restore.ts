import type { Judge } from "./alert/contract.ts";
import { type DeviceStates, twinFor } from "./device-state.ts";
import { takeOnce } from "./ingest/idempotency.ts";
import { keyOf, readingOf } from "./ingest/record.ts";
import type { IngestSettings } from "./ingest/settings.ts";
import type { Journal, Sequenced } from "./journal/contract.ts";
import type { Checkpoints } from "./state/contract.ts";
import { applyReading } from "./state/twin.ts";
import type { JournalRecord } from "./types.ts";

interface Parts {
  readonly journal: Pick<Journal, "read">;
  readonly checkpoints: Pick<Checkpoints, "position">;
  readonly states: DeviceStates;
  readonly judge: Pick<Judge, "remember">;
  readonly settings: IngestSettings;
  readonly lateAfterMs: number;
}

/**
 * Brings the device states from their checkpoints to the end of the journal: twins, seen keys and what rules remember.
 * A message that was journalled but not acknowledged before a crash comes again, and must then be known.
 * Returns how many records were read.
 */
export async function restoreStates(parts: Parts): Promise<number> {
  const { journal, checkpoints, states, judge, settings, lateAfterMs } = parts;
  let count = 0;
  for await (const records of journal.read(checkpoints.position() + 1)) {
    for (const sequenced of records) restore(sequenced);
    count += records.length;
  }
  return count;

  function restore({ sequence, record: line }: Sequenced): void {
    const record = JSON.parse(line) as JournalRecord;
    if (record.type !== "reading" && record.type !== "presence") return;
    const state = states.find(record.device);
    if (state === undefined || sequence <= state.restoredTo) return;
    states.markDirty(state);
    if (record.type === "presence") {
      state.twin.online = record.online;
      return;
    }
    const reading = readingOf(record);
    const key = { ...keyOf(record), hasTime: record.message.ts !== undefined };
    takeOnce(state.seen[record.stream], key, { json: messageText(line), dup: false }, settings);
    const twin = twinFor(state, reading.quality);
    const isLate = record.history === true || !applyReading(twin, reading, lateAfterMs);
    judge.remember(state.known, reading, twin.values, state.rules, isLate);
  }
}

const messageMark = '"message":';

/** The reading's own JSON as it stands in its journal line, of which content hashes are made. */
function messageText(line: string): string {
  return line.slice(line.indexOf(messageMark) + messageMark.length, -1);
}
