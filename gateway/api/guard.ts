import type { FastifyRequest, RouteOptions } from "fastify";
import { GatewayError } from "../errors.ts";
import type { Caller } from "../types.ts";
import type { App } from "./app.ts";
import type { ApiParts } from "./parts.ts";
import { createRateLimit } from "./rate.ts";
import { type OperationId, type Right, refusalOf, rights } from "./roles.ts";

type GuardParts = Pick<ApiParts, "access" | "clock" | "metrics" | "settings">;

/**
 * Stands before every route: rate, token, role. Must be installed before the first route; a route without a row in the
 * role table, and a row without a route, fail the start with `internal`.
 */
export function installGuard(app: App, { access, clock, metrics, settings }: GuardParts): void {
  const refused = metrics.countBy("http_refused", "Requests refused before their route, by reason", "reason");
  const rate = createRateLimit({
    settings,
    clock,
    refused: { add: () => refused.add("rate"), value: () => refused.value("rate") },
  });
  const routes = new Set<string>();

  app.decorateRequest("caller");
  app.addHook("onRoute", (route) => void routes.add(declaredId(route)));
  app.addHook("onReady", async () => {
    const missing = Object.keys(rights).filter((id) => !routes.has(id) && !optional.has(id));
    if (missing.length > 0) {
      throw new GatewayError(
        "internal",
        `the role table names routes that do not exist: ${missing.join(", ")}`,
      );
    }
  });
  app.addHook("onRequest", async (request, reply) => {
    const id = request.routeOptions.schema?.operationId;
    const right = rightOf(id);
    if (id !== "healthLive" && id !== "healthReady" && !rate.take(request.ip)) {
      throw new GatewayError("limit-reached", "too many requests from this address", { retryable: true });
    }
    if (right.least === "public") return;
    if (right.least === "scrape" && mayScrape(request, settings.metricsOpen)) return;
    const caller = identify(request, access);
    if (caller === undefined) {
      refused.add("token");
      throw new GatewayError("unauthorised", "send a known token as `Authorization: Bearer <token>`");
    }
    const refusal = refusalOf(caller, right, (request.params as { site?: string }).site);
    if (refusal !== undefined) {
      refused.add("role");
      throw new GatewayError("forbidden", refusal);
    }
    request.caller = caller;
    reply.header("vary", "Authorization");
  });
}

/** The bearer token of a request. */
export function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,512})$/i.exec(request.headers.authorization ?? "")?.[1];
}

// The documentation may be switched off.
const optional: ReadonlySet<string> = new Set(["docs", "docsFiles"] satisfies OperationId[]);

function declaredId(route: RouteOptions): OperationId {
  const id = route.schema?.operationId;
  if (isDeclared(id)) return id;
  throw new GatewayError("internal", `route ${route.method} ${route.url} has no row in the role table`);
}

function isDeclared(id: string | undefined): id is OperationId {
  return id !== undefined && Object.hasOwn(rights, id);
}

function rightOf(id: string | undefined): Right {
  return isDeclared(id) ? rights[id] : unknownPath;
}

/** The answer to a path that nothing has: it tells nothing and needs no token. */
const unknownPath: Right = { least: "public", reach: "nothing" };

function identify(request: FastifyRequest, access: GuardParts["access"]): Caller | undefined {
  const token = bearerOf(request);
  return token === undefined ? undefined : access.caller(token);
}

function mayScrape(request: FastifyRequest, open: "loopback" | "token" | "everyone"): boolean {
  if (open === "everyone") return true;
  // A forwarded request comes from somewhere else, whatever its socket says.
  const isForwarded =
    request.headers["x-forwarded-for"] !== undefined || request.headers.forwarded !== undefined;
  return open === "loopback" && !isForwarded && isLoopback(request.socket.remoteAddress);
}

function isLoopback(address: string | undefined): boolean {
  return address === "::1" || /^(::ffff:)?127\./.test(address ?? "");
}
