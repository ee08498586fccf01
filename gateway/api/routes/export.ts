import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { z } from "zod";
import type { App } from "../app.ts";
import { chooseDevices, chooseFields, chooseTime, orRequestFault } from "../history-choice.ts";
import { siteOf } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { problems } from "../schemas/problem.ts";
import { exportQuery, siteParams } from "../schemas/series.ts";

const mediaTypes = { csv: "text/csv; charset=utf-8", parquet: "application/vnd.apache.parquet" };

/** History as a file. */
export function exportRoutes(
  app: App,
  parts: Pick<ApiParts, "registry" | "series" | "clock" | "historyLimits" | "log">,
): void {
  const { series, clock, historyLimits, log } = parts;

  app.get(
    "/api/v1/sites/:site/series/export",
    {
      schema: {
        operationId: "exportSeries",
        tags: ["series"],
        summary: "Values as they came, as a CSV or Parquet file",
        description:
          "One line for each value, by device, field and time. CSV begins with a byte order mark, and a text that a spreadsheet would take for a formula gets an apostrophe. In Parquet, numbers and booleans (as 0 and 1) stand in `value`, words in `text`.",
        params: siteParams,
        querystring: exportQuery,
        response: {
          200: {
            description: "The file.",
            content: {
              "text/csv": { schema: z.string() },
              "application/vnd.apache.parquet": { schema: z.string() },
            },
          },
          ...problems(400, 404, 503),
        },
      },
    },
    async ({ params, query }, reply) => {
      const { site } = params;
      const { maxDevices } = historyLimits;
      const devices = chooseDevices(parts, { site: siteOf(parts, site).id, query, maxDevices });
      const time = chooseTime(query, clock.now());
      const { format, simulated } = query;
      const fields = query.fields ?? [...chooseFields(devices, undefined), "event"];
      chooseFields(devices, query.fields);
      const names = devices.map(({ device }) => device);
      const file = await orRequestFault(
        series.export({ devices: names, fields, ...time, simulated, format }),
      );
      const name = `${site}-${new Date(time.from).toISOString().slice(0, 10)}.${format}`;
      const content = createReadStream(file.path);
      content.once("close", () => {
        rm(file.path, { force: true }).catch((error: unknown) => {
          log.warn({ err: error, path: file.path }, "exported file was not deleted");
        });
      });
      return reply
        .type(mediaTypes[format])
        .header("content-disposition", `attachment; filename="${name}"`)
        .header("content-length", file.bytes)
        .send(content as never);
    },
  );
}
