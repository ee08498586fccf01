import { z } from "zod";
import type { App } from "../app.ts";
import { findAlert, narrow } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { presentAlert, presentAlertDetail } from "../present/alert.ts";
import { alert, alertDetail } from "../schemas/alert.ts";
import { problems } from "../schemas/problem.ts";
import { deviceName, flag, id, kindName, moment, pageOf, paging, severity } from "../schemas/shared.ts";

const tags = ["alerts"];
const params = z.object({ id: z.string().min(1).max(64) });
const severities = z
  .string()
  .transform((list) => list.split(","))
  .pipe(z.array(severity).min(1))
  .describe("One severity, or several with commas between: critical,major.");

/** Alerts: listed and looked at. */
export function alertRoutes(
  app: App,
  parts: Pick<ApiParts, "registry" | "catalogue" | "faultOf" | "book">,
): void {
  const { book } = parts;

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
          rule: z.string().min(1).max(64).optional(),
          device: deviceName.optional(),
          assignee: z.string().max(100).optional().describe("Those that this person takes care of."),
          assigned: flag.optional().describe("Those that somebody takes care of, or the others."),
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
    "/api/v1/alerts/:id",
    {
      schema: {
        operationId: "getAlert",
        tags,
        summary: "An alert with its timeline",
        params,
        response: { 200: alertDetail, ...problems(400, 404) },
      },
    },
    async ({ params, sites }) => presentAlertDetail(parts, findAlert(book, sites, params.id)),
  );
}
