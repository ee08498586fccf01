import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import { faultOfPassword } from "../../state/password-rule.ts";
import type { Person } from "../../state/people.ts";
import type { Caller } from "../../types.ts";
import type { App } from "../app.ts";
import { clearSession, originOf, setLoggedIn } from "../login/cookies.ts";
import type { LogIn } from "../login/log-in.ts";
import type { ApiParts } from "../parts.ts";
import { presentCaller, presentSession } from "../present/person.ts";
import { RequestFaults } from "../problem.ts";
import { credentialsOfPerson, newPassword, session, whoAmI } from "../schemas/people.ts";
import { problems } from "../schemas/problem.ts";
import { pageOf } from "../schemas/shared.ts";

const tags = ["people"];

/** Log-in, log-out, and what people do with their own access. */
export function sessionRoutes(
  app: App,
  { identity, logIn }: { logIn: LogIn } & Pick<ApiParts, "identity">,
): void {
  const { people, sessions, passwords } = identity;

  app.post(
    "/api/v1/session",
    {
      schema: {
        operationId: "logIn",
        tags,
        summary: "Log in",
        description:
          "Opens a session and sets its cookie (HttpOnly, SameSite=Strict). After wrong tries it must wait; a browser in which this person has logged in before has tries of its own.",
        security: [],
        body: credentialsOfPerson,
        response: { 200: whoAmI, ...problems(400, 401, 403, 429, 503) },
      },
    },
    async (request, reply) => {
      const opened = await logIn.withPassword(request.body, originOf(request));
      setLoggedIn(reply, opened);
      const { id, name, grants, login } = opened.person;
      return presentCaller({ id: `person:${id}`, name, grants, session: opened.session }, login);
    },
  );

  app.get(
    "/api/v1/session",
    {
      schema: {
        operationId: "whoAmI",
        tags,
        summary: "Who asks, and what he may",
        response: { 200: whoAmI, ...problems() },
      },
    },
    async ({ caller }) => presentCaller(caller, people.find(caller.id.replace("person:", ""))?.login),
  );

  app.delete(
    "/api/v1/session",
    {
      schema: {
        operationId: "logOut",
        tags,
        summary: "Log out",
        description: "Streams that the session opened end within one heartbeat.",
        response: { 204: z.undefined().describe("Logged out."), ...problems() },
      },
    },
    async ({ caller }, reply) => {
      sessions.end(sessionOf(caller));
      clearSession(reply);
      return reply.code(204).send();
    },
  );

  app.put(
    "/api/v1/session/password",
    {
      schema: {
        operationId: "changePassword",
        tags,
        summary: "Change one's own password",
        description: "All sessions of this person end; this one goes on with a new cookie.",
        body: z.strictObject({ old: z.string().max(800), new: newPassword }),
        response: { 200: whoAmI, ...problems(400, 401, 429, 503) },
      },
    },
    async (request, reply) => {
      const { caller, body } = request;
      const person = personOf(caller);
      const fault = faultOfPassword(body.new, [person.login, person.name]);
      if (fault !== undefined) throw new RequestFaults([{ path: "body.new", message: fault }]);
      // Who has got hold of an open session must not try passwords faster than at the log-in.
      await logIn.check({ login: person.login, password: body.old }, originOf(request));
      people.setPassword(person.id, await passwords.hash(body.new));
      setLoggedIn(reply, logIn.open(personOf(caller), originOf(request)));
      return presentCaller(caller, person.login);
    },
  );

  app.get(
    "/api/v1/sessions",
    {
      schema: {
        operationId: "listSessions",
        tags,
        summary: "One's own sessions",
        response: { 200: pageOf(session), ...problems() },
      },
    },
    async ({ caller }) => ({
      items: sessions.of(personOf(caller).id).map((found) => presentSession(found, caller.session)),
      next: null,
    }),
  );

  app.delete(
    "/api/v1/sessions/:id",
    {
      schema: {
        operationId: "endSession",
        tags,
        summary: "End one of one's own sessions",
        params: z.object({ id: z.string().min(1).max(64) }),
        response: { 204: z.undefined().describe("Ended."), ...problems(404) },
      },
    },
    async ({ caller, params }, reply) => {
      if (!sessions.of(personOf(caller).id).some(({ id }) => id === params.id)) {
        throw new GatewayError("not-found", `you have no session "${params.id}"`);
      }
      sessions.end(params.id);
      return reply.code(204).send();
    },
  );

  function personOf(caller: Caller): Person {
    const person = people.find(caller.id.replace("person:", ""));
    if (person === undefined) throw new GatewayError("unauthorised", "the session has ended; log in again");
    return person;
  }
}

function sessionOf({ session }: Caller): string {
  if (session === undefined) throw new GatewayError("internal", "the guard let a token pass as a person");
  return session;
}
