import { type DeviceState, type DeviceStates, saveState } from "./device-state.ts";
import { messageOf } from "./errors.ts";
import type { Journal } from "./journal/contract.ts";
import type { Log } from "./log.ts";
import type { Checkpoints } from "./state/contract.ts";

interface Parts {
  readonly journal: Pick<Journal, "append" | "cursor" | "last">;
  readonly checkpoints: Checkpoints;
  readonly states: DeviceStates;
  readonly log: Log;
}

/** States that are written in one go; about 5 ms of work. */
const sliceLength = 500;

/** Saves what changed. */
export interface Checkpointer {
  /** Saves all states that changed up to now. A second call joins the one that runs. */
  save(): Promise<void>;
}

/**
 * Saves device states so that a start has little to replay. A state may be ahead of what is on disk, so it is written
 * only after a barrier: a saved state never knows a message that a crash could still take back.
 */
export function createCheckpointer({ journal, checkpoints, states, log }: Parts): Checkpointer {
  const cursor = journal.cursor("states");
  let running: Promise<void> | undefined;

  async function saveAll(): Promise<void> {
    // Every state that changed before this point is on the list, so the journal is not needed before it again.
    const position = journal.last();
    let taken: DeviceState[] = [];
    try {
      for (let left = states.dirtyCount(); left > 0; left -= sliceLength) {
        taken = states.takeDirty(Math.min(sliceLength, left));
        if (taken.length > 0) await saveSlice(taken);
      }
      checkpoints.setPosition(position);
    } catch (error) {
      for (const state of taken) states.markDirty(state);
      log.error({ reason: messageOf(error), devices: taken.length }, "device states could not be saved");
      return;
    }
    if (position > cursor.position()) cursor.advance(position);
  }

  function saveSlice(taken: readonly DeviceState[]): Promise<void> {
    // The text is made now and the barrier set in the same turn: nothing can come between them.
    const texts = taken.map((state) => saveState(state));
    return new Promise((resolve, reject) => {
      journal.append({
        records: [],
        lane: "normal",
        committed(next) {
          try {
            const rows = taken.map(({ known }, i) => ({
              device: known.device,
              state: withSequence(texts[i]!, next - 1),
            }));
            // A device may have been removed meanwhile, or made anew under the same name.
            checkpoints.save(rows.filter(({ device }, i) => states.find(device) === taken[i]));
            resolve();
          } catch (error) {
            reject(error);
          }
        },
      });
    });
  }

  return {
    save() {
      running ??= saveAll().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}

function withSequence(state: string, sequence: number): string {
  return `{"sequence":${sequence},${state.slice(1)}`;
}
