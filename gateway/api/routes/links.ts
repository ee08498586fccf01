import { z } from "zod";
import type { App } from "../app.ts";
import { originOf, setLoggedIn } from "../login/cookies.ts";
import type { LinkUse } from "../login/link-use.ts";
import { presentCaller } from "../present/person.ts";
import { linkFacts, linkSecret, newPassword, whoAmI } from "../schemas/people.ts";
import { problems } from "../schemas/problem.ts";
import { iso } from "../schemas/shared.ts";

const tags = ["people"];

/** Invitations and reset links, for screens of one's own; `/link/…` has a page that needs none. */
export function linkRoutes(app: App, { linkUse }: { linkUse: LinkUse }): void {
  app.post(
    "/api/v1/links/look",
    {
      schema: {
        operationId: "lookAtLink",
        tags,
        summary: "Whom a link is for",
        description: "Does not use it up.",
        security: [],
        body: z.strictObject({ link: linkSecret }),
        response: { 200: linkFacts, ...problems(400, 404) },
      },
    },
    async ({ body }) => {
      const { link, person } = linkUse.look(body.link);
      const { login, name } = person;
      return { login, name, purpose: link.purpose, expiresAt: iso(link.expiresAt) };
    },
  );

  app.post(
    "/api/v1/links/use",
    {
      schema: {
        operationId: "useLink",
        tags,
        summary: "Set a password with a link",
        description: "Once; opens a session.",
        security: [],
        body: z.strictObject({ link: linkSecret, password: newPassword }),
        response: { 200: whoAmI, ...problems(400, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const opened = await linkUse.setPassword(request.body, originOf(request));
      setLoggedIn(reply, opened);
      const { id, name, grants, login } = opened.person;
      return presentCaller({ id: `person:${id}`, name, grants, session: opened.session }, login);
    },
  );
}
