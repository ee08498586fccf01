import type { LiveIncident } from "../live/entities.ts";

/** What these sentences are made of. */
type Placed = Pick<LiveIncident, "building" | "alarms" | "drill" | "site" | "siteName">;

/** What the first alarm came from, as people call it; a drill comes from no device, and is of the whole site. */
export function sourceOf({ alarms, drill, site, siteName }: Omit<Placed, "building">): string {
  if (drill !== null) return alarms[0]?.deviceName ?? siteName ?? site;
  return alarms[0]?.deviceName ?? alarms[0]?.device ?? "";
}

/** Building and floor of an incident's first alarm; the device where nobody wrote them down. */
export function spotOf(incident: Placed): string {
  const parts = [incident.building, incident.alarms[0]?.floor].filter((part) => part != null && part !== "");
  return parts.length > 0 ? parts.join(" · ") : sourceOf(incident);
}

/** Building, floor and device of an incident's first alarm, in one line. */
export function placeOf(incident: Placed): string {
  const parts = [incident.building, incident.alarms[0]?.floor, sourceOf(incident)];
  return parts.filter((part) => part != null && part !== "").join(" · ");
}
