import type { Judge, Quiet } from "./alert/contract.ts";
import type { Clock } from "./clock.ts";
import type { DeviceStates } from "./device-state.ts";
import type { Journal } from "./journal/contract.ts";
import { createOutcome, type Happening, type Take } from "./outcome.ts";
import type { Change, CommandStep, DutyCheckStep, IncidentStep, MuteStep, Presence } from "./types.ts";

/** The way into the journal for everything that no message made: time, people, connections, faults. */
export interface Happenings {
  /** The connection of a device opened or ended. */
  connection(presence: Omit<Presence, "at">): void;
  /** Lets time pass: debounces that are over, deadlines, devices that stopped talking. */
  tick(): void;
  /** Takes changes: a person's action, a fault. Resolves when they are on disk. */
  report(changes: readonly Change[]): Promise<void>;
  /** Takes a person's step of an incident. Resolves when it is on disk. */
  reportIncident(step: IncidentStep): Promise<void>;
  /** Takes a person's step of a duty check. Resolves when it is on disk. */
  reportDutyCheck(step: DutyCheckStep): Promise<void>;
  /** Takes what a person did with a window. Resolves when it is on disk. */
  reportMute(step: MuteStep): Promise<void>;
  /** Takes a step of a command. Resolves when it is on disk. */
  reportCommand(step: CommandStep): Promise<void>;
}

interface Parts {
  readonly states: DeviceStates;
  readonly judge: Pick<Judge, "due" | "follow">;
  readonly quiet: Pick<Quiet, "due" | "presence">;
  readonly incidents: { due(now: number): readonly IncidentStep[] };
  readonly dutyChecks: { due(now: number): readonly DutyCheckStep[] };
  /** What begins and ends by itself, and what is told because of it. */
  readonly mutes: { due(now: number): readonly (MuteStep | Change)[] };
  readonly take: Take;
  readonly telling: { tick(): void };
  readonly journal: Pick<Journal, "append">;
  readonly clock: Pick<Clock, "now">;
}

/** Joins time and people to the journal. */
export function createHappenings(parts: Parts): Happenings {
  const { states, judge, quiet, incidents, dutyChecks, mutes, take, telling, journal, clock } = parts;

  function happen(happenings: readonly Happening[]): Promise<void> {
    if (happenings.length === 0) return Promise.resolve();
    const outcome = createOutcome();
    for (const happening of happenings) take(happening, outcome);
    const { records, lane } = outcome;
    return new Promise((resolve) => journal.append({ records, lane, committed: () => resolve() }));
  }

  return {
    connection(presence) {
      const state = states.find(presence.device);
      if (state === undefined) return;
      void happen(quiet.presence(state.known, { ...presence, at: clock.now() }));
    },
    tick() {
      const now = clock.now();
      void happen([...judge.due(now), ...quiet.due(now), ...incidents.due(now), ...mutes.due(now)]);
      // By themselves: a plan that cannot be read must take no alarm with it.
      void happen(dutyChecks.due(now));
      telling.tick();
    },
    report(changes) {
      for (const change of changes) judge.follow(change);
      return happen(changes);
    },
    reportIncident: (step) => happen([step]),
    reportDutyCheck: (step) => happen([step]),
    reportMute: (step) => happen([step]),
    reportCommand: (step) =>
      new Promise((resolve) => {
        const records = [JSON.stringify({ type: "command", ...step })];
        journal.append({ records, lane: "normal", committed: () => resolve() });
      }),
  };
}
