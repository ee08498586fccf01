import { z } from "zod";
import type { Kind } from "../../../devices/kit/kind.ts";
import { GatewayError } from "../../errors.ts";
import type { App } from "../app.ts";
import { deviceOf, isWithin } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { presentCommand } from "../present/command.ts";
import { RequestFaults } from "../problem.ts";
import { command, newCommand } from "../schemas/command.ts";
import { problems } from "../schemas/problem.ts";
import { deviceId, id, pageOf, paging } from "../schemas/shared.ts";

const tags = ["commands"];
const params = z.object({ site: id, id: deviceId });
const url = "/api/v1/sites/:site/devices/:id/commands";

/** Commands to devices and what became of them. */
export function commandRoutes(
  app: App,
  parts: Pick<ApiParts, "registry" | "commands" | "commandView">,
): void {
  const { commands, commandView } = parts;

  app.get(
    url,
    {
      schema: {
        operationId: "listCommands",
        tags,
        summary: "List the commands of a device, newest first",
        params,
        querystring: z.strictObject(paging),
        response: { 200: pageOf(command), ...problems(400, 404) },
      },
    },
    async ({ params, query }) => {
      const { device } = deviceOf(parts, params.site, params.id);
      const page = commandView.list({ ...query, device });
      return { items: page.items.map(presentCommand), next: page.next ?? null };
    },
  );

  app.post(
    url,
    {
      schema: {
        operationId: "sendCommand",
        tags,
        summary: "Send a command to a device",
        description:
          "Queued → sent → acknowledged → done or failed. One that was not sent before `expiresAt` never will be. `by` is the name of the person or token.",
        params,
        body: newCommand,
        response: { 202: command, ...problems(400, 404, 409) },
      },
    },
    async ({ params, body, caller }, reply) => {
      const { device, definition } = deviceOf(parts, params.site, params.id);
      const checked = checkCommand(definition, body);
      const sent = await commands.send({ device, by: caller.name, ...checked });
      return reply.code(202).header("location", `/api/v1/commands/${sent.id}`).send(presentCommand(sent));
    },
  );

  app.get(
    "/api/v1/commands/:id",
    {
      schema: {
        operationId: "getCommand",
        tags,
        summary: "A command and what became of it",
        params: z.object({ id: z.string().min(1).max(64) }),
        response: { 200: command, ...problems(400, 404) },
      },
    },
    async ({ params, sites }) => {
      const found = commandView.find(params.id);
      if (found === undefined || !isWithin(sites, found.device))
        throw new GatewayError("not-found", `there is no command "${params.id}"`);
      return presentCommand(found);
    },
  );
}

function checkCommand(kind: Kind, given: z.output<typeof newCommand>) {
  const known = Object.hasOwn(kind.commands, given.name) ? kind.commands[given.name] : undefined;
  if (known === undefined) {
    const names = Object.keys(kind.commands).join(", ") || "none";
    throw new RequestFaults([{ path: "body.name", message: `unknown command; this kind knows ${names}` }]);
  }
  const args = known.args.strict().safeParse(given.args);
  if (!args.success) throw new RequestFaults(args.error.issues.flatMap(faultsOfArgs));
  const maxAgeMs = given.maxAgeMs ?? known.maxAgeMs;
  if (maxAgeMs > known.maxAgeMs) {
    const message = `at most ${known.maxAgeMs}: an older command would not fit the situation any more`;
    throw new RequestFaults([{ path: "body.maxAgeMs", message }]);
  }
  return { name: given.name, args: args.data, maxAgeMs };
}

function faultsOfArgs(issue: z.core.$ZodIssue) {
  const path = ["body.args", ...issue.path].join(".");
  if (issue.code !== "unrecognized_keys") return [{ path, message: issue.message }];
  return issue.keys.map((key) => ({ path: `${path}.${key}`, message: "unknown key" }));
}
