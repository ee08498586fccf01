import { z } from "zod";

const mapping = /^[^=]{1,200}=(viewer|firefighter|manager|engineer|admin)(@[A-Za-z0-9_-]{1,64})?$/;

/** Settings of the log-in through an identity provider; without an issuer there is none. */
export const oidcSettings = z
  .object({
    issuer: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("Issuer of the OpenID Connect provider, https; plain http only on this machine."),
    name: z
      .string()
      .min(1)
      .max(60)
      .default("SSO")
      .describe("What the button at the log-in calls the provider."),
    clientId: z.string().min(1).optional().describe("Client id that the provider gave."),
    clientSecret: z.string().min(1).optional().describe("Client secret; a public client has none."),
    scopes: z.string().default("openid profile email").describe("Scopes that are asked for."),
    loginClaim: z
      .string()
      .default("preferred_username")
      .describe(
        "Claim that is the log-in name here; somebody invited under it is recognised at the first log-in.",
      ),
    rolesClaim: z
      .string()
      .optional()
      .describe(
        "Claim with groups; with it roles come from the provider at each log-in, and new people are taken.",
      ),
    roles: z
      .array(z.string().regex(mapping, "must be group=role or group=role@site"))
      .default([])
      .describe("What a group is here: linli-admins=admin, crew=firefighter@xinfa."),
    timeoutMs: z.int().min(100).default(5_000).describe("Longest wait for an answer of the provider, ms."),
    pending: z
      .int()
      .min(1)
      .default(1_000)
      .describe("Log-ins that may be under way at the provider; at the bound the oldest is forgotten."),
    pendingMs: z
      .int()
      .min(1_000)
      .default(600_000)
      .describe("How long a log-in may take at the provider, ms (10 min)."),
  })
  .refine(({ issuer, clientId }) => issuer === undefined || clientId !== undefined, {
    path: ["clientId"],
    message: "is needed with an issuer",
  })
  .refine(({ issuer }) => issuer === undefined || isSafe(new URL(issuer)), {
    path: ["issuer"],
    message: "must be https; plain http would let others on the way log in as anybody",
  });

/** The settings of the identity provider, parsed. */
export type OidcSettings = z.infer<typeof oidcSettings>;

/** Whether answers from this address can be believed. */
export function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}
