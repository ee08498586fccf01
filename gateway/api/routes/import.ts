import { z } from "zod";
import { decodeCsv } from "../../state/csv-text.ts";
import { parseDeviceCsv } from "../../state/device-csv.ts";
import { writeDeviceCsv } from "../../state/device-csv-text.ts";
import type { App } from "../app.ts";
import { siteOf } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { presentHandover } from "../present/credentials.ts";
import { RequestFaults } from "../problem.ts";
import { importResult } from "../schemas/device.ts";
import { problems } from "../schemas/problem.ts";
import { flag, id } from "../schemas/shared.ts";

/** Many devices at once, from a CSV file. */
export function importRoutes(app: App, parts: Pick<ApiParts, "registry" | "catalogue" | "settings">): void {
  const { registry, catalogue, settings } = parts;
  // Excel in China writes GB 18030, so the bytes are decoded by looking at them.
  app.addContentTypeParser("text/csv", { parseAs: "buffer" }, async (_request: unknown, body: Buffer) =>
    decodeCsv(body, { maxBytes: settings.bodyBytes }),
  );

  app.post(
    "/api/v1/sites/:site/devices/import",
    {
      schema: {
        operationId: "importDevices",
        tags: ["devices"],
        summary: "Register many devices from CSV",
        description,
        consumes: ["text/csv"],
        params: z.object({ site: id }),
        querystring: z.strictObject({
          dryRun: flag.optional(),
          claim: flag
            .optional()
            .describe("Claim codes in place of passwords, where no column says otherwise."),
        }),
        body: z
          .string("the body must be CSV, sent as text/csv")
          .min(1, "the file is empty")
          .meta({ examples: ["kind,id,name,building\n<kind>,bin-0012,东门厨余桶,12号楼\n"] }),
        response: { 200: importResult, 201: importResult, ...problems(400, 404, 409, 413) },
      },
    },
    async ({ params, query, body }, reply) => {
      const { id: site } = siteOf(parts, params.site);
      const dryRun = query.dryRun ?? false;
      const csv = parseDeviceCsv(body, { catalogue, maxRows: settings.importRows });
      // A file with unreadable lines is still checked against the registry, so that people see all faults at once.
      const result = registry.addDevices(
        site,
        csv.devices.map(({ device }) => ({ ...device, claim: device.claim ?? query.claim ?? false })),
        { dryRun: dryRun || csv.faults.length > 0 },
      );
      const faults: Fault[] = [
        ...csv.faults,
        ...result.faults.map(({ row, ...fault }) => ({ line: csv.devices[row]?.line ?? 0, ...fault })),
      ]
        .sort((a, b) => a.line - b.line)
        .slice(0, maxFaults);
      if (!dryRun && faults.length > 0) throw new RequestFaults(faults.map(lineFault));
      return reply.code(dryRun ? 200 : 201).send({
        dryRun,
        rows: csv.devices.length,
        added: result.added.map(({ device: { device, name, building }, ...handover }) => ({
          ...{ device, name, building: building ?? null },
          ...presentHandover(handover),
        })),
        faults,
      });
    },
  );
}

/** The devices of a site as the same file, to be kept or taken elsewhere. */
export function deviceFileRoutes(app: App, parts: Pick<ApiParts, "registry">): void {
  app.get(
    "/api/v1/sites/:site/devices.csv",
    {
      schema: {
        operationId: "exportDevices",
        tags: ["devices"],
        summary: "The devices of a site as CSV",
        description:
          "In the columns that `importDevices` reads, facts and parents too, without passwords. A text that a spreadsheet would take for a formula gets an apostrophe, which the import takes off again.",
        params: z.object({ site: id }),
        response: {
          200: { description: "The file.", content: { "text/csv": { schema: z.string() } } },
          ...problems(404),
        },
      },
    },
    async ({ params }, reply) => {
      const { id: site } = siteOf(parts, params.site);
      const devices = [...parts.registry.devices()].filter((known) => known.site === site);
      return reply
        .type("text/csv; charset=utf-8")
        .header("content-disposition", `attachment; filename="devices-${site}.csv"`)
        .send(writeDeviceCsv(devices) as never);
    },
  );
}

/** Faults that are told of one file; a person would not read more. */
const maxFaults = 1000;

const description = [
  "The first line names the columns: kind, id, name, building, floor, parent, interval (30s, 10min), claim (yes, no) and fact.<name> for each fact (fact.depthMm); Chinese titles work too.",
  "Each device is answered with its password, or with its claim code where `claim` says so.",
  "All or nothing. With `dryRun=true` nothing is registered and every fault is answered with its line.",
].join("\n\n");

type Fault = z.output<typeof importResult>["faults"][number];

function lineFault({ line, path, message }: Fault) {
  return { path: path === "" ? `line ${line}` : `line ${line}, ${path}`, message };
}
