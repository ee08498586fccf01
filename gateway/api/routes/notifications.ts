import { z } from "zod";
import type { TargetState } from "../../notify/contract.ts";
import type { App } from "../app.ts";
import { narrow, type Sites } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { presentTold } from "../present/notification.ts";
import { deliveryState, notification, target } from "../schemas/notification.ts";
import { problems } from "../schemas/problem.ts";
import { id, isoOrNull, moment, pageOf, paging } from "../schemas/shared.ts";

const tags = ["notifications"];

/** Who was told of what, and whether it arrived. */
export function notificationRoutes(
  app: App,
  parts: Pick<ApiParts, "notifications" | "contactNameEver">,
): void {
  const { notifications } = parts;

  app.get(
    "/api/v1/notifications",
    {
      schema: {
        operationId: "listNotifications",
        tags,
        summary: "List who was told of what, newest first",
        description: "Screens are told of everything by the stream and are not listed.",
        querystring: z.strictObject({
          ...paging,
          site: id.optional(),
          incident: z.string().max(64).optional(),
          alert: z.string().max(64).optional(),
          state: deliveryState.optional().describe("With a delivery in this state."),
          target: z.string().max(64).optional(),
          from: moment.optional(),
          to: moment.optional(),
        }),
        response: { 200: pageOf(notification), ...problems(400) },
      },
    },
    async ({ query: { site, ...query }, sites }) => {
      const { items, next } = notifications.list({ ...query, sites: narrow(sites, site) });
      return { items: items.map((told) => presentTold(parts, told)), next: next ?? null };
    },
  );

  app.get(
    "/api/v1/notifications/targets",
    {
      schema: {
        operationId: "listTargets",
        tags,
        summary: "List the targets, and how each does",
        response: { 200: z.object({ items: z.array(target) }), ...problems() },
      },
    },
    async ({ sites }) => ({
      items: notifications
        .targets()
        .filter((one) => isOf(sites, one))
        .map((one) => ({
          ...{
            ...one,
            sites: one.sites === undefined ? null : [...one.sites],
            sentAt: isoOrNull(one.sentAt),
          },
          failing: one.failing ?? null,
        })),
    }),
  );
}

/** One that takes every site's is everybody's. */
function isOf(sites: Sites, { sites: own }: TargetState): boolean {
  return sites === undefined || own === undefined || own.some((site) => sites.includes(site));
}
