import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import type { EventType } from "../../live/contract.ts";
import type { App } from "../app.ts";
import { callerAgain } from "../guard.ts";
import { securityHeaders } from "../headers.ts";
import { narrow, siteOf } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { admit } from "../roles.ts";
import { problems } from "../schemas/problem.ts";
import { deviceName, id, kindName } from "../schemas/shared.ts";
import { streamEvent } from "../schemas/stream.ts";
import { type SnapshotParts, takeSnapshot } from "../snapshot.ts";

/** The stream of what happens, as Server-Sent Events. */
export function streamRoutes(
  app: App,
  parts: SnapshotParts & Pick<ApiParts, "live" | "access" | "identity" | "metrics">,
): void {
  const { registry, live } = parts;
  const refused = parts.metrics.count("live_screens_refused", "Streams refused because there were too many");

  app.get(
    "/api/v1/stream",
    {
      schema: {
        operationId: "stream",
        tags: ["live"],
        summary: "Watch what happens (Server-Sent Events)",
        description,
        querystring: z.strictObject({
          site: id.optional(),
          kind: kindName.optional(),
          device: deviceName.optional(),
          types: types.optional(),
          lastEventId: z
            .string()
            .max(32)
            .optional()
            .describe("Like the header Last-Event-ID, for programs that cannot set it."),
        }),
        headers: z.object({
          "last-event-id": z.string().max(32).optional().describe("The last id that was seen."),
        }),
        response: {
          200: {
            description: "The stream; `data` of each event is one of these.",
            content: { "text/event-stream": { schema: streamEvent } },
          },
          ...problems(400, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const { lastEventId, site, ...asked } = request.query;
      const filter = { ...asked, sites: narrow(request.sites, site) };
      if (site !== undefined) siteOf(parts, site);
      if (filter.device !== undefined && registry.device(filter.device) === undefined) {
        throw new GatewayError("not-found", `there is no device "${filter.device}"`);
      }
      const isGateway = request.caller.isGateway === true;
      if (!isGateway && live.isFull()) {
        refused.add();
        throw new GatewayError("busy", "as many streams are open as may be", { retryable: true });
      }
      reply.hijack();
      reply.raw.writeHead(200, {
        ...securityHeaders,
        "content-type": "text/event-stream; charset=utf-8",
        // nginx would hold events back otherwise.
        "x-accel-buffering": "no",
      });
      live.open({
        filter,
        lastEventId: readId(request.headers["last-event-id"] ?? lastEventId),
        snapshot: (about) => takeSnapshot(parts, filter, about),
        isAllowed: () => maySeeStill(request, parts),
        isGateway,
        outlet: reply.raw,
      });
    },
  );
}

/** Whether token or session still hold, and reach as far as when the stream was opened. */
function maySeeStill(request: FastifyRequest, parts: Pick<ApiParts, "access" | "identity">): boolean {
  const caller = callerAgain(request, parts);
  const admission = caller && admit(caller, "stream", undefined);
  return admission?.ok === true && String(admission.sites) === String(request.sites);
}

const types = z
  .string()
  .transform((list) => list.split(","))
  .pipe(
    z
      .array(
        z.enum([
          ...(["reading", "presence", "alert", "incident", "duty-check", "mute"] satisfies EventType[]),
          ...(["rejection", "command"] satisfies EventType[]),
        ]),
      )
      .min(1),
  )
  .describe("Event types with commas between: alert,presence. All when absent.");

const description = [
  "First `snapshot`: the present state, with the journal sequence it is valid for as `id`. Then `reading`, `presence`, `alert`, `incident`, `duty-check`, `mute`, `rejection` and `command` in the order of the journal; `id` is the journal sequence.",
  "Come back with `Last-Event-ID` and the stream goes on with neither gap nor double. If that is too long ago, a new `snapshot` comes and says so in `reset`.",
  "A critical change, and each step of an incident, is shown at once, before it is on disk: `alert` or `incident` without `id`. It comes again with its `id` when it is durable; tell them apart from new ones by `change`.",
  "A comment and the current `id` come every 15 s. A client that does not read is cut within 5 s.",
].join("\n\n");

function readId(given: string | undefined): number | undefined {
  if (given === undefined || given === "") return undefined;
  return /^\d{1,16}$/.test(given) ? Number(given) : Number.NaN;
}
