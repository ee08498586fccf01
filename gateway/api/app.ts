import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Caller } from "../types.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Whose token came with the request; set on every route that is not public. */
    caller: Caller;
  }
}

/** The Fastify instance with schemas read by zod. */
export type App = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
