import type { Incident, IncidentState } from "../alert/contract.ts";
import type { Drill, DrillDelivery, DrillStage, DrillStep } from "./contract.ts";

/** The stages that a crew makes, in order. */
const crew = [
  "acknowledged",
  "dispatched",
  "arrived",
  "controlled",
  "closed",
] as const satisfies (DrillStage & IncidentState)[];

/**
 * How far a drill has come, in order. What was not written down before a hard stop follows from the incident: it cannot be there unless the
 * alarm was judged and on disk. A step that a crew skipped was done at the latest with the next one. Nobody can be notified where there is
 * no target, so that stage is missing then.
 */
export function stepsOf(
  drill: Drill,
  incident: Incident | undefined,
  deliveries: readonly DrillDelivery[],
): DrillStep[] {
  const detectedAt = incident?.detectedAt;
  const sent = deliveries.filter(({ state }) => state === "sent").map(({ at }) => at);
  const own: [DrillStage, number | undefined][] = [
    ["published", drill.publishedAt ?? detectedAt],
    ["judged", drill.judgedAt ?? detectedAt],
    ["durable", drill.durableAt ?? detectedAt],
    ["screens", drill.shownAt],
  ];
  if (deliveries.length > 0) own.push(["notified", sent.length > 0 ? Math.min(...sent) : undefined]);
  return [
    ...own.map(([stage, at]) => ({ stage, at, by: undefined })),
    ...crew.map((stage) => crewStep(stage, incident)),
  ];
}

function crewStep(stage: (typeof crew)[number], incident: Incident | undefined): DrillStep {
  // Only a crew's steps count; a drill that ran out of time is closed by nobody.
  const later = crew.slice(crew.indexOf(stage)).find((one) => incident?.times[one]?.by);
  const done = later && incident?.times[later];
  return { stage, at: done?.at, by: done?.by };
}
