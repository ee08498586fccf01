import { z } from "zod";
import type { App } from "../app.ts";
import { siteOf } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { chainClasses, presentChain, presentDuty } from "../present/duty.ts";
import { chain, chainClass, duty, newChain } from "../schemas/duty.ts";
import { problems } from "../schemas/problem.ts";
import { id, moment } from "../schemas/shared.ts";

const tags = ["duty"];
const site = z.object({ site: id });
const params = z.object({ site: id, class: chainClass });
const url = "/api/v1/sites/:site/chains/:class";

/** Chains of calls, and whom they would reach. */
export function chainRoutes(
  app: App,
  parts: Pick<ApiParts, "registry" | "duty" | "dutyChecks" | "clock">,
): void {
  const { chains } = parts.duty;

  app.get(
    "/api/v1/sites/:site/chains",
    {
      schema: {
        operationId: "listChains",
        tags,
        summary: "Who is called, and when",
        params: site,
        response: { 200: z.object({ items: z.array(chain) }), ...problems(400, 404) },
      },
    },
    async ({ params }) => {
      const { id } = siteOf(parts, params.site);
      return { items: chainClasses.map((of) => presentChain(parts, id, of)) };
    },
  );

  app.get(
    url,
    {
      schema: {
        operationId: "getChain",
        tags,
        summary: "Who is called for one class of alarms",
        params,
        response: { 200: chain, ...problems(400, 404) },
      },
    },
    async ({ params }) => presentChain(parts, siteOf(parts, params.site).id, params.class),
  );

  app.put(
    url,
    {
      schema: {
        operationId: "setChain",
        tags,
        summary: "Set who is called for one class of alarms",
        description:
          "For alarms that begin from now on. A fire must call somebody at once, supervisor or targets within 90 s, and again at least every 5 min.",
        params,
        body: newChain,
        response: { 200: chain, ...problems(400, 404) },
      },
    },
    async ({ params, body: { stages, repeatMs } }) => {
      const { id } = siteOf(parts, params.site);
      chains.set(id, params.class, { stages, repeatMs: repeatMs ?? undefined });
      return presentChain(parts, id, params.class);
    },
  );

  app.delete(
    url,
    {
      schema: {
        operationId: "resetChain",
        tags,
        summary: "Go back to the built-in chain",
        params,
        response: { 204: z.undefined().describe("The built-in one holds."), ...problems(400, 404) },
      },
    },
    async ({ params }, reply) => {
      chains.reset(siteOf(parts, params.site).id, params.class);
      return reply.code(204).send();
    },
  );

  app.get(
    "/api/v1/sites/:site/duty",
    {
      schema: {
        operationId: "getDuty",
        tags,
        summary: "Who is on duty, and who would be called",
        description:
          "Every chain stage by stage, with the people whom it would reach: to be seen before it burns.",
        params: site,
        querystring: z.strictObject({
          at: moment.optional().describe("Now when absent."),
          building: z.string().min(1).max(128).optional().describe("Where the alarm would be."),
        }),
        response: { 200: duty, ...problems(400, 404) },
      },
    },
    async ({ params, query }) => {
      const { id: site } = siteOf(parts, params.site);
      const place = { site, building: query.building };
      return presentDuty(parts, place, query.at ?? parts.clock.now(), parts.dutyChecks.marksOf(site));
    },
  );
}
