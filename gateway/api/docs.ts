import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";

/** The browsable documentation; made when somebody opens it, because it costs 3 MiB that a gateway rarely needs. */
export interface Docs {
  /** Answers requests below `/docs`. */
  handler(): Promise<(request: IncomingMessage, response: ServerResponse) => void>;
  close(): Promise<void>;
}

/** Nothing is loaded until `handler` is called. */
export function openDocs(specification: () => unknown): Docs {
  let made: Promise<FastifyInstance> | undefined;
  return {
    async handler() {
      made ??= makeDocs(specification());
      return (await made).routing;
    },
    async close() {
      await (await made)?.close();
    },
  };
}

async function makeDocs(document: unknown): Promise<FastifyInstance> {
  const [{ fastify }, swagger, ui] = await Promise.all([
    import("fastify"),
    import("@fastify/swagger"),
    import("@fastify/swagger-ui"),
  ]);
  const app = fastify({ logger: false });
  await app.register(swagger.default, { mode: "static", specification: { document: document as never } });
  await app.register(ui.default, { routePrefix: "/docs", uiConfig: { deepLinking: true } });
  await app.ready();
  return app;
}
