import type { Kind } from "../devices/kit/kind.ts";
import type { Clock } from "../gateway/clock.ts";
import { pick } from "./random.ts";

/** Devices in whose lives something happens now and then. */
export interface IncidentParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly everyMs: number;
  readonly devices: readonly { readonly id: string; readonly kind: Kind }[];
  readonly provoke: (deviceId: string, condition: string) => void;
}

/** Puts one device after another into a condition of its kind, chosen by chance, and out of it after half the time. Returns what ends it. */
export function startIncidents({ clock, random, everyMs, devices, provoke }: IncidentParts): () => void {
  let cancelRecovery = () => {};
  const cancel = clock.every(everyMs, () => {
    const { id, kind } = pick(random, devices);
    // A device that vanishes would be of no interest for longer than the others; power cuts are scenarios.
    const rules = kind.rules.filter((rule) => rule.quiet !== true);
    if (rules.length === 0) return;
    provoke(id, pick(random, rules).id);
    cancelRecovery = clock.after(everyMs / 2, () => provoke(id, "normal"));
  });
  return () => {
    cancel();
    cancelRecovery();
  };
}
