import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import { accountPresets } from "../../state/account-presets.ts";
import type { App } from "../app.ts";
import { cutPage } from "../paging.ts";
import type { ApiParts } from "../parts.ts";
import { presentKeyState, presentRotated } from "../present/credentials.ts";
import { account, accountPreset, newAccount, registeredAccount } from "../schemas/access.ts";
import { keyState, rotated, rotation } from "../schemas/credentials.ts";
import { problems } from "../schemas/problem.ts";
import { id, iso, pageOf, paging } from "../schemas/shared.ts";

const tags = ["access"];

/** Service accounts: programs that speak MQTT with declared topic filters. */
export function accountRoutes(app: App, { access }: Pick<ApiParts, "access">): void {
  app.get(
    "/api/v1/accounts",
    {
      schema: {
        operationId: "listAccounts",
        tags,
        summary: "List the service accounts",
        querystring: z.strictObject(paging),
        response: { 200: pageOf(account), ...problems(400) },
      },
    },
    async ({ query }) => {
      const page = cutPage(access.accounts(), ({ name }) => name, query);
      return {
        ...page,
        items: page.items.map(({ name, publish, subscribe, createdAt }) => ({
          name,
          publish: [...publish],
          subscribe: [...subscribe],
          createdAt: iso(createdAt),
          credentials: presentKeyState(access.accountState(name)),
        })),
      };
    },
  );

  app.get(
    "/api/v1/accounts/presets",
    {
      schema: {
        operationId: "listAccountPresets",
        tags,
        summary: "The topics that well-known programs need",
        response: { 200: z.object({ items: z.array(accountPreset) }), ...problems() },
      },
    },
    async () => ({
      items: Object.entries(accountPresets).map(([name, { publish, subscribe }]) => ({
        ...{ name, publish: [...publish], subscribe: [...subscribe] },
      })),
    }),
  );

  app.post(
    "/api/v1/accounts",
    {
      schema: {
        operationId: "addAccount",
        tags,
        summary: "Make a service account",
        description:
          "Answers the MQTT credentials once. It may use any client id and the declared filters only.",
        body: newAccount,
        response: { 201: registeredAccount, ...problems(400, 409) },
      },
    },
    async ({ body }, reply) =>
      reply.code(201).send({ name: body.name, credentials: access.addAccount(body) }),
  );

  app.post(
    "/api/v1/accounts/:name/credentials/rotate",
    {
      schema: {
        operationId: "rotateAccount",
        tags,
        summary: "Give a service account a new password",
        description:
          "The old one holds for `overlapS`, also when the new one is used already, for several programs may share the account; with 0 it stops at once and its connections end.",
        params: z.object({ name: id }),
        body: rotation,
        response: { 200: rotated, ...problems(400, 404) },
      },
    },
    async ({ params, body }) => presentRotated(access.rotateAccount(params.name, body?.overlapS)),
  );

  app.post(
    "/api/v1/accounts/:name/credentials/revoke",
    {
      schema: {
        operationId: "revokeAccount",
        tags,
        summary: "Shut a service account out",
        description:
          "Its connections end at once; its wills, sessions and waiting messages are dropped. It comes back with a rotation.",
        params: z.object({ name: id }),
        response: { 200: keyState, ...problems(400, 404) },
      },
    },
    async ({ params }) => {
      access.revokeAccount(params.name);
      return presentKeyState(access.accountState(params.name));
    },
  );

  app.delete(
    "/api/v1/accounts/:name",
    {
      schema: {
        operationId: "removeAccount",
        tags,
        summary: "Remove a service account",
        description: "Its connections end.",
        params: z.object({ name: id }),
        response: { 204: z.undefined().describe("Removed."), ...problems(400, 404) },
      },
    },
    async ({ params }, reply) => {
      if (!access.accounts().some(({ name }) => name === params.name)) {
        throw new GatewayError("not-found", `there is no account "${params.name}"`);
      }
      access.removeAccount(params.name);
      return reply.code(204).send();
    },
  );
}
