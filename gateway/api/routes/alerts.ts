import { z } from "zod";
import type { Alert } from "../../alert/contract.ts";
import { GatewayError } from "../../errors.ts";
import type { Caller } from "../../types.ts";
import type { App } from "../app.ts";
import { isWithin, narrow, type Sites } from "../lookup.ts";
import type { AlertDesk, ApiParts } from "../parts.ts";
import { presentAlert, presentAlertDetail } from "../present/alert.ts";
import { alert, alertDetail } from "../schemas/alert.ts";
import { problems } from "../schemas/problem.ts";
import {
  comment,
  deviceName,
  flag,
  id,
  kindName,
  moment,
  optionalBody,
  pageOf,
  paging,
  severity,
} from "../schemas/shared.ts";

const tags = ["alerts"];
const params = z.object({ id: z.string().min(1).max(64) });
const optionalComment = z.strictObject({ comment: comment.optional() }).nullish().describe(optionalBody);
const url = "/api/v1/alerts/:id";
const severities = z
  .string()
  .transform((list) => list.split(","))
  .pipe(z.array(severity).min(1))
  .describe("One severity, or several with commas between: critical,major.");

/** Alerts: listed, watched and answered. */
export function alertRoutes(
  app: App,
  parts: Pick<ApiParts, "registry" | "catalogue" | "faultOf" | "book" | "desk">,
): void {
  const { book, desk } = parts;

  app.get(
    "/api/v1/alerts",
    {
      schema: {
        operationId: "listAlerts",
        tags,
        summary: "List alerts, newest first",
        querystring: z.strictObject({
          ...paging,
          state: z.enum(["raised", "cleared"]).optional(),
          acknowledged: flag.optional(),
          severity: severities.optional(),
          site: id.optional(),
          kind: kindName.optional(),
          device: deviceName.optional(),
          muted: flag
            .optional()
            .describe("Those that nobody was told of because of a window, or the others."),
          suppressed: flag
            .optional()
            .describe("Those that nobody was told of because a device above them is down, or the others."),
          under: deviceName.optional().describe("Those that stand under the alert of this device."),
          from: moment.optional().describe("Alerts that held at some time from here on."),
          to: moment.optional().describe("Alerts that were raised before."),
        }),
        response: { 200: pageOf(alert), ...problems(400) },
      },
    },
    async ({ query: { site, ...query }, sites }) => {
      const page = book.list({ ...query, sites: narrow(sites, site) });
      return { items: page.items.map((item) => presentAlert(parts, item)), next: page.next ?? null };
    },
  );

  app.get(
    url,
    {
      schema: {
        operationId: "getAlert",
        tags,
        summary: "An alert with its timeline",
        params,
        response: { 200: alertDetail, ...problems(400, 404) },
      },
    },
    async ({ params, sites }) => presentAlertDetail(parts, find(sites, params.id)),
  );

  app.post(
    `${url}/acknowledge`,
    {
      schema: {
        operationId: "acknowledgeAlert",
        tags,
        summary: "Acknowledge an alert",
        description:
          "Says that a person has seen it and takes care. The alert stays raised while its condition holds.",
        params,
        body: optionalComment,
        response: { 200: alert, ...problems(400, 404, 409) },
      },
    },
    async (request) => act(desk.acknowledge, request),
  );

  app.post(
    `${url}/comments`,
    {
      schema: {
        operationId: "commentAlert",
        tags,
        summary: "Comment on an alert",
        params,
        body: z.strictObject({ text: comment }).meta({ examples: [{ text: "到现场查看，阀门已关" }] }),
        response: { 201: alert, ...problems(400, 404, 409) },
      },
    },
    async ({ params, body, caller, sites }, reply) => {
      const commented = await desk.comment({
        alert: find(sites, params.id).id,
        by: caller.name,
        comment: body.text,
      });
      return reply.code(201).send(presentAlert(parts, commented));
    },
  );

  app.post(
    `${url}/resolve`,
    {
      schema: {
        operationId: "resolveAlert",
        tags,
        summary: "Resolve an alert",
        description:
          "Clears it by a person's word. If its condition still holds, a critical alert is raised anew by the next reading that says so; any other only after its condition ended once, or after an hour.",
        params,
        body: optionalComment,
        response: { 200: alert, ...problems(400, 404, 409) },
      },
    },
    async (request) => act(desk.resolve, request),
  );

  async function act(
    step: AlertDesk["acknowledge"],
    request: {
      params: { id: string };
      body?: { comment?: string | undefined } | null | undefined;
      caller: Caller;
      sites: Sites;
    },
  ) {
    const { params, body, caller, sites } = request;
    const { id } = find(sites, params.id);
    return presentAlert(parts, await step({ alert: id, by: caller.name, comment: body?.comment }));
  }

  function find(sites: Sites, id: string): Alert {
    const found = book.find(id);
    if (found === undefined || !isWithin(sites, found.device))
      throw new GatewayError("not-found", `there is no alert "${id}"`);
    return found;
  }
}
