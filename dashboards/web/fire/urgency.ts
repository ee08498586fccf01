import type { LiveIncident } from "../live/entities.ts";

/** Fires before drills; what nobody has answered before what is in hand; what has waited longest first. */
export function byNeed<T extends Pick<LiveIncident, "drill" | "state" | "detectedAt">>(
  incidents: readonly T[],
): T[] {
  const rank = ({ drill, state }: T) => (drill === null ? 0 : 2) + (state === "detected" ? 0 : 1);
  return incidents.toSorted((a, b) => rank(a) - rank(b) || a.detectedAt.localeCompare(b.detectedAt));
}
