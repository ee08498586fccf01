import type { Configuration } from "openid-client";
import { GatewayError, messageOf } from "../../errors.ts";
import type { OidcSettings } from "./settings.ts";

/** What is proved about a person who comes back from the provider. */
export interface Proof {
  readonly issuer: string;
  readonly subject: string;
  /** Claims of the ID token and of the userinfo endpoint. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What must come back unchanged with the person. */
export interface Round {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** The identity provider, asked only when somebody logs in through it. */
export interface Provider {
  /** Where the browser is sent. Throws `busy` when the provider does not answer. */
  begin(redirectUri: string): Promise<{ url: URL; round: Round }>;
  /** Redeems what the browser brought back. Throws `unauthorised` for anything that does not fit, `busy` as above. */
  finish(callback: URL, round: Round): Promise<Proof>;
}

/** Makes the client; nothing is fetched before the first log-in. */
export function createProvider(
  settings: OidcSettings & { readonly issuer: string; readonly clientId: string },
): Provider {
  let known: Configuration | undefined;

  // Loaded here alone: most gateways have no provider.
  const library = () => import("openid-client");

  async function configuration(): Promise<Configuration> {
    if (known !== undefined) return known;
    const client = await library();
    const { issuer, clientId, clientSecret, timeoutMs } = settings;
    const server = new URL(issuer);
    const execute = server.protocol === "http:" ? [client.allowInsecureRequests] : [];
    const authentication = clientSecret === undefined ? client.None() : undefined;
    try {
      known = await client.discovery(server, clientId, clientSecret, authentication, {
        execute,
        timeout: timeoutMs / 1000,
      });
    } catch (cause) {
      throw away(issuer, cause);
    }
    return known;
  }

  return {
    async begin(redirectUri) {
      const client = await library();
      const config = await configuration();
      const verifier = client.randomPKCECodeVerifier();
      const round = { state: client.randomState(), nonce: client.randomNonce(), verifier };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: settings.scopes,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        state: round.state,
        nonce: round.nonce,
      });
      return { url, round };
    },
    async finish(callback, { state, nonce, verifier }) {
      const client = await library();
      const config = await configuration();
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier };
      try {
        const tokens = await client.authorizationCodeGrant(config, callback, checks);
        const own = tokens.claims();
        if (own === undefined) throw new GatewayError("unauthorised", "the provider sent no ID token");
        const hasMore = config.serverMetadata().userinfo_endpoint !== undefined;
        const more = hasMore ? await client.fetchUserInfo(config, tokens.access_token, own.sub) : {};
        return { issuer: own.iss, subject: own.sub, claims: { ...more, ...own } };
      } catch (cause) {
        if (isAway(cause)) throw away(settings.issuer, cause);
        const message = `the provider's answer does not prove who you are: ${messageOf(cause)}`;
        throw new GatewayError("unauthorised", message, { cause });
      }
    },
  };
}

function isAway(error: unknown): boolean {
  const { name, code, cause } = error as { name?: string; code?: string; cause?: { name?: string } };
  return (
    error instanceof TypeError || code === "OAUTH_TIMEOUT" || [name, cause?.name].includes("TimeoutError")
  );
}

function away(issuer: string, cause: unknown): GatewayError {
  const message = `the identity provider ${issuer} does not answer: ${messageOf(cause)}`;
  return new GatewayError("busy", message, { cause, retryable: true });
}
