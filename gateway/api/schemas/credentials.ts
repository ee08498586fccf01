import { z } from "zod";
import { deviceId, deviceName, id, kindName, optionalBody, time } from "./shared.ts";

/** User name and password for MQTT. */
export const credentials = z.object({ username: z.string(), password: z.string() }).meta({
  id: "Credentials",
  description: "For MQTT CONNECT. The password is shown this once and stored only as a keyed hash.",
  examples: [{ username: "xinfa/bin-0012", password: "5mY0f…" }],
});

/** Where a device connects to. */
export const mqttPlace = z.object({
  host: z.string().optional().describe("As api.mqttHost; absent: the one that this was sent to."),
  port: z.int(),
  tls: z.boolean().describe("Whether that port speaks TLS."),
  topic: z.string().describe("The device's topics begin with it."),
});

/** A new password in the place of another. */
export const rotated = z
  .object({
    ...credentials.shape,
    previousUntil: time.nullable().describe("Until when the old password holds too; null: it ended at once."),
  })
  .meta({ id: "RotatedCredentials" });

/** A new password of one device, with where it is used. */
export const rotatedDevice = z
  .object({ ...rotated.shape, mqtt: mqttPlace })
  .meta({ id: "RotatedDeviceCredentials" });

/** A claim code, shown once. */
export const claimOffer = z.object({ code: z.string(), expiresAt: time }).meta({
  id: "ClaimCode",
  description:
    "Exchanged once for a password with POST /api/v1/claims. Shown this once and stored as a keyed hash.",
  examples: [{ code: "7K3QD-M0XZ2-9TVWB-4E8HR", expiresAt: "2026-04-15T08:00:00.000Z" }],
});

/** Where credentials stand, without secrets. */
export const keyState = z
  .object({
    state: z.enum(["active", "rotating", "unclaimed", "claim-expired", "revoked"]),
    issuedAt: time.nullable().describe("Since when the present password holds."),
    isUsed: z.boolean().describe("Whether anybody connected with the present password."),
    previousUntil: time.nullable().describe("Until when the password before holds too."),
    lastUsedAt: time.nullable().describe("When somebody last connected, with any password."),
    revokedAt: time.nullable(),
    claimUntil: time.nullable().describe("Until when the claim code holds."),
  })
  .meta({
    id: "CredentialState",
    description:
      "active · rotating: two passwords hold · unclaimed: nobody can connect before the claim code is used · claim-expired: the code is too old · revoked: nobody can connect.",
  });

const overlapS = z
  .int()
  .min(0)
  .optional()
  .describe("How long the old password holds beside the new one, s; as state.rotationOverlapS when absent.");

/** How a password is rotated. */
export const rotation = z.strictObject({ overlapS }).nullish().describe(optionalBody);

const ids = z.array(deviceId).min(1).max(10_000);

/** How the passwords of many devices are rotated. */
export const siteRotation = z.strictObject({ ids, overlapS });

/** New passwords of many devices. */
export const rotatedDevices = z
  .object({
    items: z.array(z.object({ device: deviceName, ...rotated.shape })),
    skipped: z.array(deviceName).describe("Devices without a password."),
  })
  .meta({ id: "RotatedDevices" });

/** Which devices get a new claim code. */
export const claimCodeOrder = z
  .strictObject({
    ids: ids.optional(),
    kind: kindName.optional(),
    building: z.string().max(128).optional(),
  })
  .nullish()
  .describe(optionalBody);

/** New claim codes with what a label shows. */
export const claimCodes = z
  .object({
    items: z.array(
      z.object({
        device: deviceName,
        name: z.string(),
        building: z.string().nullable(),
        ...claimOffer.shape,
      }),
    ),
  })
  .meta({ id: "ClaimCodes" });

/** What an installer sends. */
export const claim = z
  .strictObject({
    code: z.string().min(1).max(64).describe("As on the label; small letters and spaces are taken."),
  })
  .meta({ examples: [{ code: "7K3QD-M0XZ2-9TVWB-4E8HR" }] });

/** All that a device needs to connect. */
export const claimed = z
  .object({
    site: id,
    kind: kindName,
    id: deviceId,
    ...credentials.shape,
    mqtt: mqttPlace,
  })
  .meta({ id: "ClaimedDevice" });
