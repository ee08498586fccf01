import { z } from "zod";
import { readCsvRows } from "../../state/csv-rows.ts";
import type { App } from "../app.ts";
import { siteOf } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { presentShift, presentWarnings } from "../present/duty.ts";
import { RequestFaults } from "../problem.ts";
import {
  copiedWeek,
  newShift,
  roster,
  rosterImport,
  rosterQuery,
  shiftChange,
  weekCopy,
  writtenShift,
} from "../schemas/duty.ts";
import { problems } from "../schemas/problem.ts";
import { id, moment } from "../schemas/shared.ts";

const tags = ["duty"];
const site = z.object({ site: id });
const params = z.object({ site: id, id: z.string().min(1).max(64) });
const url = "/api/v1/sites/:site/shifts/:id";
const week = 7 * 86_400_000;

/** The roster: who is on duty when. */
export function shiftRoutes(
  app: App,
  parts: Pick<ApiParts, "registry" | "duty" | "clock" | "settings">,
): void {
  const { shifts } = parts.duty;
  const { settings, clock } = parts;

  app.get(
    "/api/v1/sites/:site/shifts",
    {
      schema: {
        operationId: "listShifts",
        tags,
        summary: "The roster of a time",
        description: "Shifts that touch it, oldest first. Without from and to: the coming seven days.",
        params: site,
        querystring: z.strictObject({ from: moment.optional(), to: moment.optional(), crew: id.optional() }),
        response: { 200: roster, ...problems(400, 404) },
      },
    },
    async ({ params, query }) => {
      const { id } = siteOf(parts, params.site);
      const from = query.from ?? clock.now();
      const found = shifts.of(id, { from, to: query.to ?? from + week, crew: query.crew });
      return { items: found.map((one) => presentShift(parts, one)), warnings: warnings(id) };
    },
  );

  app.post(
    "/api/v1/sites/:site/shifts",
    {
      schema: {
        operationId: "addShift",
        tags,
        summary: "Add a shift",
        params: site,
        body: newShift,
        response: { 201: writtenShift, ...problems(400, 404, 409) },
      },
    },
    async ({ params, body: { from, to, ...fields } }, reply) => {
      const { id } = siteOf(parts, params.site);
      const added = shifts.add(id, { ...fields, from: Date.parse(from), to: Date.parse(to) });
      return reply.code(201).send({ shift: presentShift(parts, added), warnings: warnings(id) });
    },
  );

  app.patch(
    url,
    {
      schema: {
        operationId: "changeShift",
        tags,
        summary: "Change a shift",
        params,
        body: shiftChange,
        response: { 200: writtenShift, ...problems(400, 404, 409) },
      },
    },
    async ({ params, body: { from, to, contact, leads } }) => {
      const { id } = siteOf(parts, params.site);
      const changed = shifts.change(id, params.id, {
        ...(contact !== undefined && { contact }),
        ...(leads !== undefined && { leads }),
        ...(from !== undefined && { from: Date.parse(from) }),
        ...(to !== undefined && { to: Date.parse(to) }),
      });
      return { shift: presentShift(parts, changed), warnings: warnings(id) };
    },
  );

  app.delete(
    url,
    {
      schema: {
        operationId: "removeShift",
        tags,
        summary: "Remove a shift",
        params,
        response: { 204: z.undefined().describe("Removed."), ...problems(400, 404) },
      },
    },
    async ({ params }, reply) => {
      shifts.remove(siteOf(parts, params.site).id, params.id);
      return reply.code(204).send();
    },
  );

  app.post(
    "/api/v1/sites/:site/shifts/import",
    {
      schema: {
        operationId: "importShifts",
        tags,
        summary: "Take a roster from CSV",
        description:
          "The first line names the columns: crew, contact (each by id or name), date, from, to, leads; Chinese titles work too. An end that is not after its beginning is on the next day. All or nothing; with `dryRun=true` nothing is taken and every fault is answered with its line.",
        consumes: ["text/csv"],
        params: site,
        querystring: rosterQuery,
        body: z
          .string("the body must be CSV, sent as text/csv")
          .min(1, "the file is empty")
          .meta({ examples: ["crew,contact,date,from,to,leads\n东区,王队长,2026-01-15,08:00,20:00,yes\n"] }),
        response: { 200: rosterImport, 201: rosterImport, ...problems(400, 404, 409, 413) },
      },
    },
    async ({ params, query: { dryRun = false, replace = false }, body }, reply) => {
      const { id } = siteOf(parts, params.site);
      const faults: z.output<typeof rosterImport>["faults"] = [];
      const maxRows = settings.importRows;
      const rows = readCsvRows(body, { maxRows, faults });
      const isTrial = dryRun || faults.length > 0;
      const result = shifts.import(id, rows, { isReplacing: replace, isTrial, maxRows });
      faults.push(...result.faults);
      if (!dryRun && faults.length > 0) throw new RequestFaults(faults.slice(0, maxFaults).map(lineFault));
      return reply.code(dryRun ? 200 : 201).send({
        ...{ dryRun, added: result.shifts.length, replaced: result.replaced },
        ...{ faults: faults.slice(0, maxFaults), warnings: warnings(id) },
      });
    },
  );

  app.post(
    "/api/v1/sites/:site/shifts/copy-week",
    {
      schema: {
        operationId: "copyShifts",
        tags,
        summary: "Copy a week of the roster",
        description: "What stands in the other week already stays; what cannot be repeated is skipped.",
        params: site,
        body: weekCopy,
        response: { 200: copiedWeek, ...problems(400, 404, 409) },
      },
    },
    async ({ params, body }) => {
      const { id } = siteOf(parts, params.site);
      const { shifts: added, skipped } = shifts.copyWeek(id, body);
      return { added: added.length, skipped, warnings: warnings(id) };
    },
  );

  function warnings(site: string) {
    return presentWarnings(parts, site, clock.now());
  }
}

/** Faults that are told of one file; a person would not read more. */
const maxFaults = 1000;

function lineFault({ line, path, message }: { line: number; path: string; message: string }) {
  return { path: path === "" ? `line ${line}` : `line ${line}, ${path}`, message };
}
