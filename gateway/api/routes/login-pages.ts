import type { FastifyReply } from "fastify";
import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import type { App } from "../app.ts";
import { clearSession, originOf, sessionCookieOf, setLoggedIn } from "../login/cookies.ts";
import { deadLinkPage, linkForm, loginForm, type Words, welcomePage } from "../login/forms.ts";
import type { LinkUse } from "../login/link-use.ts";
import type { LogIn } from "../login/log-in.ts";
import { pagePolicy } from "../page.ts";
import type { ApiParts } from "../parts.ts";

const text = z.string().max(800).default("");
const params = z.object({ secret: z.string().max(200) });

/** Pages that work without any script, also on an old phone: log-in, and the link that sets a password. A GET only shows. */
export function loginPageRoutes(
  app: App,
  { identity, logIn, linkUse }: Pick<ApiParts, "identity"> & { logIn: LogIn; linkUse: LinkUse },
): void {
  const { people, sessions } = identity;

  app.register(async (scope: App) => {
    const form = { parseAs: "string", bodyLimit: 16_384 } as const;
    scope.addContentTypeParser("application/x-www-form-urlencoded", form, (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))));
    });

    scope.get("/login", { schema: { operationId: "loginPage", hide: true } }, async (request, reply) => {
      const cookie = sessionCookieOf(request);
      const use = cookie === undefined ? undefined : sessions.use(cookie, { rotate: false });
      return show(reply, use === undefined ? loginForm() : welcomePage(use.caller));
    });

    scope.post(
      "/login",
      { schema: { operationId: "loginForm", hide: true, body: z.object({ login: text, password: text }) } },
      async (request, reply) => {
        try {
          setLoggedIn(reply, await logIn.withPassword(request.body, originOf(request)));
          return reply.redirect("/login", 303);
        } catch (error) {
          return show(
            reply,
            loginForm({ login: request.body.login, fault: wordsOf(error) }),
            statusOf(error),
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
        return person === undefined ? show(reply, deadLinkPage(), 404) : show(reply, linkForm(person));
      },
    );

    scope.post(
      "/link/:secret",
      { schema: { operationId: "linkForm", hide: true, params, body: z.object({ password: text }) } },
      async (request, reply) => {
        const { secret } = request.params;
        const person = personOf(secret);
        if (person === undefined) return show(reply, deadLinkPage(), 404);
        try {
          const given = { link: secret, password: request.body.password };
          setLoggedIn(reply, await linkUse.setPassword(given, originOf(request)));
          return reply.redirect("/login", 303);
        } catch (error) {
          return show(reply, linkForm({ ...person, fault: wordsOf(error) }), statusOf(error));
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

function show(reply: FastifyReply, page: string, status = 200): FastifyReply {
  return reply
    .code(status)
    .header("content-security-policy", pagePolicy)
    .type("text/html; charset=utf-8")
    .send(page);
}

const faults: Readonly<Record<string, { status: number; zh: string }>> = {
  unauthorised: { status: 401, zh: "登录名或密码不对。" },
  forbidden: { status: 403, zh: "此人已停用，请联系管理员。" },
  "limit-reached": { status: 429, zh: "尝试次数过多，请稍等一分钟再试。" },
  busy: { status: 503, zh: "系统正忙，请稍后再试。" },
  "invalid-request": { status: 400, zh: "密码太简单，请换一个。" },
};

function wordsOf(error: unknown): Words {
  const known = error instanceof GatewayError ? faults[error.code] : undefined;
  if (known === undefined) throw error;
  return { zh: known.zh, en: (error as GatewayError).message.replace(/^body\.password: /, "The password ") };
}

function statusOf(error: unknown): number {
  return (error instanceof GatewayError ? faults[error.code]?.status : undefined) ?? 500;
}
