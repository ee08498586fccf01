import { GatewayError } from "../../errors.ts";
import type { App } from "../app.ts";
import { originOf, roundCookie, setLoggedIn } from "../login/cookies.ts";
import { arrivedPage, loginForm } from "../login/forms.ts";
import type { LogIn } from "../login/log-in.ts";
import { showPage, wordsOf } from "../login/show-page.ts";
import { createProvider } from "../oidc/provider.ts";
import { recognise } from "../oidc/recognise.ts";
import { createRounds } from "../oidc/rounds.ts";
import type { ApiParts } from "../parts.ts";

const callbackPath = "/login/oidc/callback";

/** Log-in through an OpenID Connect provider: authorisation code with PKCE, state and nonce. Only where one is set. */
export function oidcRoutes(app: App, { settings, identity, clock, metrics, log, logIn }: OidcParts): void {
  const dropped = metrics.count(
    "login_rounds_dropped",
    "Log-ins at the identity provider that were forgotten",
  );
  const { issuer, clientId } = settings.oidc;
  if (issuer === undefined || clientId === undefined) return;
  const provider = createProvider({ ...settings.oidc, issuer, clientId });
  const rounds = createRounds({ settings: settings.oidc, clock, dropped });

  function baseOf(request: { protocol: string; host: string }): string {
    return (settings.publicUrl ?? `${request.protocol}://${request.host}`).replace(/\/+$/, "");
  }

  app.get("/login/oidc", { schema: { operationId: "oidcBegin", hide: true } }, async (request, reply) => {
    try {
      const { url, round } = await provider.begin(baseOf(request) + callbackPath);
      roundCookie.set(reply, rounds.keep(round), settings.oidc.pendingMs);
      return reply.redirect(url.href, 303);
    } catch (error) {
      log.warn({ err: error }, "log-in through the identity provider could not begin");
      return showPage(reply, loginForm({ provider: settings.oidc.name, ...wordsOf(error) }), error);
    }
  });

  app.get(callbackPath, { schema: { operationId: "oidcCallback", hide: true } }, async (request, reply) => {
    try {
      const round = rounds.take(roundCookie.of(request));
      roundCookie.clear(reply);
      if (round === undefined) {
        throw new GatewayError(
          "unauthorised",
          "this log-in was not begun in this browser, or took too long; begin again",
        );
      }
      const proof = await provider.finish(new URL(baseOf(request) + request.url), round);
      const person = recognise(proof, { people: identity.people, settings: settings.oidc });
      setLoggedIn(reply, logIn.open(person, originOf(request)));
      return showPage(reply, arrivedPage(person));
    } catch (error) {
      log.warn({ err: error, address: request.ip }, "log-in through the identity provider refused");
      return showPage(reply, loginForm({ provider: settings.oidc.name, ...wordsOf(error) }), error);
    }
  });
}

type OidcParts = Pick<ApiParts, "settings" | "identity" | "clock" | "metrics" | "log"> & {
  readonly logIn: LogIn;
};
