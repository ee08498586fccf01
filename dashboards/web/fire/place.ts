import type { LiveIncident } from "../live/entities.ts";

/** Building, floor and device of an incident's first alarm, in one line. */
export function placeOf({ building, alarms }: Pick<LiveIncident, "building" | "alarms">): string {
  const first = alarms[0];
  const parts = [building, first?.floor, first?.deviceName ?? first?.device];
  return parts.filter((part) => part != null && part !== "").join(" · ");
}
