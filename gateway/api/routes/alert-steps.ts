import { z } from "zod";
import type { Alert } from "../../alert/contract.ts";
import { GatewayError } from "../../errors.ts";
import type { Caller } from "../../types.ts";
import type { App } from "../app.ts";
import { findAlert, type Sites } from "../lookup.ts";
import type { AlertDesk, ApiParts } from "../parts.ts";
import { presentAlert } from "../present/alert.ts";
import { alert, assignee } from "../schemas/alert.ts";
import { problems } from "../schemas/problem.ts";
import { comment, id, optionalBody } from "../schemas/shared.ts";

const tags = ["alerts"];
const params = z.object({ id: z.string().min(1).max(64) });
const optionalComment = z.strictObject({ comment: comment.optional() }).nullish().describe(optionalBody);
const url = "/api/v1/alerts/:id";

/** What people do with alerts. */
export function alertStepRoutes(
  app: App,
  parts: Pick<ApiParts, "registry" | "catalogue" | "faultOf" | "book" | "desk" | "assignees">,
): void {
  const { book, desk, assignees } = parts;

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
        alert: findAlert(book, sites, params.id).id,
        by: caller.name,
        comment: body.text,
      });
      return reply.code(201).send(presentAlert(parts, commented));
    },
  );

  app.post(
    `${url}/assign`,
    {
      schema: {
        operationId: "assignAlert",
        tags,
        summary: "Give an alert to somebody",
        description:
          "Says who takes care of it, open or cleared; null takes it from whoever had it. Somebody else than the caller is told by his first way, if he is a contact with one. It is no acknowledgement: calls for what nobody has answered go on.",
        params,
        body: z
          .strictObject({
            assignee: z
              .string()
              .trim()
              .min(1)
              .max(100)
              .nullable()
              .describe("A name that `listAssignees` gives for the alert's site, or the caller's own."),
            comment: comment.optional(),
          })
          .meta({ examples: [{ assignee: "张师傅", comment: "请更换探测器电池" }] }),
        response: { 200: alert, ...problems(400, 404, 409) },
      },
    },
    async ({ params, body, caller, sites }) => {
      const found = findAlert(book, sites, params.id);
      if (body.assignee !== null && body.assignee !== caller.name) checkAssignee(found, body.assignee);
      return presentAlert(parts, await desk.assign({ alert: found.id, by: caller.name, ...body }));
    },
  );

  app.get(
    "/api/v1/sites/:site/assignees",
    {
      schema: {
        operationId: "listAssignees",
        tags,
        summary: "Who may be given the alerts of a site",
        description:
          "Those who answer alerts there, and its contacts; by name. The site `gateway` is the gateway itself.",
        params: z.object({ site: id }),
        response: { 200: z.object({ items: z.array(assignee) }), ...problems(404) },
      },
    },
    async ({ params: { site } }) => {
      const known = assignees(site);
      if (known === undefined) throw new GatewayError("not-found", `there is no site "${site}"`);
      return { items: known.map(({ name, contact }) => ({ name, told: contact !== undefined })) };
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
    const { id } = findAlert(book, sites, params.id);
    return presentAlert(parts, await step({ alert: id, by: caller.name, comment: body?.comment }));
  }

  function checkAssignee({ site }: Alert, name: string): void {
    const known = (assignees(site) ?? []).map((one) => one.name);
    if (known.includes(name)) return;
    const names = known.length === 0 ? "there is nobody yet" : `there are ${known.slice(0, 20).join(", ")}`;
    throw new GatewayError("invalid-request", `nobody called "${name}" answers alerts at ${site}; ${names}`, {
      path: "assignee",
    });
  }
}
