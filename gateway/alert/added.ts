import type { Clock } from "../clock.ts";
import type { Change, DeviceName } from "../types.ts";
import { type AddedRule, addedRules, isAdded } from "./added-rules.ts";
import { changeOf } from "./change.ts";
import type { Alert, Standing } from "./contract.ts";
import { ownDevice } from "./own-device.ts";

/** What an added alert is about. */
export interface AddedSubject {
  readonly rule: AddedRule;
  /** Undefined: it stands among the gateway's own alerts. */
  readonly device: DeviceName | undefined;
  /** Tells several of one device apart, such as the id of a crew. */
  readonly subject: string;
}

/** Alerts that the gateway raises about a device by what it knows beside the readings. The changes that follow are returned. */
export interface AddedAlerts {
  /** Nothing follows when it is raised already. */
  raise(subject: AddedSubject, reason: string): readonly Change[];
  /** Nothing follows when it is not raised. */
  clear(subject: Pick<AddedSubject, "rule" | "subject">, reason: string): readonly Change[];
  /** Takes over what a person did: one that was resolved is raised again when it happens again. */
  follow(change: Change): void;
  /** The device is gone. */
  forget(device: DeviceName): readonly Change[];
  /** At start: clears what is about devices that are no more. */
  clearOrphans(isThere: (device: DeviceName) => boolean): readonly Change[];
}

interface AddedParts {
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
  /** What the book knows at the start. */
  readonly standing: Pick<Standing, "raised">;
}

/** Takes up the added alerts that were raised at the last stop. */
export function createAddedAlerts({ clock, newId, standing }: AddedParts): AddedAlerts {
  const open = new Map<string, Raised>();
  for (const alert of standing.raised) {
    if (isAdded(alert.rule)) open.set(keyOf(alert.rule, subjectOf(alert)), { ...alert, alert: alert.id });
  }

  function end(key: string, raised: Raised, reason: string): Change {
    open.delete(key);
    return changeOf(raised, { id: newId(), step: "cleared", at: clock.now(), reason });
  }

  function endOf(device: DeviceName): readonly Change[] {
    const gone = [...open].filter(([, raised]) => raised.device === device);
    return gone.map(([key, raised]) => end(key, raised, "device removed"));
  }

  return {
    raise({ rule, device = ownDevice, subject }, reason) {
      const key = keyOf(rule, subject);
      if (open.has(key)) return [];
      const { severity } = addedRules[rule];
      const raised: Raised = { alert: newId(), device, rule, severity, simulated: false };
      open.set(key, raised);
      return [
        changeOf(raised, { id: newId(), step: "raised", at: clock.now(), values: { subject }, reason }),
      ];
    },
    clear({ rule, subject }, reason) {
      const key = keyOf(rule, subject);
      const raised = open.get(key);
      return raised === undefined ? [] : [end(key, raised, reason)];
    },
    follow({ step, alert }) {
      if (step !== "resolved") return;
      for (const [key, raised] of open) if (raised.alert === alert) open.delete(key);
    },
    forget: endOf,
    clearOrphans(isThere) {
      const devices = new Set([...open.values()].map(({ device }) => device));
      return [...devices].flatMap((device) => (device === ownDevice || isThere(device) ? [] : endOf(device)));
    },
  };
}

type Raised = Pick<Change, "alert" | "device" | "rule" | "severity"> & { readonly simulated: boolean };

function keyOf(rule: string, subject: string): string {
  return `${rule} ${subject}`;
}

function subjectOf({ values }: Alert): string {
  return String(values.subject ?? "");
}
