import type { LiveIncident } from "../live/entities.ts";

/** Building and floor of an incident's first alarm; the device where nobody wrote them down. */
export function spotOf({ building, alarms }: Pick<LiveIncident, "building" | "alarms">): string {
  const parts = [building, alarms[0]?.floor].filter((part) => part != null && part !== "");
  return parts.length > 0 ? parts.join(" · ") : (alarms[0]?.deviceName ?? alarms[0]?.device ?? "");
}

/** Building, floor and device of an incident's first alarm, in one line. */
export function placeOf({ building, alarms }: Pick<LiveIncident, "building" | "alarms">): string {
  const first = alarms[0];
  const parts = [building, first?.floor, first?.deviceName ?? first?.device];
  return parts.filter((part) => part != null && part !== "").join(" · ");
}
