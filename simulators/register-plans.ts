import { readFile } from "node:fs/promises";
import type { Api } from "../client/api.ts";
import type { CommunityPlan } from "./community.ts";

/** Draws the plans of a community at the gateway. Where the site has a plan already nothing is touched. */
export async function registerPlans(api: Api, site: string, plans: readonly CommunityPlan[]): Promise<void> {
  const path = `/sites/${encodeURIComponent(site)}/plans`;
  if ((await api.all(path)).length > 0) return;
  for (const { image, name, building, floor, metresPerUnit, placements, points } of plans) {
    const query = new URLSearchParams({ name });
    if (building !== undefined) query.set("building", building);
    if (floor !== undefined) query.set("floor", floor);
    if (metresPerUnit !== undefined) query.set("metresPerUnit", String(metresPerUnit));
    const file = { bytes: await readFile(image), type: "image/svg+xml" };
    const { id } = await api.upload<{ id: string }>(`${path}?${query}`, file);
    await api.patch(`${path}/${id}`, { placements, points });
  }
}
