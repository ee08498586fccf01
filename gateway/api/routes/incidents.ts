import { z } from "zod";
import type { Incident, IncidentMove } from "../../alert/contract.ts";
import { GatewayError } from "../../errors.ts";
import type { Caller } from "../../types.ts";
import type { App } from "../app.ts";
import { incidentPage } from "../incident-page.ts";
import { showPage } from "../login/show-page.ts";
import { isWithin, narrow, type Sites } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { presentIncident, presentIncidentDetail, presentResponse } from "../present/incident.ts";
import { presentTold } from "../present/notification.ts";
import type { OperationId } from "../roles.ts";
import { falseAlarm, incident, incidentDetail, moveNote, note, responseReport } from "../schemas/incident.ts";
import { problems } from "../schemas/problem.ts";
import { flag, id, iso, moment, optionalBody, pageOf, paging } from "../schemas/shared.ts";

const tags = ["incidents"];
const params = z.object({ id: z.string().min(1).max(64) });
const url = "/api/v1/incidents/:id";

/** A tap on a phone without connection is sent when it is back, and perhaps twice. */
const headers = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[A-Za-z0-9_-]{8,64}$/, "8 to 64 letters, digits, _ or -")
    .optional()
    .describe("Chosen by who sends it; the same key at the same incident again does nothing anew."),
});

/** Most notifications that a printed record lists. */
const toldOnPage = 500;

/** Most incidents that one report counts. */
const reportIncidents = 10_000;

/** The steps of a crew that need no more than a note. */
const moves: readonly {
  path: string;
  move: IncidentMove;
  operationId: OperationId;
  summary: string;
  text: string;
}[] = [
  {
    ...{ path: "acknowledge", move: "acknowledged", operationId: "acknowledgeIncident" },
    summary: "Acknowledge an incident",
    text: "Somebody has seen it and takes care; its alarms are acknowledged too. Stops the first mark alone.",
  },
  {
    ...{ path: "dispatch", move: "dispatched", operationId: "dispatchIncident" },
    summary: "Say that a crew has set out",
    text: "Steps may be skipped: who is on scene need not say that he set out.",
  },
  {
    ...{ path: "arrive", move: "arrived", operationId: "arriveIncident" },
    summary: "Say that a crew is on scene",
    text: "Stops the second mark.",
  },
  {
    ...{ path: "control", move: "controlled", operationId: "controlIncident" },
    summary: "Say that it is under control",
    text: "Stops the third mark. A further alarm of the building begins a new incident.",
  },
  {
    ...{ path: "close", move: "closed", operationId: "closeIncident" },
    summary: "Close an incident",
    text: "Only a person does; only what is under control.",
  },
];

