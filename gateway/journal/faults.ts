import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { JournalFault } from "./contract.ts";

/** Tells people what is wrong with the journal. */
export interface Faults {
  /** A lasting fault begins; told once until it ends. */
  begin(fault: JournalFault["fault"], message: string): void;
  /** A lasting fault is over; nothing when it never began. */
  end(fault: JournalFault["fault"], message: string): void;
  /** Something was found: `lost` when acknowledged records are gone, `harmless` when it is already mended. */
  found(fault: JournalFault["fault"], message: string, harm: "lost" | "harmless"): void;
  onFault(listener: (fault: JournalFault) => void): () => void;
}

/** Most faults of the start that are kept for listeners which come later. */
const keptFaults = 100;

/** Collects faults, logs and counts them, and tells listeners; the first one is also told what was found before it came. */
export function createFaults({ log, metrics }: { log: Log; metrics: Metrics }): Faults {
  const counts = metrics.countBy("journal_faults", "Faults of the journal, by kind.", "fault");
  const listeners = new Set<(fault: JournalFault) => void>();
  const active = new Map<string, JournalFault>();
  const early: JournalFault[] = [];

  function tell(fault: JournalFault) {
    const facts = { fault: fault.fault, reason: fault.message };
    if (fault.active) log.error(facts, "journal fault");
    else log.info(facts, "journal fault is over");
    for (const listener of listeners) give(listener, fault);
  }

  // Faults are told while the journal is mending itself: a listener must not be able to stop that.
  function give(listener: (fault: JournalFault) => void, fault: JournalFault) {
    try {
      listener(fault);
    } catch (error) {
      log.error({ fault: fault.fault, reason: messageOf(error) }, "a listener to journal faults failed");
    }
  }

  return {
    begin(fault, message) {
      if (active.has(fault)) return;
      const begun = { fault, active: true, message };
      active.set(fault, begun);
      counts.add(fault);
      tell(begun);
    },
    end(fault, message) {
      if (active.delete(fault)) tell({ fault, active: false, message });
    },
    found(fault, message, harm) {
      const found = { fault, active: harm === "lost", message };
      counts.add(fault);
      if (listeners.size === 0 && early.length < keptFaults) early.push(found);
      tell(found);
    },
    onFault(listener) {
      listeners.add(listener);
      for (const fault of [...early.splice(0), ...active.values()]) give(listener, fault);
      return () => void listeners.delete(listener);
    },
  };
}
