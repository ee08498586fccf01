import type { z } from "zod";
import type { Incident } from "../../alert/contract.ts";
import type { Plan, PlanDetail } from "../../state/plans/contract.ts";
import { pointKinds } from "../../state/plans/point-kinds.ts";
import type { ApiParts } from "../parts.ts";
import type { incidentPlace } from "../schemas/plan.ts";
import { presentPlan } from "./plan.ts";

/** Points that a crew is shown; more it would not read. */
const mostNear = 8;

/** Where an incident is: on the plan of its floor, else of its building, else of the site. */
export function presentIncidentPlace(
  { registry, plans }: Pick<ApiParts, "registry" | "plans">,
  incident: Incident,
): z.output<typeof incidentPlace> {
  const { id, site, building } = incident;
  const floor = incident.alarms[0]?.floor;
  const known = registry.site(site);
  const plan = choosePlan(plans, incident);
  const at = plan && findAlarm(plan, incident);
  return {
    ...{ incident: id, site, siteName: known?.name ?? site },
    ...{ address: known?.address ?? null, phone: known?.phone ?? null },
    ...{ building: building ?? null, floor: floor ?? null },
    ...{ plan: plan ? presentPlan(plan) : null, at: at ?? null, near: plan ? nearOf(plan, at) : [] },
  };
}

/** One on which an alarm stands goes before one that only shows the right floor: a pin is worth more than a drawing. */
function choosePlan(plans: ApiParts["plans"], incident: Incident): PlanDetail | undefined {
  const { site, building, alarms } = incident;
  const all = plans.of(site);
  const placed = new Set(alarms.flatMap(({ device }) => plans.placesOf(device)).map(({ plan }) => plan));
  const floors = new Set(alarms.flatMap(({ floor }) => floor ?? []));
  const rank = (plan: Plan): number => {
    if (plan.building === undefined) return 1;
    if (plan.building !== building) return 0;
    if (plan.floor === undefined) return 2;
    return floors.has(plan.floor) ? 3 : 0;
  };
  const ranked = all
    .map((plan) => ({ plan, score: (placed.has(plan.id) ? 10 : 0) + rank(plan) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  const best = ranked[0]?.plan;
  return best && plans.find(site, best.id);
}

function findAlarm({ placements }: PlanDetail, { alarms }: Incident): { x: number; y: number } | undefined {
  const spots = new Map(placements.map(({ device, x, y }) => [device, { x, y }]));
  return alarms.map(({ device }) => spots.get(device)).find((spot) => spot !== undefined);
}

function nearOf({ points, metresPerUnit }: PlanDetail, at: { x: number; y: number } | undefined) {
  const distanceTo = ({ x, y }: { x: number; y: number }) =>
    at === undefined ? 0 : Math.hypot(x - at.x, y - at.y);
  return [...points]
    .sort((a, b) => distanceTo(a) - distanceTo(b))
    .slice(0, mostNear)
    .map((point) => ({
      ...{
        kind: point.kind,
        name: point.name ?? null,
        title: pointKinds[point.kind],
        x: point.x,
        y: point.y,
      },
      metres:
        at === undefined || metresPerUnit === undefined
          ? null
          : Math.round(distanceTo(point) * metresPerUnit * 10) / 10,
    }));
}