/** Incidents: what a crew must answer, and the record of how it did. */
export function incidentRoutes(
  app: App,
  parts: Pick<
    ApiParts,
    | "registry"
    | "catalogue"
    | "faultOf"
    | "incidents"
    | "incidentDesk"
    | "clock"
    | "notifications"
    | "contactNameEver"
    | "zone"
  >,
): void {
  const { incidents, incidentDesk } = parts;

  app.get(
    "/api/v1/incidents",
    {
      schema: {
        operationId: "listIncidents",
        tags,
        summary: "List incidents, newest first",
        querystring: z.strictObject({
          ...paging,
          state: z.enum(["open", "ended"]).optional(),
          site: id.optional(),
          drill: flag.optional().describe("true: only drills. false: none."),
          from: moment.optional().describe("Detected from here on."),
          to: moment.optional().describe("Detected before."),
        }),
        response: { 200: pageOf(incident), ...problems(400) },
      },
    },
    async ({ query: { site, ...query }, sites }) => {
      const page = incidents.list({ ...query, sites: narrow(sites, site) });
      return { items: page.items.map((one) => presentIncident(parts, one)), next: page.next ?? null };
    },
  );

  app.get(
    "/api/v1/incidents/report",
    {
      schema: {
        operationId: "responseReport",
        tags,
        summary: "How fast incidents were answered",
        description: "Without from and to: the last 30 days. Drills are counted apart.",
        querystring: z.strictObject({ site: id.optional(), from: moment.optional(), to: moment.optional() }),
        response: { 200: responseReport, ...problems(400) },
      },
    },
    async ({ query, sites }) => {
      const to = query.to ?? parts.clock.now();
      const from = query.from ?? to - 30 * 86_400_000;
      const { found, complete } = collect({ sites: narrow(sites, query.site), from, to });
      const period = { site: query.site ?? null, from: iso(from), to: iso(to) };
      const meant = found.filter(({ drill }) => drill === undefined);
      const drills = found.filter(({ drill }) => drill !== undefined);
      return { ...period, ...presentResponse(meant), drills: presentResponse(drills), complete };
    },
  );

  app.get(
    url,
    {
      schema: {
        operationId: "getIncident",
        tags,
        summary: "An incident with its timeline",
        params,
        response: { 200: incidentDetail, ...problems(400, 404) },
      },
    },
    async ({ params, sites }) => presentIncidentDetail(parts, find(sites, params.id)),
  );

  app.get(
    "/incidents/:id",
    { schema: { operationId: "incidentPage", hide: true, params } },
    async ({ params, sites }, reply) => showPage(reply, pageOfIncident(find(sites, params.id))),
  );

  for (const { path, move, operationId, summary, text } of moves) {
    app.post(
      `${url}/${path}`,
      {
        schema: {
          operationId,
          tags,
          summary,
          description: text,
          params,
          headers,
          body: moveNote.describe(optionalBody),
          response: { 200: incident, ...problems(400, 404, 409) },
        },
      },
      (request) => take(move, request, request.body?.note),
    );
  }

  app.post(
    `${url}/false-alarm`,
    {
      schema: {
        operationId: "falseAlarm",
        tags,
        summary: "End an incident as a false alarm",
        description: "With the reason, which stands in the record.",
        params,
        headers,
        body: falseAlarm,
        response: { 200: incident, ...problems(400, 404, 409) },
      },
    },
    (request) => take("false-alarm", request, request.body.reason),
  );

  app.post(
    `${url}/notes`,
    {
      schema: {
        operationId: "noteIncident",
        tags,
        summary: "Add a note to an incident",
        description: "Also to one that has ended.",
        params,
        headers,
        body: note,
        response: { 200: incident, ...problems(400, 404) },
      },
    },
    (request) => take("noted", request, request.body.note),
  );

  async function take(move: IncidentMove, request: StepRequest, note: string | undefined) {
    const { params, caller, sites, headers } = request;
    const action = { incident: find(sites, params.id).id, by: caller.name, key: headers["idempotency-key"] };
    return presentIncident(parts, await incidentDesk.take(move, { ...action, note }));
  }

  function pageOfIncident(incident: Incident): string {
    const { items } = parts.notifications.list({ incident: incident.id, limit: toldOnPage });
    const told = items.toReversed().map((one) => presentTold(parts, one));
    return incidentPage(presentIncidentDetail(parts, incident), told, parts.zone);
  }

  function find(sites: Sites, id: string): Incident {
    const found = incidentDesk.find(id);
    if (found === undefined || !isWithin(sites, `${found.site}/`)) {
      throw new GatewayError("not-found", `there is no incident "${id}"`);
    }
    return found;
  }

  function collect(query: { sites: Sites; from: number; to: number }): {
    found: Incident[];
    complete: boolean;
  } {
    const found: Incident[] = [];
    let cursor: string | undefined;
    do {
      const page = incidents.list({ ...query, limit: 500, cursor });
      found.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined && found.length < reportIncidents);
    return { found, complete: cursor === undefined };
  }
}

interface StepRequest {
  readonly params: { readonly id: string };
  readonly headers: z.output<typeof headers>;
  readonly caller: Caller;
  readonly sites: Sites;
}
