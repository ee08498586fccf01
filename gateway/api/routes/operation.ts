import { z } from "zod";
import type { App } from "../app.ts";
import type { ApiParts } from "../parts.ts";
import { liveness, readiness } from "../schemas/operation.ts";
import { problems } from "../schemas/problem.ts";

const tags = ["operation"];

/** Health and metrics, for supervisors and Prometheus. */
export function operationRoutes(app: App, { health, metrics }: Pick<ApiParts, "health" | "metrics">): void {
  app.get(
    "/health/live",
    {
      schema: {
        operationId: "healthLive",
        tags,
        summary: "Whether the process lives",
        security: [],
        response: { 200: liveness, 503: liveness },
      },
    },
    async (_request, reply) =>
      health.live() ? { status: "ok" as const } : reply.code(503).send({ status: "failing" }),
  );

  app.get(
    "/health/ready",
    {
      schema: {
        operationId: "healthReady",
        tags,
        summary: "Whether every part works",
        description: "503 with the stage that failed.",
        security: [],
        response: { 200: readiness, 503: readiness },
      },
    },
    async (_request, reply) => {
      const stages = health.ready().map(({ stage, ok, detail, isDetail }) => {
        return { stage, ok, detail, required: isDetail !== true };
      });
      const isReady = stages.every(({ ok, required }) => ok || !required);
      return reply.code(isReady ? 200 : 503).send({ status: isReady ? "ok" : "failing", stages });
    },
  );

  app.get(
    "/metrics",
    {
      schema: {
        operationId: "metrics",
        tags,
        summary: "Metrics in the Prometheus text format",
        description: "Without device ids. Who needs no token says the setting `metricsOpen`.",
        response: {
          200: { description: "Metrics.", content: { "text/plain": { schema: z.string() } } },
          ...problems(),
        },
      },
    },
    async (_request, reply) =>
      reply.type("text/plain; version=0.0.4; charset=utf-8").send(await metrics.text()),
  );
}
