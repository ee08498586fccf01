import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Caller } from "../types.ts";
import type { Sites } from "./lookup.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks; set on every route that is not public. */
    caller: Caller;
    /** The sites at which the caller may do this; undefined: everywhere. */
    sites: Sites;
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
