import { z } from "zod";
import { passwordChars } from "../../state/password-rule.ts";
import { role } from "./access.ts";
import { id, time } from "./shared.ts";

/** A role at one site and everything below it, or everywhere. */
export const grant = z
  .object({ role, site: id.nullable().describe("null: every site.") })
  .meta({ id: "Grant", description: "A role at one site and everything below it, or at every site." });

const newGrant = z.strictObject({
  role,
  site: id.nullish().describe("The site and everything below it; every site when null or absent."),
});
const login = z.string().max(64).describe("What is typed at the log-in; case does not matter.");
const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .describe("What alerts and commands record; no two people share one.");
const grants = z.array(newGrant).min(1).max(100);

/** Somebody who may log in. */
export const person = z
  .object({
    id: z.string(),
    login,
    name,
    grants: z.array(grant),
    active: z.boolean().describe("false: shut out, with everything kept."),
    createdAt: time,
    passwordAt: time.nullable().describe("When the password was set; null while the invitation is open."),
    loginAt: time.nullable(),
    provider: z.boolean().describe("Comes from the identity provider."),
  })
  .meta({ id: "Person" });

/** Somebody to be invited. */
export const newPerson = z
  .strictObject({ login, name, grants })
  .meta({ examples: [{ login: "wang", name: "王队长", grants: [{ role: "firefighter", site: "xinfa" }] }] });

/** What may be changed of a person. */
export const personChange = z
  .strictObject({
    login: login.optional(),
    name: name.optional(),
    grants: grants.optional().describe("Replace all that there were."),
    active: z.boolean().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, "name what is to change");

/** A link that lets a person set a password, once. */
export const link = z
  .object({
    url: z.string().describe("Give it to this person and nobody else; it is shown this once."),
    purpose: z.enum(["invite", "reset"]),
    expiresAt: time,
  })
  .meta({ id: "PersonLink" });

/** An invited person with the link. */
export const invitedPerson = z.object({ person, link }).meta({ id: "InvitedPerson" });

/** The secret of a link. */
export const linkSecret = z.string().min(1).max(100).describe("The last part of the link's address.");

/** A password to be set. */
export const newPassword = z
  .string()
  .max(passwordChars.most * 4)
  .describe(`At least ${passwordChars.least} characters, none of the first that are guessed.`);

/** What a link says before it is used. */
export const linkFacts = z
  .object({ login, name, purpose: z.enum(["invite", "reset"]), expiresAt: time })
  .meta({ id: "LinkFacts" });

/** Log-in and password. */
export const credentialsOfPerson = z
  .strictObject({
    login: z.string().min(1).max(64),
    password: z
      .string()
      .min(1)
      .max(passwordChars.most * 4),
  })
  .meta({ examples: [{ login: "wang", password: "a short sentence" }] });

/** Who asks. */
export const whoAmI = z
  .object({
    id: z.string().describe("person:…, token:…, or settings."),
    name: z.string(),
    grants: z.array(grant),
    operations: z
      .array(z.string())
      .nullable()
      .describe("The only operations that may be called; null: all of the role."),
    login: z.string().nullable().describe("null for a token."),
    may: z
      .record(z.string(), z.array(id).nullable())
      .describe(
        "The operations that the roles reach, by operationId; null: everywhere, else at these sites alone.",
      ),
  })
  .meta({ id: "WhoAmI" });

/** A log-in that lasts. */
export const session = z
  .object({
    id: z.string(),
    current: z.boolean().describe("The one that asks."),
    openedAt: time,
    usedAt: time.describe("To 5 minutes."),
    endsAt: time,
    address: z.string(),
    agent: z.string().describe("What the browser calls itself."),
  })
  .meta({ id: "Session" });
