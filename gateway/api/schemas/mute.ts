import { z } from "zod";
import { comment, deviceId, deviceName, id, kindName, moment, muteType, time } from "./shared.ts";

const building = z.string().min(1).max(100);
const rule = z.string().min(1).max(64);

/** What a window says of itself on the stream, where what is absent is left out. */
export const muteFacts = {
  type: muteType,
  building: building.optional(),
  kind: kindName.optional(),
  device: deviceName.optional(),
  rule: rule.optional(),
  from: time,
  to: time.describe("Until before."),
  reason: z.string(),
  by: z.string(),
  endedAt: time.optional(),
  endedBy: z.string().optional(),
};

/** A window in which nobody is told of what is below critical. */
export const mute = z
  .object({
    id: z.string(),
    site: id,
    state: z.enum(["planned", "active", "ended"]),
    type: muteType,
    building: building.nullable().describe("Only this building; null: every one."),
    kind: kindName.nullable().describe("Only devices of this kind; null: every one."),
    device: deviceName.nullable().describe("Only this device; null: every one."),
    deviceName: z.string().nullable(),
    rule: rule.nullable().describe("Only this rule; null: every one."),
    from: time,
    to: time.describe("Until before."),
    reason: z.string(),
    by: z.string(),
    endedAt: time.nullable().describe("When a person ended it before its time."),
    endedBy: z.string().nullable(),
  })
  .meta({ id: "Mute" });

/** A window as it is asked for. */
export const newMute = z
  .strictObject({
    type: muteType,
    building: building.optional(),
    kind: kindName.optional(),
    device: deviceId.optional().describe("Id of a device of the site."),
    rule: rule.optional(),
    from: moment.optional().describe("Now when absent."),
    to: moment.describe("Until before."),
    reason: comment,
  })
  .meta({
    id: "NewMute",
    examples: [
      { type: "maintenance", building: "12号楼", to: "2026-01-15T18:00:00+08:00", reason: "更换烟感" },
    ],
  });

/** What may be changed of a window that is not over. */
export const muteChange = z
  .strictObject({ to: moment.optional().describe("Not in the past."), reason: comment.optional() })
  .meta({ id: "MuteChange" });
