import { z } from "zod";
import type { Crew } from "../../duty/contract.ts";
import { GatewayError } from "../../errors.ts";
import type { App } from "../app.ts";
import { siteOf } from "../lookup.ts";
import { cutPage } from "../paging.ts";
import type { ApiParts } from "../parts.ts";
import { presentCrew } from "../present/duty.ts";
import { crew, crewChange, newCrew } from "../schemas/duty.ts";
import { problems } from "../schemas/problem.ts";
import { id, pageOf, paging } from "../schemas/shared.ts";

const tags = ["duty"];
const site = z.object({ site: id });
const params = z.object({ site: id, id });
const url = "/api/v1/sites/:site/crews/:id";

/** Crews: who goes out together, for which buildings, and when they are asked whether they are there. */
export function crewRoutes(app: App, parts: Pick<ApiParts, "registry" | "duty">): void {
  const { crews } = parts.duty;

  app.get(
    "/api/v1/sites/:site/crews",
    {
      schema: {
        operationId: "listCrews",
        tags,
        summary: "List the crews of a site",
        params: site,
        querystring: z.strictObject(paging),
        response: { 200: pageOf(crew), ...problems(400, 404) },
      },
    },
    async ({ params, query }) => {
      const page = cutPage(crews.of(siteOf(parts, params.site).id), (one) => one.id, query);
      return { ...page, items: page.items.map(presentCrew) };
    },
  );

  app.post(
    "/api/v1/sites/:site/crews",
    {
      schema: {
        operationId: "addCrew",
        tags,
        summary: "Add a crew",
        params: site,
        body: newCrew,
        response: { 201: crew, ...problems(400, 404, 409) },
      },
    },
    async ({ params, body }, reply) => {
      const { checks, station, ...fields } = body;
      const added = crews.add(siteOf(parts, params.site).id, {
        ...{ ...fields, station: station ?? undefined, checks: readChecks(checks) },
      });
      return reply
        .code(201)
        .header("location", `/api/v1/sites/${added.site}/crews/${added.id}`)
        .send(presentCrew(added));
    },
  );

  app.get(
    url,
    {
      schema: {
        operationId: "getCrew",
        tags,
        summary: "A crew",
        params,
        response: { 200: crew, ...problems(400, 404) },
      },
    },
    async ({ params }) => presentCrew(find(params)),
  );

  app.patch(
    url,
    {
      schema: {
        operationId: "changeCrew",
        tags,
        summary: "Change a crew",
        description: "Only what is given changes; null removes. `checks` is replaced as a whole.",
        params,
        body: crewChange,
        response: { 200: crew, ...problems(400, 404, 409) },
      },
    },
    async ({ params, body }) => {
      const { site, id } = find(params);
      const { checks, station, ...fields } = body;
      return presentCrew(
        crews.change(site, id, {
          ...fields,
          ...("station" in body && { station: station ?? undefined }),
          ...(checks !== undefined && { checks: readChecks(checks) }),
        }),
      );
    },
  );

  app.delete(
    url,
    {
      schema: {
        operationId: "removeCrew",
        tags,
        summary: "Remove a crew without contacts",
        description: "Its roster goes with it; its duty checks stay in the sheets.",
        params,
        response: { 204: z.undefined().describe("Removed."), ...problems(400, 404, 409) },
      },
    },
    async ({ params }, reply) => {
      const { site, id } = find(params);
      crews.remove(site, id);
      return reply.code(204).send();
    },
  );

  function find({ site, id }: z.output<typeof params>): Crew {
    const found = crews.find(siteOf(parts, site).id, id);
    if (found === undefined) throw new GatewayError("not-found", `site "${site}" has no crew "${id}"`);
    return found;
  }
}

function readChecks(given: z.output<typeof newCrew>["checks"]) {
  return { planned: given?.planned ?? [], random: given?.random ?? undefined };
}
