import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import type { App } from "../app.ts";
import { cutPage } from "../paging.ts";
import type { ApiParts } from "../parts.ts";
import { newToken, registeredToken, token } from "../schemas/access.ts";
import { problems } from "../schemas/problem.ts";
import { iso, isoOrNull, pageOf, paging } from "../schemas/shared.ts";

const tags = ["access"];

/** Bearer tokens of people and programs that call this API. */
export function tokenRoutes(app: App, { access }: Pick<ApiParts, "access">): void {
  app.get(
    "/api/v1/tokens",
    {
      schema: {
        operationId: "listTokens",
        tags,
        summary: "List the tokens",
        description: "Without their secrets, which are not kept.",
        querystring: z.strictObject(paging),
        response: { 200: pageOf(token), ...problems(400) },
      },
    },
    async ({ query }) => {
      const page = cutPage(access.tokens(), (item) => item.id, query);
      return {
        ...page,
        items: page.items.map(({ id, name, role, site, createdAt, expiresAt, operations, usedAt }) => ({
          ...{ id, name, role, site: site ?? null, createdAt: iso(createdAt) },
          ...{ expiresAt: isoOrNull(expiresAt), usedAt: isoOrNull(usedAt) },
          operations: operations === undefined ? null : [...operations],
        })),
      };
    },
  );

  app.post(
    "/api/v1/tokens",
    {
      schema: {
        operationId: "addToken",
        tags,
        summary: "Make a token",
        description: "Its name is what alerts and commands record as `by`.",
        body: newToken.meta({ examples: [{ name: "duty screen", role: "firefighter", site: "xinfa" }] }),
        response: { 201: registeredToken, ...problems(400, 409) },
      },
    },
    async ({ body }, reply) => reply.code(201).send(access.addToken(body)),
  );

  app.delete(
    "/api/v1/tokens/:id",
    {
      schema: {
        operationId: "removeToken",
        tags,
        summary: "Remove a token",
        description: "It stops at once; streams that it opened end within one heartbeat.",
        params: z.object({ id: z.string().min(1).max(64) }),
        response: { 204: z.undefined().describe("Removed."), ...problems(400, 404) },
      },
    },
    async ({ params }, reply) => {
      if (!access.tokens().some(({ id }) => id === params.id)) {
        throw new GatewayError("not-found", `there is no token "${params.id}"`);
      }
      access.removeToken(params.id);
      return reply.code(204).send();
    },
  );
}
