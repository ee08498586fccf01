import { z } from "zod";
import { deviceName, id, severity, text, time, value } from "./shared.ts";

/** How far a delivery has come. */
export const deliveryState = z
  .enum(["waiting", "sent", "failed", "expired", "held"])
  .describe(
    "waiting: no attempt succeeded yet. sent: the target took it. failed: given up. expired: it was needed no more. held: a silence or the like kept it back.",
  );

const delivery = z.object({
  target: z.string().describe("A target of notify.targets."),
  contact: z.string().nullable().describe("Who was told; null: everybody who is at the target."),
  contactName: z.string().nullable(),
  state: deliveryState,
  attempts: z.int(),
  changedAt: time.describe("When the state was reached; of one that waits, its last attempt."),
  reason: z.string().nullable().describe("Why it failed, waits, was held or is needed no more."),
  summary: z.string().nullable().describe("Id of the summary that it was sent in."),
});

/** What people were told, and what became of it. */
export const notification = z
  .object({
    id: z.string().describe("The same each time it is sent: receivers tell doubles by it."),
    kind: z.enum(["alert", "incident", "call", "duty-check", "summary", "test"]),
    at: time,
    urgency: z.enum(["fire", "critical", "normal"]),
    severity,
    site: z.string(),
    step: z.string().describe("The step of the alert or incident; of a call its stage in the chain, from 1."),
    round: z.int().nullable().describe("Of a call: how often it was made before."),
    title: text,
    device: deviceName.nullable(),
    deviceName: z.string().nullable(),
    building: z.string().nullable(),
    floor: z.string().nullable(),
    alert: z.string().nullable(),
    incident: z.string().nullable(),
    drill: z.string().nullable(),
    values: z.record(z.string(), value).nullable(),
    deliveries: z.array(delivery),
  })
  .meta({ id: "Notification" });

/** How a target does. */
export const target = z
  .object({
    name: z.string(),
    type: z.string().describe("webhook, wecom, dingtalk, feishu, email, mqtt, alertmanager, sms."),
    sites: z.array(id).nullable().describe("Whose notifications it takes; null: those of every site."),
    least: severity.describe("Least severity that it takes."),
    isAddressed: z.boolean().describe("It reaches one person at a time, and is only called."),
    waiting: z.int().describe("Deliveries that it has not taken yet."),
    sentAt: time.nullable().describe("When it took something last, since the gateway runs."),
    failing: z.string().nullable().describe("Why it does not take what it is sent; null while it does."),
  })
  .meta({ id: "Target" });
