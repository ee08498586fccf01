import { z } from "zod";
import type { App } from "../app.ts";
import { type CsvFault, readDeviceCsv } from "../device-csv.ts";
import { siteOf } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { RequestFaults } from "../problem.ts";
import { importResult } from "../schemas/device.ts";
import { problems } from "../schemas/problem.ts";
import { flag, id } from "../schemas/shared.ts";

/** Many devices at once, from a CSV file. */
export function importRoutes(app: App, parts: Pick<ApiParts, "registry" | "catalogue" | "settings">): void {
  const { registry, catalogue, settings } = parts;
  app.addContentTypeParser("text/csv", { parseAs: "string" }, (_request, body, done) => done(null, body));

  app.post(
    "/api/v1/sites/:site/devices/import",
    {
      schema: {
        operationId: "importDevices",
        tags: ["devices"],
        summary: "Register many devices from CSV",
        description:
          "Header: kind,id,name,building,floor,parent,intervalMs and one column for each fact (facts.depthMm). All or nothing. With dryRun=true nothing is registered and every fault is answered with its line.",
        consumes: ["text/csv"],
        params: z.object({ site: id }),
        querystring: z.strictObject({ dryRun: flag.optional() }),
        body: z
          .string()
          .min(1, "the file is empty")
          .meta({
            examples: ["kind,id,name,building\nwaste-bin,bin-0012,东门厨余桶,12号楼\n"],
          }),
        response: { 200: importResult, 201: importResult, ...problems(400, 404, 409, 413) },
      },
    },
    async ({ params, query, body }, reply) => {
      const { id: site } = siteOf(parts, params.site);
      const dryRun = query.dryRun ?? false;
      const { devices, faults } = readDeviceCsv(body, { catalogue, maxRows: settings.importRows });
      // A file with unreadable rows is still checked against the registry, so that people see all faults at once.
      const checkOnly = dryRun || faults.length > 0;
      const result = registry.addDevices(
        site,
        devices.map(({ device }) => device),
        { dryRun: checkOnly },
      );
      const all: CsvFault[] = [
        ...faults,
        ...result.faults.map(({ row, path, message }) => ({ line: devices[row]?.line ?? 0, path, message })),
      ].sort((a, b) => a.line - b.line);
      if (!dryRun && all.length > 0) throw new RequestFaults(all.map(lineFault));
      return reply.code(dryRun ? 200 : 201).send({
        dryRun,
        rows: devices.length,
        added: dryRun
          ? []
          : result.added.map(({ device, credentials }) => ({ device: device.device, credentials })),
        faults: all,
      });
    },
  );
}

function lineFault({ line, path, message }: CsvFault) {
  return { path: path === "" ? `line ${line}` : `line ${line}, ${path}`, message };
}
