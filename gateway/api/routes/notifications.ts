import { z } from "zod";
import type { TargetState, Told } from "../../notify/contract.ts";
import type { App } from "../app.ts";
import { narrow, type Sites } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { deliveryState, notification, target } from "../schemas/notification.ts";
import { problems } from "../schemas/problem.ts";
import { id, iso, isoOrNull, moment, pageOf, paging } from "../schemas/shared.ts";

const tags = ["notifications"];

/** Who was told of what, and whether it arrived. */
export function notificationRoutes(
  app: App,
  { notifications, contactName }: Pick<ApiParts, "notifications" | "contactName">,
): void {
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
      return { items: items.map(present), next: next ?? null };
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

  function present({ notification: told, deliveries }: Told): z.output<typeof notification> {
    const { id, kind, at, urgency, severity, site, step, title } = told;
    return {
      ...{ id, kind, at: iso(at), urgency, severity, site, step, title, round: told.round ?? null },
      ...{ device: told.device ?? null, deviceName: told.deviceName ?? null },
      ...{ building: told.building ?? null, floor: told.floor ?? null },
      ...{ alert: told.alert ?? null, incident: told.incident ?? null, drill: told.drill ?? null },
      values: told.values ?? null,
      deliveries: deliveries.map(({ target, contact, state, attempts, changedAt, reason, summary }) => ({
        ...{ target, state, attempts, changedAt: iso(changedAt), contact: contact ?? null },
        contactName: (contact === undefined ? undefined : contactName(contact)) ?? null,
        ...{ reason: reason ?? null, summary: summary ?? null },
      })),
    };
  }
}

/** One that takes every site's is everybody's. */
function isOf(sites: Sites, { sites: own }: TargetState): boolean {
  return sites === undefined || own === undefined || own.some((site) => sites.includes(site));
}
