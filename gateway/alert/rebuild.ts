import type { Rule } from "../../devices/kit/kind.ts";
import type { Clock } from "../clock.ts";
import type { Change, DeviceName, KnownDevice } from "../types.ts";
import { isAdded } from "./added-rules.ts";
import { changeOf } from "./change.ts";
import type { Alert, RuleMemory, Standing } from "./contract.ts";
import { seenKey } from "./memory-keys.ts";
import { ownDevice } from "./own-device.ts";
import type { Phase, Phases } from "./phases.ts";
import type { JudgeSettings } from "./settings.ts";
import { clearsAfterMs } from "./transitions.ts";

/** Makes phases from what was journalled, and lets go of those that nobody owns any more. */
export interface Rebuild {
  restore(standing: Standing, memoryOf: (device: DeviceName) => RuleMemory | undefined): void;
  follow(change: Change): void;
  clearOrphans(): readonly Change[];
  forget(device: Pick<KnownDevice, "device">): readonly Change[];
  /** The clock stepped back from `before` to `now`: what waits keeps its remaining time. */
  moveBack(before: number, now: number): void;
}

interface RebuildParts {
  readonly phases: Phases;
  readonly find: (device: DeviceName) => KnownDevice | undefined;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
  readonly settings: Pick<JudgeSettings, "reraiseAfterMs">;
}

/** Works on the phases that the judge uses. */
export function createRebuild({ phases, find, clock, newId, settings }: RebuildParts): Rebuild {
  let memoryOf: (device: DeviceName) => RuleMemory | undefined = () => undefined;

  /** Of a change or alert, the part that says whose phase it is. */
  type Owner = Pick<Change, "device" | "rule" | "severity"> & { alert: string; simulated: boolean };

  function pend(owner: Owner, { at, due, values }: Pick<Change, "at" | "due" | "values">): void {
    // A moment that was set by a clock that ran ahead keeps its distance only.
    const ahead = Math.max(at - clock.now(), 0);
    phases.add({ ...owner, state: "pending", since: at - ahead, due: (due ?? at) - ahead, values });
  }

  function raise(
    owner: Owner,
    { at, values, isAnswered = false }: Pick<Change, "at" | "values"> & { isAnswered?: boolean },
  ): void {
    const { device, rule, simulated } = owner;
    const seen = memoryOf(device)?.[seenKey(rule, simulated)]?.[0] ?? at;
    const due = Math.max(at, seen) + clearsAfterMs(ruleOf(owner));
    phases.add({ ...owner, state: "raised", since: at, due, values, isAnswered });
  }

  function resolve(owner: Owner, at: number): void {
    const rule = ruleOf(owner);
    const phase = phases.find(owner.device, owner.rule, owner.simulated);
    if (phase !== undefined) phases.remove(phase);
    // What is critical may never be silenced by a click, and what has no end of its own is over when a person says so.
    if (owner.severity === "critical" || rule === undefined || rule.clearAfterMs !== undefined) return;
    const due = at + settings.reraiseAfterMs;
    phases.add({ ...owner, state: "resolved", since: at, due, values: undefined });
  }

  function ruleOf({ device, rule }: Pick<Phase, "device" | "rule">): Rule | undefined {
    return find(device)?.definition.rules.find(({ id }) => id === rule);
  }

  function follow(change: Change): void {
    const { device, rule, severity, alert, at, step } = change;
    if (isOwn({ device, rule })) return;
    const owner: Owner = { device, rule, severity, alert, simulated: change.simulated === true };
    const phase = phases.find(device, rule, owner.simulated);
    const isCurrent = phase?.alert === alert;
    if (step === "pending") pend(owner, change);
    else if (step === "raised") raise(owner, change);
    else if (step === "acknowledged" && isCurrent) phase.isAnswered = true;
    else if (step === "resolved" && isCurrent && phase.state === "raised") resolve(owner, at);
    else if ((step === "cleared" || step === "dropped") && isCurrent) phases.remove(phase);
  }

  function letGo(phase: Phase, reason: string): Change {
    phases.remove(phase);
    const step = phase.state === "raised" ? "cleared" : "dropped";
    return changeOf(phase, { id: newId(), step, at: clock.now(), reason });
  }

  return {
    restore({ raised, resolved, pending }, memories) {
      memoryOf = memories;
      for (const alert of resolved) {
        if (isOwn(alert) || alert.clearedAt === undefined) continue;
        if (alert.clearedAt + settings.reraiseAfterMs > clock.now()) resolve(ownerOf(alert), alert.clearedAt);
      }
      for (const change of pending) follow(change);
      for (const alert of raised) {
        if (isOwn(alert)) continue;
        const isAnswered = alert.acknowledgedAt !== undefined;
        raise(ownerOf(alert), { at: alert.raisedAt, values: alert.values, isAnswered });
      }
    },
    follow,
    clearOrphans() {
      const orphans = [...phases.all()].filter((phase) => ruleOf(phase) === undefined);
      return orphans.map((phase) =>
        letGo(phase, find(phase.device) === undefined ? "device removed" : "rule removed"),
      );
    },
    forget({ device }) {
      const isRemoved = find(device) === undefined;
      const lost = (phases.of(device) ?? []).filter((phase) => isRemoved || ruleOf(phase) === undefined);
      return lost.map((phase) => letGo(phase, isRemoved ? "device removed" : "rule removed"));
    },
    moveBack(before, now) {
      for (const phase of [...phases.all()]) {
        phase.since = Math.min(phase.since, now);
        if (phase.due !== Number.POSITIVE_INFINITY)
          phases.schedule(phase, now + Math.max(phase.due - before, 0));
      }
    },
  };
}

/** Alerts that no rule of a kind raises have no phase. */
function isOwn({ device, rule }: Pick<Change, "device" | "rule">): boolean {
  return device === ownDevice || isAdded(rule);
}

function ownerOf({ id, device, rule, severity, simulated }: Alert) {
  return { alert: id, device, rule, severity, simulated };
}
