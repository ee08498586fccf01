import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { BegunAction } from "../state/audit/contract.ts";
import type { Caller } from "../types.ts";
import type { Sites } from "./lookup.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks; set on every route that is not public, also when the role does not reach. */
    caller: Caller;
    /** The sites at which the caller may do this; undefined: everywhere. */
    sites: Sites;
    /** The action that the audit trail knows to have begun with this request. */
    begunAction: BegunAction | "ended" | undefined;
    /** What the answer told the audit trail of what was made. */
    auditAnswer: AuditAnswer | undefined;
  }
}

/** What an answer tells of what was done. */
export interface AuditAnswer {
  readonly target?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** The Fastify instance with schemas read by zod. */
export type App = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
