import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import type { App } from "../app.ts";
import { cutPage } from "../paging.ts";
import type { ApiParts } from "../parts.ts";
import { presentKind, presentKindItem } from "../present/kind.ts";
import { kindDetail, kindItem } from "../schemas/kind.ts";
import { problems } from "../schemas/problem.ts";
import { kindName, pageOf, paging } from "../schemas/shared.ts";

/** What devices can be. */
export function kindRoutes(app: App, { catalogue }: Pick<ApiParts, "catalogue">): void {
  app.get(
    "/api/v1/kinds",
    {
      schema: {
        operationId: "listKinds",
        tags: ["kinds"],
        summary: "List the kinds",
        description: "Every kind of device that this gateway knows.",
        querystring: z.strictObject(paging),
        response: { 200: pageOf(kindItem), ...problems(400) },
      },
    },
    async ({ query }) => {
      const page = cutPage(catalogue.values(), (kind) => kind.name, query);
      return { ...page, items: page.items.map(presentKindItem) };
    },
  );

  app.get(
    "/api/v1/kinds/:kind",
    {
      schema: {
        operationId: "getKind",
        tags: ["kinds"],
        summary: "Describe a kind",
        description:
          "Fields, facts, events, commands and rules, with JSON Schemas: all that a form, a screen or a device needs.",
        params: z.object({ kind: kindName }),
        response: { 200: kindDetail, ...problems(400, 404) },
      },
    },
    async ({ params }) => {
      const kind = catalogue.get(params.kind);
      if (kind === undefined) throw new GatewayError("not-found", `there is no kind "${params.kind}"`);
      return presentKind(kind);
    },
  );
}
