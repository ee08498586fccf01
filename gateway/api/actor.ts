import type { FastifyRequest } from "fastify";
import type { AuditVia } from "../state/contract.ts";
import { bearerOf } from "./guard.ts";

/** Who a request's action is written down under: a stable id, never a name, so that a person can be erased later. */
export interface Actor {
  readonly by: string;
  readonly via: AuditVia;
}

/** Whose request it is. The id of a token is a part of its text and no secret; a token that was refused is nobody's. */
export function actorOf(request: FastifyRequest): Actor {
  if (request.caller === undefined) return { by: "nobody", via: "token" };
  const id = /^linli_([0-9a-z]{10})_/.exec(bearerOf(request) ?? "")?.[1];
  return id === undefined ? { by: "settings", via: "settings" } : { by: `token:${id}`, via: "token" };
}
