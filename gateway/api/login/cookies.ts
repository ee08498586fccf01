import type { FastifyReply, FastifyRequest } from "fastify";
import type { LoggedIn, Origin } from "./log-in.ts";

/** Longest life that browsers give a cookie. */
const markSeconds = 400 * 86_400;

/** Cookies are named apart for HTTPS, where the browser itself keeps other hosts and plain HTTP from setting them (`__Host-`). */
function nameOf(request: FastifyRequest, name: "session" | "browser" | "oidc"): string {
  return `${request.protocol === "https" ? "__Host-" : ""}linli-${name}`;
}

function optionsOf(request: FastifyRequest) {
  const secure = request.protocol === "https";
  return { path: "/", httpOnly: true, sameSite: "strict", secure } as const;
}

/** The session's cookie that came with the request. */
export function sessionCookieOf(request: FastifyRequest): string | undefined {
  return request.cookies[nameOf(request, "session")];
}

/** Where the request comes from, as the log-in wants it. */
export function originOf(request: FastifyRequest): Origin {
  return {
    address: request.ip,
    agent: request.headers["user-agent"] ?? "",
    mark: request.cookies[nameOf(request, "browser")],
  };
}

/** Gives the browser its session. */
export function setSession(
  reply: FastifyReply,
  { cookie, endsAt }: { cookie: string; endsAt: number },
): void {
  const { request } = reply;
  reply.setCookie(nameOf(request, "session"), cookie, { ...optionsOf(request), expires: new Date(endsAt) });
}

/** Gives the browser its session and the mark that it is known from now on. */
export function setLoggedIn(reply: FastifyReply, opened: LoggedIn): void {
  const { request } = reply;
  setSession(reply, opened);
  reply.setCookie(nameOf(request, "browser"), opened.mark, { ...optionsOf(request), maxAge: markSeconds });
}

/**
 * The cookie that binds a log-in at the identity provider to the browser that began it. It must come along when the
 * provider sends the browser back, so it is the only one that is not SameSite=Strict.
 */
export const roundCookie = {
  of: (request: FastifyRequest): string | undefined => request.cookies[nameOf(request, "oidc")],
  set(reply: FastifyReply, value: string, lifeMs: number): void {
    const { request } = reply;
    const options = { ...optionsOf(request), sameSite: "lax", maxAge: Math.ceil(lifeMs / 1000) } as const;
    reply.setCookie(nameOf(request, "oidc"), value, options);
  },
  clear(reply: FastifyReply): void {
    const { request } = reply;
    reply.clearCookie(nameOf(request, "oidc"), optionsOf(request));
  },
};

/** Takes the session from the browser; it stays known. */
export function clearSession(reply: FastifyReply): void {
  const { request } = reply;
  reply.clearCookie(nameOf(request, "session"), optionsOf(request));
}
