import type { FastifyReply, FastifyRequest } from "fastify";
import { GatewayError } from "../errors.ts";
import type { AuditEntry, AuditManner } from "../state/audit/contract.ts";
import { actorOf } from "./actor.ts";
import type { App } from "./app.ts";
import { type AuditMode, auditFacts, auditModeOf } from "./audit-facts.ts";
import { describeRequest } from "./audit-request.ts";
import type { ApiParts } from "./parts.ts";
import { codeOfStatus } from "./problem.ts";
import { type OperationId, rights } from "./roles.ts";

/**
 * Writes every action to the audit trail: it begins there before the handler runs, and its row is on disk before the
 * answer leaves. Must be installed after the guard and before the first route.
 */
export function installAuditTrail(
  app: App,
  {
    audit,
    book,
    incidents,
    dutyChecks,
    log,
  }: Pick<ApiParts, "audit" | "book" | "incidents" | "dutyChecks" | "log">,
): void {
  app.decorateRequest("begunAction");
  app.decorateRequest("auditAnswer");

  app.addHook("preHandler", async (request) => {
    const mode = modeOf(request);
    if (!isWritten(mode)) return;
    request.begunAction = audit.begin(entryOf(request), manners[mode]);
  });

  app.addHook("preSerialization", async (request, reply, payload) => {
    const tell = auditFacts[operationOf(request) as OperationId]?.answer;
    if (request.begunAction !== undefined && tell !== undefined && reply.statusCode < 400) {
      request.auditAnswer = tell(payload);
    }
    return payload;
  });

  app.addHook("onSend", async (request, reply, payload) => {
    const { begunAction, auditAnswer } = request;
    if (begunAction === "ended") return;
    const result = resultOf(reply, payload);
    if (begunAction === undefined) {
      if (!isRefusalToTell(request, reply)) return;
      const entry = { ...entryOf(request), ...result };
      // What a stranger calls his keys is nothing to keep.
      audit.noteOften(request.caller === undefined ? { ...entry, detail: {} } : entry);
      return;
    }
    request.begunAction = "ended";
    try {
      begunAction.end({ ...result, ...auditAnswer });
    } catch (error) {
      log.error({ err: error, action: operationOf(request) }, "audit row was not written before the answer");
      if (modeOf(request) !== "write" || result.outcome !== "done") return;
      const what =
        "it was done, but the audit trail cannot be written; do not send it again, its row follows";
      throw new GatewayError("busy", what, { cause: error });
    }
  });

  const siteOfEach = {
    alert: (id: string) => book.find(id)?.site,
    incident: (id: string) => incidents.find(id)?.site,
    "duty-check": (id: string) => dutyChecks.book.find(id)?.site,
  };

  function siteOf(kind: keyof typeof siteOfEach, id: string): string | undefined {
    return siteOfEach[kind](id);
  }

  function entryOf(request: FastifyRequest): Omit<AuditEntry, "outcome"> {
    return {
      ...actorOf(request),
      address: request.ip,
      action: operationOf(request) ?? "",
      ...describeRequest(request, { siteOf }),
    };
  }
}

const manners: Readonly<Record<"write" | "urgent" | "read", AuditManner>> = {
  write: {},
  urgent: { isUrgent: true },
  read: { isRepeatable: true },
};

function isWritten(mode: AuditMode): mode is keyof typeof manners {
  return Object.hasOwn(manners, mode);
}

function operationOf(request: FastifyRequest): string | undefined {
  return request.routeOptions.schema?.operationId;
}

function modeOf(request: FastifyRequest): AuditMode {
  const id = operationOf(request);
  return id !== undefined && Object.hasOwn(rights, id)
    ? auditModeOf(id as OperationId, request.method)
    : "none";
}

/** Turned away at the door, or sent wrongly by somebody known: what never began is told all the same. */
function isRefusalToTell(request: FastifyRequest, { statusCode }: FastifyReply): boolean {
  if (statusCode < 400 || statusCode === 429 || operationOf(request) === undefined) return false;
  if (statusCode === 401 || statusCode === 403) return modeOf(request) !== "self";
  return request.caller !== undefined && isWritten(modeOf(request));
}

function resultOf({ statusCode }: FastifyReply, payload: unknown): Pick<AuditEntry, "outcome" | "code"> {
  if (statusCode < 400) return { outcome: "done" };
  const told =
    typeof payload === "string" ? /^\{"type":"urn:linli:problem:([a-z-]+)"/.exec(payload)?.[1] : undefined;
  const code = told ?? codeOfStatus(statusCode);
  return { outcome: statusCode < 500 ? "refused" : "failed", code };
}
