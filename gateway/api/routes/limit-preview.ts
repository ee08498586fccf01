import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import type { KnownDevice } from "../../types.ts";
import type { App } from "../app.ts";
import { createLimitPreview, triedLimits } from "../limit-preview.ts";
import { deviceOf, siteOf } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { presentPreview } from "../present/limit-preview.ts";
import { RequestFaults } from "../problem.ts";
import { limitPreview, limitPreviewQuery } from "../schemas/limit-preview.ts";
import { problems } from "../schemas/problem.ts";
import { id } from "../schemas/shared.ts";

const dayMs = 86_400_000;

type Parts = Pick<ApiParts, "registry" | "series" | "clock" | "settings" | "rehearse">;

/** What other numbers of a rule would have done, before anybody sets them. */
export function limitPreviewRoutes(app: App, parts: Parts): void {
  const { registry, clock } = parts;
  const preview = createLimitPreview(parts);

  app.get(
    "/api/v1/sites/:site/limits/preview",
    {
      schema: {
        operationId: "previewLimits",
        tags: ["devices"],
        summary: "Try numbers of a rule on the past",
        description:
          "Counts how often the rule would have raised in the last days with the numbers that hold now and with those that are given. The judge itself runs over the stored values, with holding times and hysteresis. What people resolved, and windows of silence, are left out of both counts. Nothing is changed and nobody is told.",
        params: z.object({ site: id }),
        querystring: limitPreviewQuery,
        response: { 200: limitPreview, ...problems(400, 404, 503) },
      },
    },
    async ({ params, query }) => {
      const site = siteOf(parts, params.site).id;
      const { kind, rule: ruleId, limits, device, days } = query;
      const devices = device === undefined ? devicesOf(site, kind) : [deviceOf(parts, site, device)];
      if (devices[0]?.kind !== kind)
        throw new GatewayError("not-found", `site "${site}" has no such devices`);
      const rule = ruleOf(devices[0], ruleId, limits);
      const to = clock.now();
      const from = to - days * dayMs;
      const overrides = registry.limitOverrides(site);
      const limitsOf = triedLimits(limits, { rule: ruleId, overrides, isOfDevice: device !== undefined });
      const found = await preview({ devices, rule, limitsOf, from, to });
      return presentPreview(found, { from, to });
    },
  );

  /** However many there are: the time of a preview bounds how many are looked at. */
  function devicesOf(site: string, kind: string): KnownDevice[] {
    return [...registry.devices()].filter((known) => known.site === site && known.kind === kind);
  }
}

/** Throws the fault of a rule or number that the kind does not have. */
function ruleOf({ definition }: KnownDevice, id: string, limits: Readonly<Record<string, number>>) {
  const rule = definition.rules.find((one) => one.id === id);
  if (rule === undefined) {
    const known = definition.rules.map((one) => one.id).join(", ");
    throw new RequestFaults([{ path: "query.rule", message: `unknown rule; the kind has ${known}` }]);
  }
  const unknown = Object.keys(limits).filter((name) => !Object.hasOwn(rule.limits, name));
  if (unknown.length === 0) return rule;
  const known = Object.keys(rule.limits).join(", ") || "none";
  throw new RequestFaults(
    unknown.map((name) => ({
      path: `query.limits.${name}`,
      message: `unknown number; the rule has ${known}`,
    })),
  );
}
