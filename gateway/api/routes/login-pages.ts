import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import type { App } from "../app.ts";
import { takeForms } from "../form-bodies.ts";
import { clearSession, originOf, sessionCookieOf, setLoggedIn } from "../login/cookies.ts";
import { deadLinkPage, linkForm, loginForm, welcomePage } from "../login/forms.ts";
import type { LinkUse } from "../login/link-use.ts";
import type { LogIn } from "../login/log-in.ts";
import { showPage, wordsOf } from "../login/show-page.ts";
import type { ApiParts } from "../parts.ts";

const text = z.string().max(800).default("");
// Of the screens alone: a link to the log-in page must not lead to another host.
const query = z.object({
  to: z
    .string()
    .max(500)
    .regex(/^\/(?![/\\])[\w\-./~%?=&,]*$/)
    .optional()
    .catch(undefined),
});
const gone = new GatewayError("not-found", "this link is used, over or not known");
const params = z.object({ secret: z.string().max(200) });

/** Pages that work without any script, also on an old phone: log-in, and the link that sets a password. A GET only shows. */
export function loginPageRoutes(
  app: App,
  {
    settings,
    identity,
    logIn,
    linkUse,
  }: Pick<ApiParts, "settings" | "identity"> & { logIn: LogIn; linkUse: LinkUse },
): void {
  const { people, sessions } = identity;
  const provider = settings.oidc.issuer === undefined ? undefined : settings.oidc.name;

  app.register(async (scope: App) => {
    takeForms(scope);

    scope.get(
      "/login",
      { schema: { operationId: "loginPage", hide: true, querystring: query } },
      async (request, reply) => {
        const { to } = request.query;
        const cookie = sessionCookieOf(request);
        const use = cookie === undefined ? undefined : sessions.use(cookie, { rotate: false });
        return showPage(reply, use === undefined ? loginForm({ provider, to }) : welcomePage(use.caller));
      },
    );

    scope.post(
      "/login",
      {
        schema: {
          operationId: "loginForm",
          hide: true,
          querystring: query,
          body: z.object({ login: text, password: text }),
        },
      },
      async (request, reply) => {
        const { to } = request.query;
        try {
          setLoggedIn(reply, await logIn.withPassword(request.body, originOf(request)));
          return reply.redirect(to ?? "/", 303);
        } catch (error) {
          return showPage(
            reply,
            loginForm({ provider, to, login: request.body.login, ...wordsOf(error) }),
            error,
          );
        }
      },
    );

    scope.post(
      "/logout",
      { schema: { operationId: "logoutForm", hide: true } },
      async ({ caller }, reply) => {
        sessions.end(caller.session ?? "");
        clearSession(reply);
        return reply.redirect("/login", 303);
      },
    );

    scope.get(
      "/link/:secret",
      { schema: { operationId: "linkPage", hide: true, params } },
      async ({ params }, reply) => {
        const person = personOf(params.secret);
        return person === undefined
          ? showPage(reply, deadLinkPage(), gone)
          : showPage(reply, linkForm(person));
      },
    );

    scope.post(
      "/link/:secret",
      { schema: { operationId: "linkForm", hide: true, params, body: z.object({ password: text }) } },
      async (request, reply) => {
        const { secret } = request.params;
        const person = personOf(secret);
        if (person === undefined) return showPage(reply, deadLinkPage(), gone);
        try {
          const given = { link: secret, password: request.body.password };
          setLoggedIn(reply, await linkUse.setPassword(given, originOf(request)));
          return reply.redirect("/", 303);
        } catch (error) {
          return showPage(reply, linkForm({ ...person, ...wordsOf(error) }), error);
        }
      },
    );
  });

  function personOf(secret: string): { name: string; login: string } | undefined {
    try {
      const { id } = linkUse.look(secret).person;
      return people.find(id);
    } catch (error) {
      if (error instanceof GatewayError && error.code === "not-found") return undefined;
      throw error;
    }
  }
}
