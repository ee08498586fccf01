import { z } from "zod";
import type { App } from "../app.ts";
import { effectiveLimits } from "../effective-limits.ts";
import { deviceOf, siteOf } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import {
  effectiveLimit,
  limitKey,
  newDeviceLimit,
  newSiteLimit,
  siteLimit,
  siteLimitKey,
  siteLimitQuery,
} from "../schemas/limit.ts";
import { problems } from "../schemas/problem.ts";
import { deviceId, id, pageOf } from "../schemas/shared.ts";

const tags = ["devices"];
const sitePath = { url: "/api/v1/sites/:site/limits", params: z.object({ site: id }) };
const devicePath = {
  url: "/api/v1/sites/:site/devices/:id/limits",
  params: z.object({ site: id, id: deviceId }),
};
const removed = z.undefined().describe("Removed: the wider number holds again.");

/** The numbers of rules, and their overrides for a site or a device. */
export function limitRoutes(app: App, parts: Pick<ApiParts, "registry">): void {
  const { registry } = parts;

  app.get(
    devicePath.url,
    {
      schema: {
        operationId: "getDeviceLimits",
        tags,
        summary: "The numbers that hold for a device",
        description: "Thresholds and durations of every rule, each with its source: kind, site or device.",
        params: devicePath.params,
        response: { 200: pageOf(effectiveLimit), ...problems(400, 404) },
      },
    },
    async ({ params }) => {
      const known = deviceOf(parts, params.site, params.id);
      return { items: effectiveLimits(known, registry.limitOverrides(known.site)), next: null };
    },
  );

  app.put(
    devicePath.url,
    {
      schema: {
        operationId: "setDeviceLimit",
        tags,
        summary: "Override a number for one device",
        params: devicePath.params,
        body: newDeviceLimit,
        response: { 200: pageOf(effectiveLimit), ...problems(400, 404) },
      },
    },
    async ({ params, body }) => {
      const { device, site, kind } = deviceOf(parts, params.site, params.id);
      registry.setLimit({ site, kind, device, ...body });
      const known = deviceOf(parts, params.site, params.id);
      return { items: effectiveLimits(known, registry.limitOverrides(site)), next: null };
    },
  );

  app.delete(
    devicePath.url,
    {
      schema: {
        operationId: "removeDeviceLimit",
        tags,
        summary: "Remove a device's override",
        params: devicePath.params,
        querystring: limitKey,
        response: { 204: removed, ...problems(400, 404) },
      },
    },
    async ({ params, query }, reply) => {
      const { device, site, kind } = deviceOf(parts, params.site, params.id);
      registry.setLimit({ site, kind, device, ...query, value: undefined });
      return reply.code(204).send();
    },
  );

  app.get(
    sitePath.url,
    {
      schema: {
        operationId: "getSiteLimits",
        tags,
        summary: "The overrides of a site",
        description: "Each holds for every device of its kind that has no override of its own.",
        params: sitePath.params,
        querystring: siteLimitQuery,
        response: { 200: pageOf(siteLimit), ...problems(400, 404) },
      },
    },
    async ({ params, query }) => ({ items: overridesOf(params.site, query.devices), next: null }),
  );

  app.put(
    sitePath.url,
    {
      schema: {
        operationId: "setSiteLimit",
        tags,
        summary: "Override a number for all devices of a kind on a site",
        params: sitePath.params,
        body: newSiteLimit,
        response: { 200: pageOf(siteLimit), ...problems(400, 404) },
      },
    },
    async ({ params, body }) => {
      registry.setLimit({ site: siteOf(parts, params.site).id, ...body });
      return { items: overridesOf(params.site), next: null };
    },
  );

  app.delete(
    sitePath.url,
    {
      schema: {
        operationId: "removeSiteLimit",
        tags,
        summary: "Remove a site's override",
        params: sitePath.params,
        querystring: siteLimitKey,
        response: { 204: removed, ...problems(400, 404) },
      },
    },
    async ({ params, query }, reply) => {
      registry.setLimit({ site: siteOf(parts, params.site).id, ...query, value: undefined });
      return reply.code(204).send();
    },
  );

  function overridesOf(site: string, hasDevices = false) {
    return registry
      .limitOverrides(siteOf(parts, site).id)
      .filter(({ device }) => hasDevices || device === undefined)
      .map(({ kind, rule, limit, value, device }) => ({
        ...{ kind, rule, limit, value },
        ...(device === undefined ? {} : { device }),
      }));
  }
}
