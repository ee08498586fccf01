import { z } from "zod";
import { deviceName, time } from "./shared.ts";

/** A command with its whole life. */
export const command = z
  .object({
    id: z.string(),
    device: deviceName,
    name: z.string(),
    args: z.record(z.string(), z.unknown()),
    state: z.enum(["queued", "sent", "acknowledged", "done", "failed", "expired"]),
    by: z.string(),
    queuedAt: time,
    expiresAt: time.describe("After this it is never sent."),
    sentAt: time.nullable(),
    endedAt: time.nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: "Command" });

/** A command to be sent. */
export const newCommand = z
  .strictObject({
    name: z.string().max(64).describe("One of the kind's commands."),
    args: z
      .record(z.string().max(64), z.unknown())
      .default({})
      .describe("As the kind's command declares them."),
    maxAgeMs: z
      .int()
      .min(1)
      .optional()
      .describe(
        "Longest time that it may wait to be sent, ms; at most, and by default, what the kind allows.",
      ),
  })
  .describe("What the device shall do.");
