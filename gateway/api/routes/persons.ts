import { z } from "zod";
import type { App } from "../app.ts";
import { siteOf } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { identifier, personData, personReport } from "../schemas/person.ts";
import { problems } from "../schemas/problem.ts";
import { id, iso } from "../schemas/shared.ts";

const tags = ["persons"];

/** What a resident may ask for: what is kept of them, and that it goes. */
export function personRoutes(app: App, parts: Pick<ApiParts, "persons" | "registry">): void {
  const { persons } = parts;

  app.post(
    "/api/v1/sites/:site/persons/export",
    {
      schema: {
        operationId: "exportPerson",
        tags,
        summary: "Everything that is kept of a person",
        description:
          "Found by the keyed hash of the identifier. What staff wrote (comments, names of devices) is not looked through.",
        params: z.object({ site: id }),
        body: identifier,
        response: { 200: personData, ...problems(400, 404, 503) },
      },
    },
    async ({ params, body }) => {
      siteOf(parts, params.site);
      const { readings, ...found } = await persons.export(params.site, body.identifier);
      return {
        ...found,
        hashes: [...found.hashes],
        readings: readings.map(({ time, receivedAt, ...reading }) => ({
          ...reading,
          time: iso(time),
          receivedAt: iso(receivedAt),
        })),
        records: [...found.records] as Record<string, unknown>[],
        rejections: [...found.rejections] as Record<string, unknown>[],
        alerts: [...found.alerts] as Record<string, unknown>[],
        present: [...found.present],
      };
    },
  );

  app.post(
    "/api/v1/sites/:site/persons/erase",
    {
      schema: {
        operationId: "erasePerson",
        tags,
        summary: "Erase a person",
        description:
          "The keyed hash goes from the history, alerts, refused messages and present values; what happened stays without it. What the person does from now on is recorded again.",
        params: z.object({ site: id }),
        body: identifier,
        response: { 200: personReport, ...problems(400, 404, 409, 503) },
      },
    },
    async ({ params, body, caller }) => {
      siteOf(parts, params.site);
      const report = await persons.erase(params.site, body.identifier, caller.name);
      const { site, hashes, at, erased, pending, records, isCut, recordedUntil } = report;
      return {
        ...{ site, hashes: [...hashes], at: iso(at), erased: erased ?? null, pending: pending ?? null },
        recording: { records: records ?? null, isCut, until: iso(recordedUntil) },
      };
    },
  );
}
