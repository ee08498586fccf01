import { z } from "zod";
import type { App } from "../app.ts";
import { isWithin, siteOf } from "../lookup.ts";
import { cutPage } from "../paging.ts";
import type { ApiParts } from "../parts.ts";
import { presentBuildings, presentSiteItem, presentSites } from "../present/site.ts";
import { building, siteDetail, siteItem } from "../schemas/device.ts";
import { problems } from "../schemas/problem.ts";
import { id, pageOf, paging } from "../schemas/shared.ts";

const tags = ["sites"];
const params = z.object({ site: id });
const name = z.string().trim().min(1).max(128);
const siteName = name.describe("What people call the community.");
const address = name.describe("Postal address, as it is read out to the fire brigade.");
const phone = name.describe("Where the fire brigade calls back: the duty room.");

/** Residential communities and their buildings. */
export function siteRoutes(app: App, parts: Pick<ApiParts, "registry" | "twins" | "book" | "duty">): void {
  const { registry } = parts;

  app.get(
    "/api/v1/sites",
    {
      schema: {
        operationId: "listSites",
        tags,
        summary: "List the sites",
        querystring: z.strictObject(paging),
        response: { 200: pageOf(siteItem), ...problems(400) },
      },
    },
    async ({ query, sites }) => {
      const visible = registry.sites().filter(({ id }) => isWithin(sites, `${id}/`));
      const page = cutPage(visible, (site) => site.id, query);
      return { ...page, items: page.items.map(presentSiteItem) };
    },
  );

  app.post(
    "/api/v1/sites",
    {
      schema: {
        operationId: "addSite",
        tags,
        summary: "Add a site",
        body: z
          .strictObject({ id, name: siteName, address: address.optional(), phone: phone.optional() })
          .meta({
            examples: [{ id: "xinfa", name: "新发小区", address: "新发路 18 号", phone: "0592-5551190" }],
          }),
        response: { 201: siteItem, ...problems(400, 409) },
      },
    },
    async ({ body }, reply) => {
      const site = registry.addSite(body);
      return reply.code(201).header("location", `/api/v1/sites/${site.id}`).send(presentSiteItem(site));
    },
  );

  app.get(
    "/api/v1/sites/:site",
    {
      schema: {
        operationId: "getSite",
        tags,
        summary: "A site with its counts",
        description: "Devices by presence and by kind, open alerts by severity.",
        params,
        response: { 200: siteDetail, ...problems(400, 404) },
      },
    },
    async ({ params }) => presentSites(parts, [siteOf(parts, params.site)])[0]!,
  );

  app.patch(
    "/api/v1/sites/:site",
    {
      schema: {
        operationId: "updateSite",
        tags,
        summary: "Change the name, address or telephone number of a site",
        description: "Only what is given changes; null removes.",
        params,
        body: z
          .strictObject({ name: siteName, address: address.nullable(), phone: phone.nullable() })
          .partial()
          .refine((change) => Object.keys(change).length > 0, "nothing to change was given")
          .meta({ examples: [{ address: "新发路 18 号", phone: "0592-5551190" }] }),
        response: { 200: siteItem, ...problems(400, 404) },
      },
    },
    async ({ params, body }) => presentSiteItem(registry.updateSite(siteOf(parts, params.site).id, body)),
  );

  app.delete(
    "/api/v1/sites/:site",
    {
      schema: {
        operationId: "removeSite",
        tags,
        summary: "Remove a site",
        description: "Refused with 409 while it has devices.",
        params,
        response: { 204: z.undefined().describe("Removed."), ...problems(400, 404, 409) },
      },
    },
    async ({ params }, reply) => {
      const { id } = siteOf(parts, params.site);
      registry.removeSite(id);
      parts.duty.forgetSite(id);
      return reply.code(204).send();
    },
  );

  app.get(
    "/api/v1/sites/:site/buildings",
    {
      schema: {
        operationId: "listBuildings",
        tags,
        summary: "List the buildings of a site",
        params,
        querystring: z.strictObject(paging),
        response: { 200: pageOf(building), ...problems(400, 404) },
      },
    },
    async ({ params, query }) =>
      cutPage(presentBuildings(parts, siteOf(parts, params.site)), ({ name }) => name, query),
  );

  app.post(
    "/api/v1/sites/:site/buildings",
    {
      schema: {
        operationId: "addBuilding",
        tags,
        summary: "Add a building",
        params,
        body: z.strictObject({ name }).meta({ examples: [{ name: "12号楼" }] }),
        response: { 201: building, ...problems(400, 404, 409) },
      },
    },
    async ({ params, body }, reply) => {
      registry.addBuilding(siteOf(parts, params.site).id, body.name);
      return reply.code(201).send({ name: body.name, devices: 0 });
    },
  );
}
