import { deadlineOf } from "./alert/interval.ts";
import type { Journal } from "./journal/contract.ts";
import type { Knowledge } from "./knowledge.ts";
import type { SharedParts } from "./shared-parts.ts";
import type { Availability } from "./state/availability/contract.ts";
import { openAvailability } from "./state/availability/open.ts";
import type { DeviceName, GatewayGap } from "./types.ts";

/** Opens what is kept of when devices could be reached, and joins it to the registry and to what is known of devices that sleep. */
export function keepAvailability(
  { config, clock, closers }: Pick<SharedParts, "config" | "clock" | "closers">,
  { database, registry }: Pick<Knowledge, "database" | "registry">,
): Availability {
  const { quiet } = config.alert;

  /** A device that sleeps is missed when it would be called quiet. */
  function sleepMs(name: DeviceName): number {
    const device = registry.device(name);
    if (device === undefined) return 0;
    const intervalMs = device.intervalMs ?? device.definition.intervalMs;
    if (intervalMs <= quiet.sleepyIntervalMs) return 0;
    return deadlineOf(device, { gaps: undefined, share: 1, settings: quiet });
  }

  const availability = openAvailability({
    ...{ database, clock, sleepMs, stallMs: quiet.stallMs },
    // Of a device whose kind is missing all is kept: its file may come back.
    find: (name) => registry.device(name) ?? registry.unusable().find(({ device }) => device === name),
    zone: config.ingest.zone,
    settings: config.state,
  });
  registry.onDevice((name, known) => {
    if (known === undefined) availability.forget(name);
  });
  closers.add("availability", () => availability.close());
  return availability;
}

/** To be called when the gateway begins to hear devices, and with every tick: writes into the journal when it did not run. */
export function watchGaps(
  { awake }: Pick<Availability, "awake">,
  { journal, clock }: { journal: Pick<Journal, "append">; clock: Pick<SharedParts["clock"], "now"> },
): () => void {
  return () => {
    const gap: GatewayGap | undefined = awake(clock.now());
    if (gap === undefined) return;
    const records = [JSON.stringify({ type: "gap", ...gap })];
    journal.append({ records, lane: "normal", committed: () => {} });
  };
}
