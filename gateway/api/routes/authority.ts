import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import type { App } from "../app.ts";
import type { ApiParts } from "../parts.ts";
import { problems } from "../schemas/problem.ts";

/** The root of the local authority, for phones and computers that are to trust this gateway. */
export function authorityRoutes(
  app: App,
  { authorityCertificate }: Pick<ApiParts, "authorityCertificate">,
): void {
  app.get(
    "/ca.crt",
    {
      schema: {
        operationId: "authorityCertificate",
        tags: ["operation"],
        summary: "The root certificate of the local authority",
        description:
          "DER, as iOS, Android, Windows and macOS install it. 404 where `linli tls init` made none.",
        security: [],
        response: {
          200: {
            description: "The certificate.",
            content: { "application/x-x509-ca-cert": { schema: z.string() } },
          },
          404: problems(404)[404],
        },
      },
    },
    async (_request, reply) => {
      const root = authorityCertificate?.();
      if (root === undefined) {
        throw new GatewayError(
          "not-found",
          "this gateway has no authority of its own; linli tls init makes one",
        );
      }
      // Safari installs what is not offered as a download.
      return reply.type("application/x-x509-ca-cert").send(root as never);
    },
  );
}
