import { setImmediate as turn } from "node:timers/promises";
import type { Kind } from "../devices/kit/kind.ts";
import type { DeviceStates } from "./device-state.ts";
import { messageOf } from "./errors.ts";
import type { Quarantine } from "./ingest/contract.ts";
import type { PersonDesk } from "./persons.ts";
import type { SharedParts } from "./shared-parts.ts";
import type { Availability } from "./state/availability/contract.ts";
import type { CommandView } from "./state/contract.ts";

interface Parts {
  readonly quarantine: Pick<Quarantine, "expire">;
  readonly commandView: Pick<CommandView, "expire">;
  readonly availability: Pick<Availability, "expire">;
  readonly persons: Pick<PersonDesk, "tidyUp">;
  readonly states: Pick<DeviceStates, "all" | "markDirty">;
}

/**
 * Removes what was kept long enough and has no keeper of its own: refused messages, commands, when devices could be reached, and the last person that a device still
 * shows. In small steps with turns of the event loop in between. Returns what stops it.
 */
export function startRetention({ config, clock, metrics, log }: SharedParts, parts: Parts): () => void {
  const { quarantine, commandView, availability, persons, states } = parts;
  const { sweepEveryMs, sweepRows, keepRejectionsMs, keepCommandsMs, keepPersonsMs } = config.privacy;
  const removed = metrics.countBy(
    "retention_removed",
    "Rows that were removed because they were kept long enough",
    "class",
  );
  let isRunning = false;
  let isStopped = false;

  const personFields = new Map<Kind, readonly string[]>();

  /** Of 100,000 devices few have any. */
  function personFieldsOf(kind: Kind): readonly string[] {
    const known = personFields.get(kind);
    if (known !== undefined) return known;
    const names = Object.keys(kind.fields).filter((name) => kind.fields[name]?.isPerson === true);
    personFields.set(kind, names);
    return names;
  }

  const classes: Readonly<Record<string, () => number>> = {
    rejections: () => quarantine.expire(clock.now() - keepRejectionsMs, sweepRows),
    commands: () => commandView.expire(clock.now() - keepCommandsMs, sweepRows),
    availability: () => availability.expire(clock.now() - config.state.keepAvailabilityMs, sweepRows),
    persons: () => forgetPresent(clock.now() - keepPersonsMs),
  };

  /** Who passed last at a gate that nobody uses any more. */
  function forgetPresent(before: number): number {
    let count = 0;
    for (const state of states.all()) {
      const { values, stamps } = state.twin;
      for (const name of personFieldsOf(state.known.definition)) {
        if (stamps[name] === undefined || stamps[name].at >= before) continue;
        delete values[name];
        delete stamps[name];
        states.markDirty(state);
        count += 1;
      }
    }
    return count;
  }

  async function sweep(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    for (const [name, remove] of Object.entries(classes)) {
      try {
        for (let count = remove(); count > 0 && !isStopped; count = count < sweepRows ? 0 : remove()) {
          removed.add(name, count);
          await turn();
        }
      } catch (error) {
        log.error(
          { reason: messageOf(error), class: name },
          "what was kept long enough could not be removed",
        );
      }
    }
    if (!isStopped) await persons.tidyUp();
    isRunning = false;
  }

  const stop = clock.every(sweepEveryMs, () => void sweep());
  // What a crash left undone is not left for another while.
  const cancel = clock.after(firstSweepMs, () => void sweep());
  return () => {
    isStopped = true;
    stop();
    cancel();
  };
}

/** When a gateway that has just started looks for the first time, ms. */
const firstSweepMs = 15_000;
