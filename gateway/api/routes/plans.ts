import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import type { PlanDetail } from "../../state/plans/contract.ts";
import type { App } from "../app.ts";
import { drawingPolicy } from "../headers.ts";
import { siteOf } from "../lookup.ts";
import { cutPage } from "../paging.ts";
import type { ApiParts } from "../parts.ts";
import { presentPlan, presentPlanDetail } from "../present/plan.ts";
import { imageBody, newPlan, plan, planChange, planDetail } from "../schemas/plan.ts";
import { problems } from "../schemas/problem.ts";
import { id, pageOf, paging } from "../schemas/shared.ts";

const tags = ["plans"];
const site = z.object({ site: id });
const params = z.object({ site: id, plan: z.string().min(1).max(64) });
const url = "/api/v1/sites/:site/plans/:plan";
const imageTypes = ["image/svg+xml", "image/png", "image/jpeg", "image/webp", "application/octet-stream"];

/** Plans of sites and floors: drawings, where devices stand on them, and what a crew looks for. */
export function planRoutes(app: App, parts: Pick<ApiParts, "registry" | "plans" | "planImageBytes">): void {
  const { plans, planImageBytes: bodyLimit } = parts;
  app.addContentTypeParser(
    imageTypes,
    { parseAs: "buffer", bodyLimit },
    async (_: unknown, body: Buffer) => body,
  );

  function find(where: z.output<typeof params>): PlanDetail {
    const found = plans.find(siteOf(parts, where.site).id, where.plan);
    if (found === undefined)
      throw new GatewayError("not-found", `site "${where.site}" has no plan "${where.plan}"`);
    return found;
  }

  app.get(
    "/api/v1/sites/:site/plans",
    {
      schema: {
        operationId: "listPlans",
        tags,
        summary: "List the plans of a site",
        description: "Without what is drawn on them.",
        params: site,
        querystring: z.strictObject(paging),
        response: { 200: pageOf(plan), ...problems(400, 404) },
      },
    },
    async ({ params, query }) => {
      const all = plans.of(siteOf(parts, params.site).id);
      // The order in which people read them is the list's own; the cursor counts along it.
      const places = new Map(all.map(({ id }, index) => [id, String(index).padStart(6, "0")]));
      const page = cutPage(all, ({ id }) => places.get(id) ?? "", query);
      return { ...page, items: page.items.map(presentPlan) };
    },
  );

  app.post(
    "/api/v1/sites/:site/plans",
    {
      bodyLimit,
      schema: {
        operationId: "addPlan",
        tags,
        summary: "Add a plan",
        description:
          "The body is the image: SVG, PNG, JPEG or WebP. An SVG with scripts, or with references that lead out of it, is refused.",
        consumes: imageTypes,
        params: site,
        querystring: newPlan,
        body: imageBody,
        response: { 201: planDetail, ...problems(400, 404, 409, 413) },
      },
    },
    async ({ params, query, body }, reply) => {
      const added = plans.add(siteOf(parts, params.site).id, query, body);
      return reply
        .code(201)
        .header("location", `/api/v1/sites/${added.site}/plans/${added.id}`)
        .send(presentPlanDetail(added));
    },
  );

  app.get(
    url,
    {
      schema: {
        operationId: "getPlan",
        tags,
        summary: "A plan with all that is drawn on it",
        params,
        response: { 200: planDetail, ...problems(400, 404) },
      },
    },
    async ({ params }) => presentPlanDetail(find(params)),
  );

  app.patch(
    url,
    {
      schema: {
        operationId: "changePlan",
        tags,
        summary: "Change a plan and what is drawn on it",
        description:
          "Only what is given changes; null removes. `placements` and `points` replace all that were there: send the `version` that they were made from.",
        params,
        body: planChange,
        response: { 200: planDetail, ...problems(400, 404, 409) },
      },
    },
    async ({ params, body }) => {
      const { site, id } = find(params);
      return presentPlanDetail(plans.change(site, id, body));
    },
  );

  app.delete(
    url,
    {
      schema: {
        operationId: "removePlan",
        tags,
        summary: "Remove a plan",
        description: "Its devices stay; where they stood on it is gone.",
        params,
        response: { 204: z.undefined().describe("Removed."), ...problems(400, 404) },
      },
    },
    async ({ params }, reply) => {
      const { site, id } = find(params);
      plans.remove(site, id);
      return reply.code(204).send();
    },
  );

  app.put(
    `${url}/image`,
    {
      bodyLimit,
      schema: {
        operationId: "setPlanImage",
        tags,
        summary: "Replace the image of a plan",
        description:
          "What is drawn keeps its place in proportion. The scale is kept unless the new image has another shape.",
        consumes: imageTypes,
        params,
        body: imageBody,
        response: { 200: planDetail, ...problems(400, 404, 409, 413) },
      },
    },
    async ({ params, body }) => {
      const { site, id } = find(params);
      return presentPlanDetail(plans.setImage(site, id, body));
    },
  );

  app.get(
    `${url}/image`,
    {
      schema: {
        operationId: "planImage",
        tags,
        summary: "The image of a plan",
        description:
          "Served so that a browser runs nothing of it. With the `v` of the plan it may be kept for ever.",
        params,
        querystring: z.strictObject({ v: z.string().max(64).optional() }),
        response: {
          200: {
            description: "The image.",
            content: Object.fromEntries(
              imageTypes.slice(0, 4).map((type) => [type, { schema: z.unknown() }]),
            ),
          },
          304: z.undefined().describe("What you have is still right."),
          ...problems(400, 404),
        },
      },
    },
    async (request, reply) => {
      const { site, id, imageHash } = find(request.params);
      const isFixed = request.query.v === imageHash;
      reply
        .header("etag", `"${imageHash}"`)
        .header("cache-control", isFixed ? "private, max-age=31536000, immutable" : "private, no-cache")
        .header("content-security-policy", drawingPolicy);
      if (String(request.headers["if-none-match"] ?? "").includes(`"${imageHash}"`))
        return reply.code(304).send(undefined);
      const image = plans.image(site, id);
      if (image === undefined) throw new GatewayError("internal", `plan ${id} of ${site} has no image`);
      return reply.type(image.type).send(Buffer.from(image.content) as never);
    },
  );
}
