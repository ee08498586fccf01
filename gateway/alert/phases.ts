import type { Limits, Severity, Values } from "../../devices/kit/kind.ts";
import type { DeviceName } from "../types.ts";
import { createDueQueue, type Timed } from "./due-queue.ts";

/** Where one rule of one device stands. A rule without a phase is idle. */
export interface Phase extends Timed {
  readonly device: DeviceName;
  readonly rule: string;
  /** Simulated readings have phases of their own, so that a drill never hides a fire. */
  readonly simulated: boolean;
  /** `resolved`: a person closed the alert although its condition may still hold. */
  state: "pending" | "raised" | "resolved";
  readonly alert: string;
  readonly severity: Severity;
  /** When this state began, epoch ms. */
  since: number;
  /** Raised, and a person acknowledged it: what happens from now on is news to everybody. */
  isAnswered: boolean;
  /** Values that made it so. */
  readonly values: Values | undefined;
  /** Numbers with which a pending phase was timed; undefined after a restart. */
  limits: Limits | undefined;
}

/** The one place that knows what is open: shared by the judge and the watch for quiet devices. */
export interface Phases {
  /** Phases of a device, or undefined when all its rules are idle: the common case costs one look-up. */
  of(device: DeviceName): readonly Phase[] | undefined;
  find(device: DeviceName, rule: string, simulated: boolean): Phase | undefined;
  /** Adds a phase; one that the same rule had is replaced. */
  add(
    phase: Omit<Phase, "slot" | "limits" | "isAnswered"> & Partial<Pick<Phase, "limits" | "isAnswered">>,
  ): Phase;
  remove(phase: Phase): void;
  schedule(phase: Phase, due: number): void;
  /** A phase whose moment has come, earliest first; it waits no longer. */
  takeDue(now: number): Phase | undefined;
  all(): Iterable<Phase>;
  count(state: Phase["state"]): number;
}

/** Makes an empty store. It is bounded by devices × rules × 2. */
export function createPhases(): Phases {
  const byDevice = new Map<DeviceName, Phase[]>();
  const queue = createDueQueue<Phase>(byName);

  function find(device: DeviceName, rule: string, simulated: boolean): Phase | undefined {
    const phases = byDevice.get(device);
    if (phases === undefined) return undefined;
    for (const phase of phases) if (phase.rule === rule && phase.simulated === simulated) return phase;
    return undefined;
  }

  function remove(phase: Phase): void {
    queue.schedule(phase, Number.POSITIVE_INFINITY);
    const phases = byDevice.get(phase.device);
    const at = phases?.indexOf(phase) ?? -1;
    if (phases === undefined || at < 0) return;
    if (phases.length === 1) byDevice.delete(phase.device);
    else phases.splice(at, 1);
  }

  function* all(): Iterable<Phase> {
    for (const phases of byDevice.values()) yield* phases;
  }

  return {
    of: (device) => byDevice.get(device),
    find,
    add(facts) {
      const before = find(facts.device, facts.rule, facts.simulated);
      if (before !== undefined) remove(before);
      const phase: Phase = { limits: undefined, isAnswered: false, ...facts, slot: -1 };
      const phases = byDevice.get(phase.device);
      if (phases === undefined) byDevice.set(phase.device, [phase]);
      else phases.push(phase);
      queue.schedule(phase, phase.due);
      return phase;
    },
    remove,
    schedule: (phase, due) => queue.schedule(phase, due),
    takeDue: (now) => queue.take(now),
    all,
    count(state) {
      let count = 0;
      for (const phase of all()) if (phase.state === state) count++;
      return count;
    },
  };
}

function byName(a: Phase, b: Phase): boolean {
  if (a.device !== b.device) return a.device < b.device;
  if (a.rule !== b.rule) return a.rule < b.rule;
  return !a.simulated && b.simulated;
}
