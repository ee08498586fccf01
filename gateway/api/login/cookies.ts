import { parseCookie, type SetCookie, stringifySetCookie } from "cookie";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { LoggedIn, Origin } from "./log-in.ts";

/** Longest life that browsers give a cookie. */
const markSeconds = 400 * 86_400;

type Name = "session" | "browser" | "oidc";

/** Cookies are named apart for HTTPS, where the browser itself keeps other hosts and plain HTTP from setting them (`__Host-`). */
function nameOf(request: FastifyRequest, name: Name): string {
  return `${request.protocol === "https" ? "__Host-" : ""}linli-${name}`;
}

function read(request: FastifyRequest, name: Name): string | undefined {
  return parseCookie(request.headers.cookie ?? "")[nameOf(request, name)];
}

function write(reply: FastifyReply, name: Name, cookie: Omit<SetCookie, "name">): void {
  const { request } = reply;
  const secure = request.protocol === "https";
  const options = { path: "/", httpOnly: true, sameSite: "strict", secure, ...cookie } as const;
  // Fastify adds to those that are there already.
  reply.header("set-cookie", stringifySetCookie({ name: nameOf(request, name), ...options }));
}

function clear(reply: FastifyReply, name: Name): void {
  write(reply, name, { value: "", expires: new Date(0) });
}

/** The session's cookie that came with the request. */
export function sessionCookieOf(request: FastifyRequest): string | undefined {
  return read(request, "session");
}

/** Where the request comes from, as the log-in wants it. */
export function originOf(request: FastifyRequest): Origin {
  return {
    address: request.ip,
    agent: request.headers["user-agent"] ?? "",
    mark: read(request, "browser"),
  };
}

/** Gives the browser its session. */
export function setSession(
  reply: FastifyReply,
  { cookie, endsAt }: { cookie: string; endsAt: number },
): void {
  write(reply, "session", { value: cookie, expires: new Date(endsAt) });
}

/** Gives the browser its session and the mark that it is known from now on. */
export function setLoggedIn(reply: FastifyReply, opened: LoggedIn): void {
  setSession(reply, opened);
  write(reply, "browser", { value: opened.mark, maxAge: markSeconds });
}

/**
 * The cookie that binds a log-in at the identity provider to the browser that began it. It must come along when the
 * provider sends the browser back, so it is the only one that is not SameSite=Strict.
 */
export const roundCookie = {
  of: (request: FastifyRequest): string | undefined => read(request, "oidc"),
  set(reply: FastifyReply, value: string, lifeMs: number): void {
    write(reply, "oidc", { value, sameSite: "lax", maxAge: Math.ceil(lifeMs / 1000) });
  },
  clear: (reply: FastifyReply): void => clear(reply, "oidc"),
};

/** Takes the session from the browser; it stays known. */
export function clearSession(reply: FastifyReply): void {
  clear(reply, "session");
}
