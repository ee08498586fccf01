import { z } from "zod";
import type { App } from "../app.ts";
import type { ApiParts } from "../parts.ts";
import { problems } from "../schemas/problem.ts";

/** A backup of everything, made while the gateway works. */
export function backupRoutes(app: App, { backups }: Pick<ApiParts, "backups">): void {
  app.post(
    "/api/v1/backup",
    {
      schema: {
        operationId: "makeBackup",
        tags: ["operation"],
        summary: "Everything of this gateway as one file",
        description:
          "A tar archive, compressed with zstd, made while messages keep coming: databases, journal, history, the key of all passwords. It is whole only when it ends with `manifest.json`; `linli backup` checks that, `linli restore` puts it back. Keep it like a password.",
        response: {
          200: {
            description: "The file.",
            content: { "application/zstd": { schema: z.string() } },
          },
          ...problems(409, 503),
        },
      },
    },
    async (_request, reply) => {
      const { name, content } = await backups.download();
      return reply
        .type("application/zstd")
        .header("content-disposition", `attachment; filename="${name}"`)
        .header("cache-control", "no-store")
        .send(content as never);
    },
  );
}
