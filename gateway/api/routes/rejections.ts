import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import type { App } from "../app.ts";
import { deviceOfTopic, isWithin, narrow, type Sites } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { presentRejection } from "../present/rejection.ts";
import { problems } from "../schemas/problem.ts";
import { reingest, reingestResult, rejection, rejectionCode, rejectionGroup } from "../schemas/rejection.ts";
import { deviceName, id, iso, kindName, pageOf, paging } from "../schemas/shared.ts";

const tags = ["rejections"];

/** Refused messages: looked at, understood, ingested again. */
export function rejectionRoutes(app: App, { rejections }: Pick<ApiParts, "rejections">): void {
  app.get(
    "/api/v1/rejections",
    {
      schema: {
        operationId: "listRejections",
        tags,
        summary: "List refused messages, newest first",
        querystring: z.strictObject({
          ...paging,
          code: rejectionCode.optional(),
          site: id.optional(),
          kind: kindName.optional(),
          device: deviceName.optional(),
        }),
        response: { 200: pageOf(rejection), ...problems(400) },
      },
    },
    async ({ query: { site, ...query }, sites }) => {
      const page = rejections.list({ ...query, sites: narrow(sites, site) });
      return { items: page.items.map(presentRejection), next: page.next ?? null };
    },
  );

  app.get(
    "/api/v1/rejections/groups",
    {
      schema: {
        operationId: "listRejectionGroups",
        tags,
        summary: "Refused messages by cause, most frequent first",
        querystring: z.strictObject({ site: id.optional() }),
        response: { 200: pageOf(rejectionGroup), ...problems(400) },
      },
    },
    async ({ query, sites }) => ({
      items: rejections
        .groups(narrow(sites, query.site))
        .map((group) => ({ ...group, firstAt: iso(group.firstAt), lastAt: iso(group.lastAt) })),
      next: null,
    }),
  );

  app.get(
    "/api/v1/rejections/:id",
    {
      schema: {
        operationId: "getRejection",
        tags,
        summary: "A refused message",
        params: z.object({ id: z.string().min(1).max(64) }),
        response: { 200: rejection, ...problems(400, 404) },
      },
    },
    async ({ params, sites }) => {
      const found = rejections.find(params.id);
      if (found === undefined || !isWithin(sites, deviceOfTopic(found.topic))) {
        throw new GatewayError("not-found", `there is no rejection "${params.id}"`);
      }
      return presentRejection(found);
    },
  );

  app.post(
    "/api/v1/rejections/reingest",
    {
      schema: {
        operationId: "reingestRejections",
        tags,
        summary: "Ingest refused messages again",
        description:
          "After a fix: a device was registered, a kind was corrected. They keep their receive time.",
        body: reingest,
        response: { 200: reingestResult, ...problems(400, 404, 503) },
      },
    },
    async ({ body, caller, sites }) => {
      if (sites !== undefined) refuseForeign(body, sites);
      return rejections.reingest({ ...body, by: caller.name });
    },
  );

  function refuseForeign({ ids, group }: z.output<typeof reingest>, sites: Sites): void {
    if (group !== undefined) {
      throw new GatewayError(
        "forbidden",
        "a group may reach over sites; give ids with a role for single sites",
      );
    }
    const foreign = ids?.find((id) => !isWithin(sites, deviceOfTopic(rejections.find(id)?.topic ?? "")));
    if (foreign !== undefined) throw new GatewayError("not-found", `there is no rejection "${foreign}"`);
  }
}
