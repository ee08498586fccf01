import { computed } from "vue";
import { type LiveAlert, type LiveDevice, severities } from "../../live/entities.ts";
import { useLive } from "../../live/live.ts";

/** The open alerts of each device, worst and newest first; changes when an alert does, not with readings. */
export function useAlertsByDevice() {
  const { alerts } = useLive();
  const byDevice = computed(() => Map.groupBy(alerts.value, ({ device }) => device));
  const of = (device: Pick<LiveDevice, "device">): readonly LiveAlert[] =>
    byDevice.value.get(device.device) ?? [];
  return { alertsOf: of, worstOf: (device: Pick<LiveDevice, "device">) => of(device)[0]?.severity };
}

/** Orders devices by how much they need somebody: open alerts by severity, then those that are gone, then the rest. */
export function urgencyOf(
  worst: LiveAlert["severity"] | undefined,
  presence: LiveDevice["presence"],
): number {
  if (worst !== undefined) return severities.indexOf(worst);
  return severities.length + (presence === "offline" ? 0 : presence === "unknown" ? 1 : 2);
}
