import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import type { App } from "../app.ts";
import { isWithin } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { presentIncidentPlace } from "../present/incident-place.ts";
import { incidentPlace } from "../schemas/plan.ts";
import { problems } from "../schemas/problem.ts";

/** Where an incident is. */
export function incidentPlaceRoutes(
  app: App,
  parts: Pick<ApiParts, "registry" | "plans" | "incidentDesk">,
): void {
  app.get(
    "/api/v1/incidents/:id/place",
    {
      schema: {
        operationId: "incidentPlace",
        tags: ["incidentDesk"],
        summary: "Where an incident is, on a plan, and what a crew finds near it",
        description:
          "The plan on which an alarm stands: that of its floor, else of its building, else of the site. Distances are as the crow flies.",
        params: z.object({ id: z.string().min(1).max(64) }),
        response: { 200: incidentPlace, ...problems(400, 404) },
      },
    },
    async ({ params, sites }) => {
      const incident = parts.incidentDesk.find(params.id);
      if (incident === undefined || !isWithin(sites, `${incident.site}/`))
        throw new GatewayError("not-found", `there is no incident "${params.id}"`);
      return presentIncidentPlace(parts, incident);
    },
  );
}
