import type { Kind, Rule, Values } from "../../devices/kit/kind.ts";
import type { Change, DeviceName, KnownDevice, Reading } from "../types.ts";
import { changeOf } from "./change.ts";
import type { Checker } from "./checker.ts";
import type { Phase, Phases } from "./phases.ts";
import type { JudgeSettings } from "./settings.ts";

/** A rule that says `raise` about a reading. */
export interface Case {
  readonly device: KnownDevice;
  readonly rule: Rule;
  readonly reading: Reading;
  readonly values: Readonly<Values>;
}

/** The steps between phases. Each adds what people must know to `changes` and returns the list. */
export interface Transitions {
  /** Idle → pending or raised. */
  begin(found: Case, changes: readonly Change[]): readonly Change[];
  /** Pending, and the condition still holds: it may be due earlier now. */
  hurry(phase: Phase, found: Case, changes: readonly Change[]): readonly Change[];
  /** Any → idle. */
  end(
    phase: Phase,
    over: { at: number; values?: Readonly<Values>; reason?: string },
    changes: readonly Change[],
  ): readonly Change[];
  /** Raised, and seen again: what clears by itself stays longer. */
  see(phase: Phase, rule: Rule, at: number): void;
  /** All that falls due for one device up to `at`, in order. */
  mature(device: DeviceName, at: number, changes: readonly Change[]): readonly Change[];
  /** What happens to a phase at its own moment. */
  fallDue(phase: Phase, changes: readonly Change[]): readonly Change[];
}

interface TransitionParts {
  readonly phases: Phases;
  readonly find: (device: DeviceName) => KnownDevice | undefined;
  readonly checker: Checker;
  readonly newId: () => string;
  readonly settings: Pick<JudgeSettings, "dueSlackMs">;
}

/** Shared, so that a reading that changes nothing costs nothing. */
export const nothing: readonly Change[] = Object.freeze([]);

/** Makes the steps over one store of phases. */
export function createTransitions({ phases, find, checker, newId, settings }: TransitionParts): Transitions {
  function begin({ device, rule, reading, values }: Case, changes: readonly Change[]): readonly Change[] {
    const { at } = reading;
    const limits = checker.limitsOf(rule);
    const hold = checker.holdMs(rule, limits);
    // A rule may say so when there is no deadline at all.
    if (hold === Number.POSITIVE_INFINITY) return changes;
    const phase = phases.add({
      device: device.device,
      rule: rule.id,
      simulated: reading.quality === "simulated",
      state: "pending",
      alert: newId(),
      severity: checker.severityOf(rule, device.facts),
      since: at,
      due: at + Math.max(hold, 0),
      // Who passed last has nothing to do with what follows from time; who passed now may have.
      values: evidence(values, device.definition, hold > 0 ? {} : reading.values),
      limits,
    });
    return hold > 0 ? pend(phase, changes) : raise(phase, { at, rule }, changes);
  }

  // Less time counts at once (a deadline moved, a failure instead of a delay); more time only when a person changed the
  // limits, because a rule that asks for 60 s at every reading would never be due otherwise.
  function hurry(phase: Phase, { rule, reading }: Case, changes: readonly Change[]): readonly Change[] {
    if (typeof rule.holdForMs !== "function") return changes;
    const { at } = reading;
    const limits = checker.limitsOf(rule);
    const hold = checker.holdMs(rule, limits);
    let { due } = phase;
    if (phase.limits !== undefined && phase.limits !== limits) {
      const moved = hold - checker.holdMs(rule, phase.limits);
      // Without a deadline now, the one that was set stands: two infinite holds have no difference.
      if (Number.isFinite(moved)) due += moved;
    }
    phase.limits = limits;
    due = Math.min(due, at + Math.max(hold, 0));
    if (!(due > at)) return raise(phase, { at, rule }, changes);
    if (Math.abs(due - phase.due) <= settings.dueSlackMs) return changes;
    phases.schedule(phase, due);
    return pend(phase, changes);
  }

  function pend(phase: Phase, changes: readonly Change[]): readonly Change[] {
    const { since: at, due, values } = phase;
    return add(
      changes,
      changeOf(phase, { id: newId(), step: "pending", at, due, ...(values && { values }) }),
    );
  }

  function raise(
    phase: Phase,
    { at, rule }: { at: number; rule: Rule | undefined },
    changes: readonly Change[],
  ): readonly Change[] {
    const { values } = phase;
    phase.state = "raised";
    phase.since = at;
    phases.schedule(phase, at + clearsAfterMs(rule));
    return add(changes, changeOf(phase, { id: newId(), step: "raised", at, ...(values && { values }) }));
  }

  function end(
    phase: Phase,
    { at, values, reason }: { at: number; values?: Readonly<Values>; reason?: string },
    changes: readonly Change[],
  ): readonly Change[] {
    phases.remove(phase);
    if (phase.state !== "raised") return add(changes, changeOf(phase, { id: newId(), step: "dropped", at }));
    const kind = find(phase.device)?.definition;
    const more = {
      ...(values && { values: evidence(values, kind, {}) }),
      ...(reason && { reason }),
    };
    return add(changes, changeOf(phase, { id: newId(), step: "cleared", at, ...more }));
  }

  function fallDue(phase: Phase, changes: readonly Change[]): readonly Change[] {
    const { due: at, device, rule: id } = phase;
    if (phase.state === "pending") {
      const rule = find(device)?.definition.rules.find((one) => one.id === id);
      return raise(phase, { at, rule }, changes);
    }
    if (phase.state === "raised") return end(phase, { at }, changes);
    // Resolved long enough ago: from here on the condition may raise it again.
    phases.remove(phase);
    return changes;
  }

  return {
    begin,
    hurry,
    end,
    fallDue,
    see(phase, rule, at) {
      const due = at + clearsAfterMs(rule);
      if (due !== Number.POSITIVE_INFINITY && due > phase.due) phases.schedule(phase, due);
    },
    mature(device, at, before) {
      let changes = before;
      for (;;) {
        let first: Phase | undefined;
        for (const phase of phases.of(device) ?? []) {
          if (phase.due <= at && (first === undefined || phase.due < first.due)) first = phase;
        }
        if (first === undefined) return changes;
        changes = fallDue(first, changes);
      }
    },
  };
}

/** After how long a raised alert of the rule clears by itself, ms; Infinity when it does not. */
export function clearsAfterMs(rule: Rule | undefined): number {
  if (rule?.clearAfterMs === undefined || rule.latched === true) return Number.POSITIVE_INFINITY;
  return rule.clearAfterMs;
}

function add(changes: readonly Change[], change: Change): readonly Change[] {
  if (changes === nothing) return [change];
  (changes as Change[]).push(change);
  return changes;
}

/** Values that explain an alert: of persons only those that the reading itself names. */
function evidence(values: Readonly<Values>, kind: Kind | undefined, named: Readonly<Values>): Values {
  const kept = { ...values };
  for (const name in kept) if (kind?.fields[name]?.isPerson === true && !(name in named)) delete kept[name];
  return kept;
}
