import { z } from "zod";
import { affects, alert, alertStep } from "./alert.ts";
import { siteDetail, snapshotDevice } from "./device.ts";
import { dutyCheck } from "./duty.ts";
import { incident } from "./incident.ts";
import { mute, muteFacts } from "./mute.ts";
import { rejectionCode } from "./rejection.ts";
import { deviceName, drillMark, during, id, kindName, quality, severity, time, value } from "./shared.ts";

const place = { device: deviceName, site: id, kind: kindName };

/** First event of a stream: the present state. */
export const snapshotEvent = z
  .object({
    sequence: z.int().describe("Journal sequence that the state is valid for; also the event's id."),
    at: time,
    reset: z
      .enum(["too-old", "too-far", "unknown-id"])
      .nullable()
      .describe("Why the stream could not resume where the screen asked; null when it did not ask."),
    sites: z.array(siteDetail),
    devices: z
      .object({ items: z.array(snapshotDevice), complete: z.boolean() })
      .nullable()
      .describe(
        "Null when `types` names neither reading nor presence. Not complete: read the rest from the list.",
      ),
    alerts: z
      .object({ items: z.array(alert), complete: z.boolean() })
      .nullable()
      .describe("Open alerts. Null when `types` does not name alert."),
    incidents: z
      .array(incident)
      .nullable()
      .describe("Open incidents. Null when `types` does not name incident."),
    dutyChecks: z
      .array(dutyCheck)
      .nullable()
      .describe("Duty checks that wait for an answer. Null when `types` does not name duty-check."),
    mutes: z
      .array(mute)
      .nullable()
      .describe("Windows that last or are planned. Null when `types` does not name mute."),
  })
  .meta({ id: "SnapshotEvent" });

/** A reading that became durable. */
export const readingEvent = z
  .object({
    ...place,
    stream: z.enum(["telemetry", "event"]),
    event: z.string().optional(),
    at: time.describe("When the gateway received it."),
    ts: time.describe("When the device measured it."),
    quality,
    values: z.record(z.string(), value).describe("In the units of the kind's fields."),
  })
  .meta({ id: "ReadingEvent" });

/** A device came or went. */
export const presenceEvent = z
  .object({
    ...place,
    online: z.boolean(),
    at: time,
    reason: z.enum(["connected", "message", "status", "will", "closed", "silent"]),
  })
  .meta({ id: "PresenceEvent" });

/** One step of an incident. */
export const incidentEvent = z
  .object({
    change: z
      .string()
      .describe("Unique; each step comes twice: at once without id, and again when it is durable."),
    incident: z.string(),
    step: z.enum([
      ...([
        "detected",
        "joined",
        "escalated",
        "acknowledged",
        "dispatched",
        "arrived",
        "controlled",
      ] as const),
      ...(["closed", "false-alarm", "noted"] as const),
    ]),
    site: id,
    at: time,
    device: deviceName.optional(),
    kind: kindName.optional(),
    alert: z.string().optional(),
    rule: z.string().optional(),
    building: z.string().optional(),
    floor: z.string().optional(),
    values: z.record(z.string(), value).optional(),
    marks: z.record(z.string(), time).optional().describe("With detected: when each mark passes."),
    mark: z
      .enum(["acknowledge", "arrive", "control"])
      .optional()
      .describe("With escalated: the mark that passed."),
    by: z.string().optional(),
    note: z.string().optional(),
    during: during.optional().describe("With detected and joined: the window that the alarm came in."),
    drill: drillMark,
  })
  .meta({ id: "IncidentEvent" });

/** One step of a duty check. */
export const dutyCheckEvent = z
  .object({
    change: z.string().describe("Unique."),
    check: z.string(),
    step: z.enum(["asked", "answered", "missed"]),
    site: id,
    crew: id,
    crewName: z.string().optional().describe("With asked."),
    at: time,
    due: time.optional().describe("With asked: when it is missed."),
    by: z.string().optional(),
    device: deviceName.optional().describe("With answered: the station where somebody did."),
  })
  .meta({ id: "DutyCheckEvent" });

/** One step of an alert. */
export const alertEvent = z
  .object({
    change: z.string().describe("Unique; a critical change comes twice, see below."),
    alert: z.string(),
    step: alertStep,
    ...place,
    rule: z.string(),
    severity,
    at: time,
    values: z.record(z.string(), value).optional(),
    reason: z.string().optional(),
    by: z.string().optional(),
    comment: z.string().optional(),
    assignee: z.string().nullable().optional().describe("With assigned: who takes care of it; null: nobody."),
    simulated: z.boolean(),
    during: during.optional(),
    muted: z.literal(true).optional().describe("Nobody is told of it through channels."),
    under: deviceName.optional().describe("The device above it that is down, whose alert is told instead."),
    affects: affects.optional(),
    drill: drillMark,
  })
  .meta({ id: "AlertEvent" });

/** One step of a window. */
export const muteEvent = z
  .object({
    change: z.string().describe("Unique."),
    mute: z.string().describe("Id of the window."),
    step: z.enum(["planned", "begun", "changed", "ended"]),
    at: time,
    site: id,
    ...muteFacts,
  })
  .meta({ id: "MuteEvent" });

/** A refused message, without its payload. */
export const rejectionEvent = z
  .object({
    id: z.string(),
    at: time,
    topic: z.string(),
    principal: z.string().optional(),
    code: rejectionCode,
    path: z.string(),
    value: z.string(),
    message: z.string(),
  })
  .meta({ id: "RejectionEvent" });

/** One step of a command. */
export const commandEvent = z
  .object({
    id: z.string(),
    ...place,
    step: z.enum(["queued", "sent", "acknowledged", "done", "failed", "expired"]),
    at: time,
    name: z.string().optional(),
    args: z.record(z.string(), z.unknown()).optional(),
    expiresAt: time.optional(),
    by: z.string().optional(),
    error: z.string().optional(),
  })
  .meta({ id: "CommandEvent" });

/** The `data` of every event of the stream; which one it is says `event`. */
export const streamEvent = z.union([
  snapshotEvent,
  readingEvent,
  presenceEvent,
  alertEvent,
  incidentEvent,
  dutyCheckEvent,
  muteEvent,
  rejectionEvent,
  commandEvent,
]);
