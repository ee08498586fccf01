import type { FastifyRequest } from "fastify";
import type { AuditVia } from "../state/audit/contract.ts";

/** Who a request's action is written down under: a stable id, never a name, so that a person can be erased later. */
export interface Actor {
  readonly by: string;
  readonly via: AuditVia;
}

/** Whose request it is; one whose token or session was refused is nobody's. */
export function actorOf({ caller }: FastifyRequest): Actor {
  if (caller === undefined) return { by: "nobody", via: "token" };
  if (caller.session !== undefined) return { by: caller.id, via: "session" };
  return { by: caller.id, via: caller.id === "settings" ? "settings" : "token" };
}
