import type { LiveIncident } from "../live/entities.ts";

/** Fires before drills; what nobody has answered before what is in hand; what has waited longest first. */
export function byNeed<T extends Pick<LiveIncident, "drill" | "state" | "detectedAt">>(
  incidents: readonly T[],
): T[] {
  const rank = ({ drill, state }: T) => (drill === null ? 0 : 2) + (state === "detected" ? 0 : 1);
  return incidents.toSorted((a, b) => rank(a) - rank(b) || a.detectedAt.localeCompare(b.detectedAt));
}

/** Which of these comes to the front by itself: the first that is not in `known`. A drill never takes the place of a fire. */
export function newcomer<T extends Pick<LiveIncident, "id" | "drill" | "state">>(
  incidents: readonly T[],
  known: ReadonlySet<string>,
): T | undefined {
  const burns = incidents.some(({ drill }) => drill === null);
  return incidents.find(
    ({ id, state, drill }) => state === "detected" && !known.has(id) && (drill === null || !burns),
  );
}
