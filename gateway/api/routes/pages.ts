import { z } from "zod";
import type { App } from "../app.ts";
import { openDocs } from "../docs.ts";
import { docsPolicy, securityHeaders } from "../headers.ts";
import type { ApiParts } from "../parts.ts";

/** The OpenAPI document and its browsable form. */
export function pageRoutes(app: App, { settings }: Pick<ApiParts, "settings">): void {
  app.get(
    "/openapi.json",
    {
      schema: {
        operationId: "openapi",
        tags: ["operation"],
        summary: "This document",
        security: [],
        response: { 200: z.record(z.string(), z.unknown()) },
      },
    },
    async (_request, reply) =>
      reply.type("application/json; charset=utf-8").send(JSON.stringify(app.swagger()) as never),
  );

  if (!settings.docs) return;
  const docs = openDocs(() => app.swagger());
  app.addHook("onClose", async () => docs.close());
  for (const [operationId, url] of [
    ["docs", "/docs"],
    ["docsFiles", "/docs/*"],
  ] as const) {
    app.get(url, { schema: { operationId, hide: true } }, async (request, reply) => {
      const answer = await docs.handler();
      reply.hijack();
      for (const name in securityHeaders) reply.raw.setHeader(name, securityHeaders[name] ?? "");
      reply.raw.setHeader("content-security-policy", docsPolicy);
      answer(request.raw, reply.raw);
    });
  }
}
