import { z } from "zod";
import type { App } from "../app.ts";
import { siteOf } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { incidentTimes } from "../schemas/incident.ts";
import { problems } from "../schemas/problem.ts";
import { id } from "../schemas/shared.ts";

const tags = ["incidents"];
const params = z.object({ site: id });
const url = "/api/v1/sites/:site/incident-times";

/** When the incidents of a site escalate. */
export function incidentTimeRoutes(app: App, parts: Pick<ApiParts, "registry" | "incidentTimes">): void {
  const { incidentTimes: times } = parts;

  function present(site: string): z.output<typeof incidentTimes> {
    const { acknowledge, arrive, control } = times.of(site);
    return { acknowledgeMs: acknowledge ?? null, arriveMs: arrive ?? null, controlMs: control ?? null };
  }

  app.get(
    url,
    {
      schema: {
        operationId: "getIncidentTimes",
        tags,
        summary: "When incidents of a site escalate",
        params,
        response: { 200: incidentTimes, ...problems(404) },
      },
    },
    async ({ params }) => present(siteOf(parts, params.site).id),
  );

  app.put(
    url,
    {
      schema: {
        operationId: "setIncidentTimes",
        tags,
        summary: "Set when incidents of a site escalate",
        params,
        body: incidentTimes,
        response: { 200: incidentTimes, ...problems(400, 404) },
      },
    },
    async ({ params, body }) => {
      const { id: site } = siteOf(parts, params.site);
      const { acknowledgeMs, arriveMs, controlMs } = body;
      times.set(site, {
        ...{
          acknowledge: acknowledgeMs ?? undefined,
          arrive: arriveMs ?? undefined,
          control: controlMs ?? undefined,
        },
      });
      return present(site);
    },
  );
}
