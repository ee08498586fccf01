import type { Clock } from "../clock.ts";
import type { Change } from "../types.ts";
import { changeOf } from "./change.ts";
import type { Standing } from "./contract.ts";
import { type FaultName, faultTable } from "./fault-table.ts";
import { ownDevice } from "./own-device.ts";
import type { FaultSettings } from "./settings.ts";

/** Alerts about the gateway itself. */
export interface Faults {
  /**
   * Says whether a fault is there. Saying it twice changes nothing, and its end counts when it has not shown again for
   * `holdMs`: a disk that fails now and then is one alert, not hundreds. The promise is kept when what was said is on disk.
   */
  set(fault: FaultName, isActive: boolean, reason: string): Promise<void>;
  /** Some time after a start: clears faults of the last run that did not show again. */
  settle(): Promise<void>;
  /** Takes over what a person did: one that was resolved is raised again when it shows again. */
  follow(change: Change): void;
}

/** What the faults need. */
export interface FaultParts {
  readonly report: (changes: readonly Change[]) => Promise<void>;
  readonly clock: Pick<Clock, "now" | "after">;
  readonly newId: () => string;
  readonly settings: FaultSettings;
  /** What the book knows at the start. */
  readonly standing: Pick<Standing, "raised">;
}

/** Raises and clears alerts on the gateway's own device. */
export function createFaults({ report, clock, newId, settings, standing }: FaultParts): Faults {
  const open = new Map<FaultName, OpenFault>();
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
      known?.stopEnding?.();
      const alert = known?.alert ?? newId();
      open.set(fault, { alert, isConfirmed: true });
      if (known === undefined) await report([change(fault, alert, "raised", reason)]);
    } else if (known !== undefined && !faultTable[fault].isLasting) {
      known.stopEnding ??= clock.after(settings.holdMs, () => void end(fault, known.alert, reason));
    }
  }

  async function end(fault: FaultName, alert: string, reason: string): Promise<void> {
    if (open.get(fault)?.alert !== alert) return;
    open.delete(fault);
    await report([change(fault, alert, "cleared", reason)]);
  }

  return {
    set,
    async settle() {
      for (const [fault, { alert, isConfirmed }] of [...open]) {
        if (isConfirmed || faultTable[fault].isLasting) continue;
        await end(fault, alert, "not seen since the last start");
      }
    },
    follow({ device, rule, step, alert }) {
      if (device !== ownDevice || step !== "resolved" || !isFault(rule)) return;
      const known = open.get(rule);
      if (known?.alert !== alert) return;
      known.stopEnding?.();
      open.delete(rule);
    },
  };
}

interface OpenFault {
  readonly alert: string;
  /** False when only the last run has seen it. */
  readonly isConfirmed: boolean;
  /** There while its end waits to count. */
  stopEnding?: () => void;
}

function isFault(rule: string): rule is FaultName {
  return Object.hasOwn(faultTable, rule);
}
