import type { FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import { GatewayError } from "../errors.ts";
import type { Caller } from "../types.ts";
import type { App } from "./app.ts";
import { sessionCookieOf, setSession } from "./login/cookies.ts";
import { foreignOrigin } from "./login/same-origin.ts";
import type { ApiParts } from "./parts.ts";
import { createRateLimit } from "./rate.ts";
import { admit, type OperationId, rights } from "./roles.ts";

type GuardParts = Pick<ApiParts, "access" | "identity" | "ownCaller" | "clock" | "metrics" | "settings">;

/**
 * Stands before every route: rate, origin, token or session, role. Must be installed before the first route; a route
 * without a row in the role table, and a row without a route, fail the start with `internal`.
 */
export function installGuard(app: App, parts: GuardParts): void {
  const { clock, metrics, settings } = parts;
  const refused = metrics.countBy("http_refused", "Requests refused before their route, by reason", "reason");
  const rate = createRateLimit({
    limits: () => ({
      perSecond: settings.requestsPerSecond,
      burst: settings.requestsBurst,
      keys: settings.rateAddresses,
    }),
    clock,
    refused: { add: () => refused.add("rate") },
  });
  // A proxy in front may change the host name; the pages that links lead to are ours all the same.
  const own = settings.publicUrl === undefined ? [] : [new URL(settings.publicUrl).origin];
  const origins = [...settings.origins, ...own];
  const routes = new Set<string>();

  app.decorateRequest("caller");
  app.decorateRequest("sites");
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
    // Whoever floods the door from this machine must not make the gateway believe that its screens are dark.
    const own = parts.ownCaller(bearerOf(request) ?? "");
    if (id !== "healthLive" && id !== "healthReady" && own === undefined && !rate.take(request.ip)) {
      throw new GatewayError("limit-reached", "too many requests from this address", { retryable: true });
    }
    const isCookie = request.headers.authorization === undefined && sessionCookieOf(request) !== undefined;
    const foreign = foreignOrigin(request, { origins, needsProof: isCookie });
    if (foreign !== undefined) {
      refused.add("origin");
      throw new GatewayError("forbidden", foreign);
    }
    // A path that nothing has tells nothing and needs no token.
    if (!isDeclared(id) || rights[id].who === "public") return;
    if (rights[id].who === "scrape" && mayScrape(request, settings.metricsOpen)) return;
    const caller = own ?? identify(request, reply, parts, id);
    if (caller === undefined) {
      refused.add("token");
      throw new GatewayError("unauthorised", whatIsMissing(request, isCookie));
    }
    request.caller = caller;
    const admission = admit(caller, id, (request.params as { site?: string }).site);
    if (!admission.ok) {
      refused.add("role");
      throw new GatewayError("forbidden", admission.refusal);
    }
    request.sites = admission.sites;
    reply.header("vary", "Authorization, Cookie");
  });
}

/** Who asks, once more: undefined when the token or session has ended since. For streams that stay open. */
export function callerAgain(
  request: FastifyRequest,
  { access, identity }: Pick<ApiParts, "access" | "identity">,
): Caller | undefined {
  const { caller } = request;
  if (caller.session === undefined) return access.caller(bearerOf(request) ?? "");
  const person = identity.sessions.isOpen(caller.session)
    ? identity.people.find(caller.id.slice(7))
    : undefined;
  return person && { ...caller, grants: person.grants };
}

// The documentation may be switched off, the screens not built, and there may be no identity provider.
const optional: ReadonlySet<string> = new Set([
  ...(["docs", "docsFiles", "screenPage", "oidcBegin", "oidcCallback"] satisfies OperationId[]),
]);

function declaredId(route: RouteOptions): OperationId {
  const id = route.schema?.operationId;
  if (isDeclared(id)) return id;
  throw new GatewayError("internal", `route ${route.method} ${route.url} has no row in the role table`);
}

function isDeclared(id: string | undefined): id is OperationId {
  return id !== undefined && Object.hasOwn(rights, id);
}

/** A token goes before a cookie: who sends one means it. */
function identify(
  request: FastifyRequest,
  reply: FastifyReply,
  { access, identity }: GuardParts,
  operation: OperationId,
): Caller | undefined {
  if (request.headers.authorization !== undefined) {
    const token = bearerOf(request);
    return token === undefined ? undefined : access.caller(token);
  }
  const cookie = sessionCookieOf(request);
  if (cookie === undefined) return undefined;
  // The answer of a stream is written by the hub, which knows no cookies.
  const use = identity.sessions.use(cookie, { rotate: operation !== "stream" });
  if (use?.cookie !== undefined) setSession(reply, { cookie: use.cookie, endsAt: use.endsAt });
  return use?.caller;
}

function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,512})$/i.exec(request.headers.authorization ?? "")?.[1];
}

function whatIsMissing(request: FastifyRequest, isCookie: boolean): string {
  if (isCookie) return "the session has ended; log in again";
  return request.headers.authorization === undefined
    ? "log in, or send a token as `Authorization: Bearer <token>`"
    : "send a known token as `Authorization: Bearer <token>`";
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
