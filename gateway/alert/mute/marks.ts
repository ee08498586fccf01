import type { Metrics } from "../../metrics.ts";
import type { Change, DeviceName, KnownDevice } from "../../types.ts";
import { changeOf } from "../change.ts";
import type { Alert } from "../contract.ts";
import type { Marks, Mutes } from "./contract.ts";
import { isNeverHeld } from "./never-held.ts";
import { duringOf, stateOf } from "./window.ts";

/** What the marks need. */
export interface MarksParts {
  readonly mutes: Pick<Mutes, "covering" | "find">;
  readonly find: (device: DeviceName) => KnownDevice | undefined;
  /** Alerts that stand at the start. */
  readonly raised: readonly Alert[];
  readonly clock: { now(): number };
  readonly newId: () => string;
  readonly metrics: Pick<Metrics, "gauge">;
}

/** An alert that people were not told of. */
interface Held extends Pick<Change, "alert" | "device" | "rule" | "severity"> {
  readonly simulated: boolean;
  /** The window that holds it back. */
  mute: string | undefined;
  /** The device above it that explains it. */
  readonly under: DeviceName | undefined;
  /** A person has answered it, so he knows. */
  isAnswered: boolean;
}

/**
 * Makes the marks. Whether people are told of an alert is decided when it is raised and holds for all that happens to it, so that
 * nobody hears the end of something whose beginning he was not told of, and everybody the end of what he was told of.
 */
export function createMarks({ mutes, find, raised, clock, newId, metrics }: MarksParts): Marks {
  const held = new Map<string, Held>();
  /** Ids of the held alerts, by window. */
  const byMute = new Map<string, Set<string>>();
  metrics.gauge(
    "alerts_held",
    "Raised alerts that nobody was told of, for a window or a device above them",
    () => held.size,
  );
  for (const alert of raised) {
    if (!alert.muted && alert.under === undefined) continue;
    const { id, device, rule, severity, simulated, under, acknowledgedAt } = alert;
    const mute = alert.muted ? (alert.during?.mute ?? "") : undefined;
    keep({
      alert: id,
      device,
      rule,
      severity,
      simulated,
      mute,
      under,
      isAnswered: acknowledgedAt !== undefined,
    });
  }

  function keep(one: Held): void {
    release(one.alert);
    held.set(one.alert, one);
    if (one.mute === undefined) return;
    const own = byMute.get(one.mute);
    if (own === undefined) byMute.set(one.mute, new Set([one.alert]));
    else own.add(one.alert);
  }

  function release(alert: string): void {
    const mute = held.get(alert)?.mute;
    held.delete(alert);
    if (mute === undefined) return;
    const own = byMute.get(mute);
    own?.delete(alert);
    if (own?.size === 0) byMute.delete(mute);
  }

  function coveringOf({ device, rule }: Pick<Change, "device" | "rule">, now: number) {
    const known = find(device);
    return known && mutes.covering({ known, rule }, now);
  }

  /** The change of an alert that people are, or are not, told of from here on. */
  function begin(change: Change): Change {
    const { alert, device, rule, severity, simulated = false, under } = change;
    const mute = coveringOf(change, clock.now());
    const during = mute && { during: duringOf(mute) };
    if (isNeverHeld(change, find(device))) {
      release(alert);
      return withoutMarks({ ...change, ...during });
    }
    if (mute === undefined && under === undefined) {
      release(alert);
      return change;
    }
    keep({ alert, device, rule, severity, simulated, mute: mute?.id, under, isAnswered: false });
    return mute === undefined ? change : { ...change, ...during, muted: true };
  }

  return {
    mark(change) {
      const { step, alert } = change;
      if (step === "pending" || step === "dropped") return change;
      if (step === "raised" || step === "reminded") return begin(change);
      const one = held.get(alert);
      if (one === undefined) {
        const mute = coveringOf(change, clock.now());
        return mute === undefined ? change : { ...change, during: duringOf(mute) };
      }
      if (step === "cleared" || step === "resolved") release(alert);
      if (step === "acknowledged") one.isAnswered = true;
      const mute = one.mute === undefined ? undefined : mutes.find(one.mute);
      return {
        ...change,
        ...(mute && { during: duringOf(mute) }),
        ...(one.mute !== undefined && { muted: true }),
        ...(one.under !== undefined && { under: one.under }),
      };
    },
    due(now) {
      const reminders: Change[] = [];
      for (const [id, alerts] of [...byMute]) {
        const mute = mutes.find(id);
        if (mute !== undefined && stateOf(mute, now) === "begun") continue;
        for (const alert of [...alerts]) {
          const one = held.get(alert)!;
          if (one.isAnswered) {
            // Nothing to tell, and nothing to look at again.
            alerts.delete(alert);
            continue;
          }
          const next = coveringOf(one, now);
          if (next !== undefined || one.under !== undefined) keep({ ...one, mute: next?.id });
          else reminders.push(changeOf(one, { id: newId(), step: "reminded", at: now }));
        }
        if (alerts.size === 0) byMute.delete(id);
      }
      return reminders;
    },
  };
}

function withoutMarks({ muted: _muted, under: _under, ...change }: Change): Change {
  return change;
}
