import { z } from "zod";
import type { DutyCheck } from "../../duty/contract.ts";
import { GatewayError } from "../../errors.ts";
import { dateOf } from "../../zone.ts";
import type { App } from "../app.ts";
import { sheetCsv, sheetPage } from "../duty-sheet.ts";
import { showPage } from "../login/show-page.ts";
import { isWithin, type Sites, siteOf } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { presentDutyCheck, presentSheet } from "../present/duty-check.ts";
import { dutyCheck, dutySheet, month } from "../schemas/duty.ts";
import { problems } from "../schemas/problem.ts";
import { id } from "../schemas/shared.ts";

const tags = ["duty"];
const site = z.object({ site: id });
const querystring = z.strictObject({ month: month.optional().describe("The present one when absent.") });

/** Duty checks: asked by the plan or a person, answered by the crew, and the sheet of a month. */
export function dutyCheckRoutes(
  app: App,
  parts: Pick<ApiParts, "registry" | "duty" | "dutyChecks" | "clock">,
): void {
  const { book, desk, zone } = parts.dutyChecks;

  function sheet(site: string, month = dateOf(parts.clock.now(), zone).slice(0, 7)) {
    return presentSheet(parts, siteOf(parts, site), month);
  }

  app.get(
    "/api/v1/sites/:site/duty-checks",
    {
      schema: {
        operationId: "listDutyChecks",
        tags,
        summary: "The duty checks of a month",
        description: "Oldest first, with totals by crew. Days and months are local (`ingest.zone`).",
        params: site,
        querystring,
        response: { 200: dutySheet, ...problems(400, 404) },
      },
    },
    async ({ params, query }) => sheet(params.site, query.month),
  );

  app.get(
    "/api/v1/sites/:site/duty-checks/export",
    {
      schema: {
        operationId: "exportDutyChecks",
        tags,
        summary: "The duty checks of a month as CSV",
        description:
          "With a byte order mark; a text that a spreadsheet would take for a formula gets an apostrophe.",
        params: site,
        querystring,
        response: {
          200: { description: "The file.", content: { "text/csv": { schema: z.string() } } },
          ...problems(400, 404),
        },
      },
    },
    async ({ params, query }, reply) => {
      const found = sheet(params.site, query.month);
      return reply
        .type("text/csv; charset=utf-8")
        .header("content-disposition", `attachment; filename="duty-checks-${found.site}-${found.month}.csv"`)
        .send(sheetCsv(found, zone));
    },
  );

  app.get(
    "/sites/:site/duty-checks",
    { schema: { operationId: "dutyCheckPage", hide: true, params: site, querystring } },
    async ({ params, query }, reply) => showPage(reply, sheetPage(sheet(params.site, query.month), zone)),
  );

  app.post(
    "/api/v1/sites/:site/crews/:id/duty-checks",
    {
      schema: {
        operationId: "askDutyCheck",
        tags,
        summary: "Ask a crew now whether somebody is there",
        description: "It sounds at its station, and is missed when nobody answers by `due`.",
        params: z.object({ site: id, id }),
        response: { 201: dutyCheck, ...problems(400, 404, 409) },
      },
    },
    async ({ params, caller }, reply) => {
      const crew = parts.duty.crews.find(siteOf(parts, params.site).id, params.id);
      if (crew === undefined)
        throw new GatewayError("not-found", `site "${params.site}" has no crew "${params.id}"`);
      return reply.code(201).send(presentDutyCheck(parts, await desk.ask(crew.id, caller.name)));
    },
  );

  app.post(
    "/api/v1/duty-checks/:id/answer",
    {
      schema: {
        operationId: "answerDutyCheck",
        tags,
        summary: "Answer a duty check",
        description: "For the crew that is asked: who is a contact of another crew, or of none, is refused.",
        params: z.object({ id: z.string().min(1).max(64) }),
        response: { 200: dutyCheck, ...problems(400, 403, 404, 409) },
      },
    },
    async ({ params, caller, sites }) => {
      const { id } = find(sites, params.id);
      const person = /^person:(.+)$/.exec(caller.id)?.[1];
      return presentDutyCheck(parts, await desk.answer(id, { by: caller.name, person }));
    },
  );

  /** Also one that is not in the book yet: whoever was asked may answer at once. */
  function find(sites: Sites, id: string): DutyCheck {
    const found = parts.dutyChecks.open().find((check) => check.id === id) ?? book.find(id);
    if (found === undefined || !isWithin(sites, `${found.site}/`)) {
      throw new GatewayError("not-found", `there is no duty check "${id}"`);
    }
    return found;
  }
}
