import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import type { App } from "../app.ts";
import { screenPolicy } from "../headers.ts";
import { landingPage } from "../landing.ts";
import { pagePolicy } from "../page.ts";
import type { ApiParts } from "../parts.ts";
import type { ScreenFile } from "../screens/files.ts";
import { screenPaths } from "../screens/paths.ts";

/**
 * The screens: one empty page for each app, and what it loads. They are public, for they show nothing without a session.
 * Only files that were there at the start have a name here, so that no path leads elsewhere.
 */
export function screenRoutes(app: App, { screens }: Pick<ApiParts, "screens">): void {
  const first = screens.get("index.html");
  app.get("/", { schema: { operationId: "landing", hide: true } }, async (request, reply) => {
    if (first !== undefined) return send(request, reply, first);
    return reply
      .header("content-security-policy", pagePolicy)
      .type("text/html; charset=utf-8")
      .send(landingPage);
  });

  for (const { path, page } of screenPaths) {
    const file = screens.get(page);
    if (file === undefined) continue;
    app.get(path, { schema: { operationId: "screenPage", hide: true } }, async (request, reply) =>
      send(request, reply, file),
    );
  }

  const params = z.object({ name: z.string().max(200) });
  app.get(
    "/assets/:name",
    { schema: { operationId: "screenFile", hide: true, params } },
    async (request, reply) => {
      const file = screens.get(`assets/${request.params.name}`);
      if (file === undefined) throw new GatewayError("not-found", "the screens have no such file");
      return send(request, reply, file);
    },
  );
  for (const [name, file] of screens) {
    if (name.includes("/") || name.endsWith(".html")) continue;
    app.get(`/${name}`, { schema: { operationId: "screenFile", hide: true } }, async (request, reply) =>
      send(request, reply, file),
    );
  }
}

function send(request: FastifyRequest, reply: FastifyReply, file: ScreenFile): FastifyReply {
  reply
    .header("cache-control", file.isHashed ? "public, max-age=31536000, immutable" : "no-cache")
    .header("content-security-policy", screenPolicy)
    .header("etag", file.etag)
    .header("vary", "Accept-Encoding");
  if (String(request.headers["if-none-match"] ?? "").includes(file.etag)) return reply.code(304).send();
  const [encoding, content] = choose(file, String(request.headers["accept-encoding"] ?? ""));
  if (encoding !== undefined) reply.header("content-encoding", encoding);
  return reply.type(file.type).send(content);
}

function choose({ br, gzip, plain }: ScreenFile, accepted: string): readonly [string | undefined, Buffer] {
  if (br !== undefined && /\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(accepted)) return ["br", br];
  if (gzip !== undefined && /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(accepted)) return ["gzip", gzip];
  return [undefined, plain];
}
