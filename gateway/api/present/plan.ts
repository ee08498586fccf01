import type { z } from "zod";
import type { Plan, PlanDetail } from "../../state/plans/contract.ts";
import type { planDetail, plan as shape } from "../schemas/plan.ts";

/** A plan as it is listed. */
export function presentPlan(plan: Plan): z.output<typeof shape> {
  const { id, site, name, width, height, version } = plan;
  return {
    ...{ id, site, name, building: plan.building ?? null, floor: plan.floor ?? null },
    ...{ width, height, metresPerUnit: plan.metresPerUnit ?? null, version },
    image: `/api/v1/sites/${site}/plans/${id}/image?v=${plan.imageHash}`,
  };
}

/** A plan with all that is drawn on it. */
export function presentPlanDetail(plan: PlanDetail): z.output<typeof planDetail> {
  return {
    ...presentPlan(plan),
    placements: [...plan.placements],
    points: plan.points.map(({ id, kind, name, x, y }) => ({ id, kind, name: name ?? null, x, y })),
  };
}
