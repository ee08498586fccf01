import { z } from "zod";
import type { MuteActor } from "../../alert/contract.ts";
import { GatewayError } from "../../errors.ts";
import type { Caller } from "../../types.ts";
import type { App } from "../app.ts";
import { deviceOf, siteOf } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { presentMute } from "../present/mute.ts";
import { isOf } from "../roles.ts";
import { mute, muteChange, newMute } from "../schemas/mute.ts";
import { problems } from "../schemas/problem.ts";
import { flag, id, moment, pageOf, paging } from "../schemas/shared.ts";

const tags = ["mutes"];
const site = z.object({ site: id });
const params = z.object({ site: id, id: z.string().min(1).max(64) });
const url = "/api/v1/sites/:site/mutes";

/** Windows in which nobody is told of what is below critical: everybody sees them, and sees who laid them and why. */
export function muteRoutes(
  app: App,
  parts: Pick<ApiParts, "registry" | "catalogue" | "muteDesk" | "clock">,
): void {
  const { muteDesk: desk, catalogue } = parts;

  app.get(
    url,
    {
      schema: {
        operationId: "listMutes",
        tags,
        summary: "List silences, maintenance and drill windows, the latest beginning first",
        params: site,
        querystring: z.strictObject({
          ...paging,
          active: flag.optional().describe("Those that last now, or those that do not."),
          from: moment.optional().describe("Windows that are not over by then."),
          to: moment.optional().describe("Windows that begin before."),
        }),
        response: { 200: pageOf(mute), ...problems(400, 404) },
      },
    },
    async ({ params, query }) => {
      const page = desk.list({ ...query, site: siteOf(parts, params.site).id });
      return { items: page.items.map((one) => presentMute(parts, one)), next: page.next ?? null };
    },
  );

  app.get(
    `${url}/:id`,
    {
      schema: {
        operationId: "getMute",
        tags,
        summary: "A window",
        params,
        response: { 200: mute, ...problems(404) },
      },
    },
    async ({ params }) => presentMute(parts, desk.find(siteOf(parts, params.site).id, params.id)),
  );

  app.post(
    url,
    {
      schema: {
        operationId: "addMute",
        tags,
        summary: "Silence something, or plan maintenance or a drill",
        description:
          "Nobody is told through channels of what the window covers; it is judged, listed and shown all the same, and what still holds when the window ends is told then. What is critical or of the fire lane is never held back. A crew may silence one device for an hour.",
        params: site,
        body: newMute,
        response: { 201: mute, ...problems(400, 404, 409) },
      },
    },
    async ({ params, body, caller }, reply) => {
      const { device, ...facts } = body;
      const place = siteOf(parts, params.site);
      const known = device === undefined ? undefined : deviceOf(parts, place.id, device);
      check({ ...facts, kind: facts.kind ?? known?.kind }, place.buildings);
      if (known !== undefined && facts.kind !== undefined && facts.kind !== known.kind) {
        refuse("kind", `${known.id} is a ${known.kind}`);
      }
      const { building, kind, rule, from, ...more } = facts;
      const made = await desk.add(
        {
          ...more,
          ...{ site: place.id, from },
          ...(building !== undefined && { building }),
          ...(kind !== undefined && { kind }),
          ...(known && { device: known.device }),
          ...(rule !== undefined && { rule }),
        },
        actorOf(caller, place.id),
      );
      return reply.code(201).send(presentMute(parts, made));
    },
  );

  app.patch(
    `${url}/:id`,
    {
      schema: {
        operationId: "changeMute",
        tags,
        summary: "Move the end of a window, or correct its reason",
        params,
        body: muteChange,
        response: { 200: mute, ...problems(400, 404, 409) },
      },
    },
    async ({ params, body, caller }) => {
      const { id: place } = siteOf(parts, params.site);
      return presentMute(
        parts,
        await desk.change({ site: place, id: params.id }, body, actorOf(caller, place)),
      );
    },
  );

  app.post(
    `${url}/:id/end`,
    {
      schema: {
        operationId: "endMute",
        tags,
        summary: "End a window now",
        description: "One that was planned never begins. What it held back and still holds is told at once.",
        params,
        response: { 200: mute, ...problems(400, 404, 409) },
      },
    },
    async ({ params, caller }) => {
      const { id: place } = siteOf(parts, params.site);
      return presentMute(parts, await desk.end({ site: place, id: params.id }, actorOf(caller, place)));
    },
  );

  /** A window over something that does not exist would look as if it muted it. */
  function check(
    {
      building,
      kind,
      rule,
    }: { building?: string | undefined; kind: string | undefined; rule?: string | undefined },
    buildings: readonly string[],
  ): void {
    if (building !== undefined && !buildings.includes(building)) {
      refuse("building", `there is no building "${building}"; known are ${buildings.join(", ") || "none"}`);
    }
    const definition = kind === undefined ? undefined : catalogue.get(kind);
    if (kind !== undefined && definition === undefined) refuse("kind", `there is no kind "${kind}"`);
    const kinds = definition === undefined ? [...catalogue.values()] : [definition];
    const rules = new Set(kinds.flatMap((one) => one.rules.map((known) => known.id)));
    if (rule !== undefined && !rules.has(rule)) {
      refuse("rule", `there is no rule "${rule}"; known are ${[...rules].sort().join(", ")}`);
    }
  }
}

function actorOf(caller: Caller, site: string): MuteActor {
  return { by: caller.name, rank: isOf("office", caller, site) ? "office" : "crew" };
}

function refuse(path: string, message: string): never {
  throw new GatewayError("invalid-request", message, { path });
}
