import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import type { DrillReport } from "../../trial/contract.ts";
import type { App } from "../app.ts";
import { drillPage } from "../drill-page.ts";
import { showPage } from "../login/show-page.ts";
import { isWithin, type Sites, siteOf } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { presentDrill, presentDrillReport } from "../present/drill.ts";
import { drill, drillOrder, drillReport } from "../schemas/drill.ts";
import { problems } from "../schemas/problem.ts";
import { id, optionalBody, pageOf, paging } from "../schemas/shared.ts";

const tags = ["drills"];
const ofSite = z.object({ site: id });
const params = z.object({ id: z.string().min(1).max(64) });

/** Drills: alarms with which a site's people exercise. */
export function drillRoutes(app: App, parts: Pick<ApiParts, "registry" | "drills">): void {
  const { drills } = parts;

  app.post(
    "/api/v1/sites/:site/drills",
    {
      schema: {
        operationId: "startDrill",
        tags,
        summary: "Start a drill",
        description:
          "A marked alarm takes the way of every alarm, from the broker to the crew, which answers its incident like a real one. It never joins a real incident, and no real alarm joins it. One is open at a site at a time.",
        params: ofSite,
        body: drillOrder.describe(optionalBody),
        response: { 201: drillReport, ...problems(400, 404, 409) },
      },
    },
    async ({ params: { site }, body, caller }, reply) => {
      const { buildings } = siteOf(parts, site);
      const { building, note } = body ?? {};
      if (building !== undefined && !buildings.includes(building)) {
        const message = `site "${site}" has no building "${building}"; it has ${buildings.join(", ") || "none"}`;
        throw new GatewayError("invalid-request", message, { path: "building" });
      }
      const report = drills.start({ site, building, note, by: caller.name });
      return reply.code(201).send(presentDrillReport(parts, report));
    },
  );

  app.get(
    "/api/v1/sites/:site/drills",
    {
      schema: {
        operationId: "listDrills",
        tags,
        summary: "List the drills of a site, newest first",
        params: ofSite,
        querystring: z.strictObject(paging),
        response: { 200: pageOf(drill), ...problems(400, 404) },
      },
    },
    async ({ params: { site }, query }) => {
      const page = drills.list({ ...query, site: siteOf(parts, site).id });
      return { items: page.items.map((one) => presentDrill(parts, one)), next: page.next ?? null };
    },
  );

  app.get(
    "/api/v1/drills/:id",
    {
      schema: {
        operationId: "getDrill",
        tags,
        summary: "How far a drill has come",
        params,
        response: { 200: drillReport, ...problems(400, 404) },
      },
    },
    async ({ params, sites }) => presentDrillReport(parts, find(sites, params.id)),
  );

  app.post(
    "/api/v1/drills/:id/end",
    {
      schema: {
        operationId: "endDrill",
        tags,
        summary: "End a drill",
        description: "With its incident, however far the crew has come.",
        params,
        response: { 200: drillReport, ...problems(400, 404, 409) },
      },
    },
    async ({ params, caller, sites }) => {
      find(sites, params.id);
      return presentDrillReport(parts, await drills.end(params.id, caller.name));
    },
  );

  app.get(
    "/drills/:id",
    { schema: { operationId: "drillPage", hide: true, params } },
    async ({ params, sites }, reply) =>
      showPage(reply, drillPage(presentDrillReport(parts, find(sites, params.id)))),
  );

  function find(sites: Sites, id: string): DrillReport {
    const found = drills.report(id);
    if (found === undefined || !isWithin(sites, `${found.drill.site}/`)) {
      throw new GatewayError("not-found", `there is no drill "${id}"`);
    }
    return found;
  }
}
