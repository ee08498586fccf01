import type { Clock } from "../clock.ts";
import type { Change } from "../types.ts";
import { changeOf } from "./change.ts";
import type { Standing } from "./contract.ts";
import { type FaultName, faultTable } from "./fault-table.ts";
import { ownDevice } from "./own-device.ts";

/** Alerts about the gateway itself. */
export interface Faults {
  /** Says whether a fault is there. Saying it twice changes nothing. The promise is kept when it is on disk. */
  set(fault: FaultName, isActive: boolean, reason: string): Promise<void>;
  /** Some time after a start: clears faults of the last run that did not show again. */
  settle(): Promise<void>;
  /** Takes over what a person did: one that was resolved is raised again when it shows again. */
  follow(change: Change): void;
}

/** What the faults need. */
export interface FaultParts {
  readonly report: (changes: readonly Change[]) => Promise<void>;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
  /** What the book knows at the start. */
  readonly standing: Pick<Standing, "raised">;
}

/** Raises and clears alerts on the gateway's own device. */
export function createFaults({ report, clock, newId, standing }: FaultParts): Faults {
  const open = new Map<FaultName, { alert: string; isConfirmed: boolean }>();
  for (const { device, rule, id } of standing.raised) {
    if (device === ownDevice && isFault(rule)) open.set(rule, { alert: id, isConfirmed: false });
  }

  function change(fault: FaultName, alert: string, step: "raised" | "cleared", reason: string): Change {
    const { severity } = faultTable[fault];
    const owner = { alert, device: ownDevice, rule: fault, severity, simulated: false };
    return changeOf(owner, { id: newId(), step, at: clock.now(), reason });
  }

  async function set(fault: FaultName, isActive: boolean, reason: string): Promise<void> {
    const known = open.get(fault);
    if (isActive) {
      const alert = known?.alert ?? newId();
      open.set(fault, { alert, isConfirmed: true });
      if (known === undefined) await report([change(fault, alert, "raised", reason)]);
    } else if (known !== undefined && !faultTable[fault].isLasting) {
      open.delete(fault);
      await report([change(fault, known.alert, "cleared", reason)]);
    }
  }

  return {
    set,
    async settle() {
      for (const [fault, { isConfirmed }] of [...open]) {
        if (!isConfirmed) await set(fault, false, "not seen since the last start");
      }
    },
    follow({ device, rule, step, alert }) {
      if (device !== ownDevice || step !== "resolved" || !isFault(rule)) return;
      if (open.get(rule)?.alert === alert) open.delete(rule);
    },
  };
}

function isFault(rule: string): rule is FaultName {
  return Object.hasOwn(faultTable, rule);
}
