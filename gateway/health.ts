import type { Health, Stage } from "./api/parts.ts";
import type { Clock } from "./clock.ts";
import type { Journal, JournalFault } from "./journal/contract.ts";

/** Whether the path works, stage by stage. */
export interface HealthWatch extends Health {
  /** The application is up. Returns what ends the watch. */
  started(): () => void;
  /** The application stops: no longer ready, still alive. */
  stopping(): void;
}

interface Parts {
  readonly journal: Pick<Journal, "onFault" | "append" | "pendingBytes">;
  readonly clock: Clock;
  /** What self-tests say of each part of the path. */
  readonly selfTest: () => readonly Stage[];
  /** Why the history takes nothing at the moment. */
  readonly seriesTrouble: () => string | undefined;
  /** A commit that takes longer than this makes the journal stage fail, ms. */
  readonly slowCommitMs: number;
}

/**
 * Watches the journal by a barrier every few seconds, and gathers what the parts and the self-tests say: the stages are application,
 * journal, broker, path, screens, notify and, for people to know only, series.
 */
export function createHealth(parts: Parts): HealthWatch {
  const { journal, clock, selfTest, seriesTrouble, slowCommitMs } = parts;
  const faults = new Map<JournalFault["fault"], string>();
  let phase: "starting" | "running" | "stopping" = "starting";
  let barrierSince: number | undefined;

  journal.onFault(({ fault, active, message }) => {
    // A damaged frame is over and reported; only what lasts makes the gateway unready.
    if (active && lasting.has(fault)) faults.set(fault, message);
    else faults.delete(fault);
  });

  function probe(): void {
    if (barrierSince !== undefined) return;
    barrierSince = clock.now();
    journal.append({
      records: [],
      lane: "normal",
      committed: () => {
        barrierSince = undefined;
      },
    });
  }

  function journalStage(): Stage {
    const stage = "journal";
    const [fault] = faults.values();
    if (fault !== undefined) return { stage, ok: false, detail: fault };
    const waitedMs = barrierSince === undefined ? 0 : clock.now() - barrierSince;
    if (waitedMs > slowCommitMs) {
      return { stage, ok: false, detail: `nothing has become durable for ${waitedMs} ms` };
    }
    return { stage, ok: true, detail: "messages become durable" };
  }

  /** The barrier and the test alarm both speak for the journal; either may know that it stands still. */
  function stages(): readonly Stage[] {
    const own = journalStage();
    const tested = selfTest();
    const journalTest = own.ok ? tested.find(({ stage }) => stage === "journal") : undefined;
    const trouble = seriesTrouble();
    return [
      { stage: "application", ok: phase === "running", detail: phase },
      journalTest ?? own,
      ...tested.filter(({ stage }) => stage !== "journal"),
      {
        ...{ stage: "series", ok: trouble === undefined, isDetail: true },
        detail: trouble ?? "history is written",
      },
    ];
  }

  return {
    started() {
      phase = "running";
      return clock.every(probeEveryMs, probe);
    },
    stopping() {
      phase = "stopping";
    },
    live: () => true,
    ready: stages,
  };
}

const probeEveryMs = 2_000;
const lasting: ReadonlySet<JournalFault["fault"]> = new Set(["disk-full", "write-failed"]);
