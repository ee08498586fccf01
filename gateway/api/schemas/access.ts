import { z } from "zod";
import type { Role } from "../../types.ts";
import { operationIds } from "../roles.ts";
import { credentials, keyState } from "./credentials.ts";
import { id, moment, time } from "./shared.ts";

const filters = z
  .array(z.string().min(1).max(512))
  .max(100)
  .describe("MQTT topic filters, wildcards allowed.");

/** A service account. */
export const account = z
  .object({ name: id, publish: filters, subscribe: filters, createdAt: time, credentials: keyState })
  .meta({ id: "Account", description: "A program that speaks MQTT with declared topic filters." });

/** A service account to be made. */
export const newAccount = z
  .strictObject({ name: id, publish: filters, subscribe: filters })
  .describe("Outside of linli/ the gateway is a plain broker for accounts.")
  .meta({ examples: [{ name: "zigbee2mqtt", publish: ["zigbee2mqtt/#"], subscribe: ["zigbee2mqtt/#"] }] });

/** What an account of a well-known program may use. */
export const accountPreset = z
  .object({ name: z.string(), publish: filters, subscribe: filters })
  .meta({ id: "AccountPreset" });

/** A new account and its credentials. */
export const registeredAccount = z.object({ name: id, credentials }).meta({ id: "RegisteredAccount" });

/** Roles of people and programs. */
export const role = z.enum(["viewer", "firefighter", "manager", "engineer", "admin"] satisfies Role[]).meta({
  id: "Role",
  description:
    "viewer: looks. firefighter: answers alerts, commands devices. manager: registers and sets limits too. engineer: integrates devices, answers no alerts. admin: everything.",
});

/** A bearer token without its secret. */
export const token = z
  .object({
    id: z.string(),
    name: z.string(),
    role,
    site: id.nullable().describe("The only site it may see; null for all."),
    createdAt: time,
    expiresAt: time.nullable().describe("Refused from here on; null: never."),
    operations: z
      .array(z.string())
      .nullable()
      .describe("The only operations that it may call; null: all of its role."),
    usedAt: time.nullable().describe("To the hour; null: never."),
  })
  .meta({ id: "Token" });

/** A token to be made. */
export const newToken = z.strictObject({
  name: z.string().trim().min(1).max(64),
  role,
  site: id.optional().describe("The only site it may see and touch; all when absent."),
  expiresAt: moment.optional().describe("When it ends by itself; never when absent."),
  operations: z
    .array(z.enum(operationIds))
    .min(1)
    .optional()
    .describe("The only operations, by operationId, that it may call; all that its role may when absent."),
});

/** A new token; the secret is shown this once. */
export const registeredToken = z
  .object({
    id: z.string(),
    token: z.string().describe("Shown this once; send it as Authorization: Bearer."),
  })
  .meta({ id: "RegisteredToken" });
