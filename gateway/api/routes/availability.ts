import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import { addDays, dateOf, momentOf } from "../../zone.ts";
import type { App } from "../app.ts";
import { siteOf } from "../lookup.ts";
import { cutPage } from "../paging.ts";
import type { ApiParts } from "../parts.ts";
import {
  presentDeviceAvailability,
  presentKinds,
  presentTotal,
  worstFirst,
} from "../present/availability.ts";
import { availability as answer } from "../schemas/availability.ts";
import { date } from "../schemas/duty.ts";
import { problems } from "../schemas/problem.ts";
import { id, iso, isoOrNull, kindName, paging } from "../schemas/shared.ts";

/** Longest time of one report: three months. */
const maxDays = 93;

/** When the devices of a site could be reached. */
export function availabilityRoutes(
  app: App,
  { availability, registry, clock, zone }: Pick<ApiParts, "availability" | "registry" | "clock" | "zone">,
): void {
  app.get(
    "/api/v1/sites/:site/availability",
    {
      schema: {
        operationId: "listAvailability",
        tags: ["devices"],
        summary: "How long devices could be reached",
        description: `Local days (\`ingest.zone\`), at most ${maxDays} of them; without from and to the present month. A device that sleeps between messages is away only when it would be called quiet. Simulated and replayed messages do not count. Removed devices are left out.`,
        params: z.object({ site: id }),
        querystring: z.strictObject({
          ...paging,
          from: date.optional().describe("First day."),
          to: date.optional().describe("The day after the last."),
          kind: kindName.optional().describe("Only devices of this kind."),
        }),
        response: { 200: answer, ...problems(400, 404) },
      },
    },
    async ({ params, query }) => {
      const { id: site } = siteOf({ registry }, params.site);
      const { from, to } = daysOf(query);
      const devices = [...registry.devices()].filter(
        (known) => known.site === site && (query.kind === undefined || known.kind === query.kind),
      );
      const report = availability.report({ devices, from, to });
      const page = cutPage(report.items, worstFirst, query);
      return {
        ...{ site, from: iso(report.from), to: iso(report.until) },
        keptFrom: isoOrNull(report.keptFrom === 0 ? undefined : report.keptFrom),
        gatewayDownMs: report.gapMs,
        total: presentTotal(report.items),
        kinds: presentKinds(report.items),
        items: page.items.map(presentDeviceAvailability),
        next: page.next,
      };
    },
  );

  function daysOf(query: { from?: string | undefined; to?: string | undefined }): Days {
    for (const name of ["from", "to"] as const) {
      const day = query[name];
      if (day !== undefined && Number.isNaN(momentOf(day, "00:00", zone))) {
        throw refuse(name, `there is no day ${day}`);
      }
    }
    const to = query.to ?? addDays(dateOf(clock.now(), zone), 1);
    const from = query.from ?? `${addDays(to, -1).slice(0, 7)}-01`;
    if (to <= from) throw refuse("to", "must be later than from");
    if (to > addDays(from, maxDays)) throw refuse("to", `must be at most ${maxDays} days after from`);
    return { from, to };
  }
}

/** Local days, until before `to`. */
interface Days {
  readonly from: string;
  readonly to: string;
}

function refuse(name: "from" | "to", message: string): GatewayError {
  return new GatewayError("invalid-request", message, { path: `query.${name}` });
}
