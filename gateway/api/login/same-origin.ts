import type { FastifyRequest } from "fastify";

/**
 * Why a request that changes something may be another site's doing in somebody's browser; undefined when it is not.
 * With `needsProof` one that says nothing of its origin is refused as well: it carries a cookie, and every browser says it.
 */
export function foreignOrigin(
  request: FastifyRequest,
  { origins, needsProof }: { origins: readonly string[]; needsProof: boolean },
): string | undefined {
  if (request.method === "GET" || request.method === "HEAD") return undefined;
  const { origin, "sec-fetch-site": site } = request.headers;
  if (origin !== undefined) {
    if (origins.includes(origin) || hostOf(origin) === request.host.toLowerCase()) return undefined;
    return `this page's origin ${origin.slice(0, 200)} is not the gateway's; if a proxy changes the host name, list the origin in api.origins`;
  }
  if (site === "same-origin" || site === "none") return undefined;
  if (site !== undefined) return "another site's page may not do this";
  return needsProof ? "with a session cookie the header Origin is needed; programs use a token" : undefined;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
