import { z } from "zod";
import { claimOffer, credentials, keyState, mqttPlace } from "./credentials.ts";
import {
  alertCounts,
  deviceId,
  deviceName,
  id,
  kindName,
  presence,
  quality,
  severity,
  text,
  time,
  value,
} from "./shared.ts";

/** One live value. */
export const liveValue = z
  .object({
    value,
    unit: z.string().nullable().describe("Canonical unit; null for states and texts."),
    ts: time.describe("When the device measured it, by the device's clock."),
    at: time.describe("When the gateway received it."),
    quality,
  })
  .meta({
    id: "LiveValue",
    description: "A value is never shown without its time and quality.",
    examples: [
      {
        value: 0.82,
        unit: "ratio",
        ts: "2026-01-15T08:00:00.000Z",
        at: "2026-01-15T08:00:00.210Z",
        quality: "good",
      },
    ],
  });

/** Facts of an installed device, by the names that its kind declares. */
export const facts = z
  .record(z.string().max(64), value)
  .describe("Facts of the installation, as the kind declares them: depth of a bin, fire exit, capacity.");

const registered = {
  device: deviceName,
  site: id,
  kind: kindName,
  id: deviceId,
  name: z.string().describe("What people call it."),
  building: z.string().nullable(),
  floor: z.string().nullable(),
  presence,
  lastAt: time.nullable().describe("When it was last heard; null when never."),
  worstAlert: severity.nullable().describe("Severity of its worst open alert; null without one."),
};

/** A device in a list, with the values that tell its state at a glance. */
export const deviceItem = z
  .object({
    ...registered,
    values: z.record(z.string(), liveValue).describe("The summary fields of the kind."),
  })
  .meta({ id: "DeviceItem" });

/** A device with everything that is known of it now. */
export const deviceDetail = z
  .object({
    ...registered,
    parent: z.string().nullable().describe("Device of the same site that it hangs on."),
    facts,
    intervalMs: z.int().describe("Expected time between two messages, ms."),
    createdAt: time,
    credentials: keyState,
    values: z.record(z.string(), liveValue).describe("Every value that was reported, by field."),
  })
  .meta({
    id: "Device",
    description: "A device and its twin: the latest values with unit, time and quality.",
  });

const { worstAlert: _, ...placeAndPresence } = registered;

/** A device in a stream's snapshot, with every value. */
export const snapshotDevice = z
  .object({ ...placeAndPresence, values: z.record(z.string(), liveValue) })
  .meta({ id: "SnapshotDevice" });

/** The present value of one field. */
export const readingItem = z
  .object({ field: z.string(), title: text, ...liveValue.shape })
  .meta({ id: "LatestReading" });

const freeText = z.string().trim().min(1).max(128);

/** A device as it is registered. */
export const newDevice = z
  .strictObject({
    kind: kindName,
    id: deviceId,
    name: freeText.optional().describe("What people call it; the id when absent."),
    building: freeText.optional(),
    floor: freeText.optional(),
    parent: deviceId.optional().describe("Id of the device of the same site that it hangs on."),
    facts: facts.optional(),
    intervalMs: z.int().min(1000).max(604_800_000).optional().describe("Overrides the kind's interval, ms."),
    claim: z
      .boolean()
      .optional()
      .describe("Answer a claim code in place of a password, for an installer to exchange on site."),
  })
  .describe("A device to register.");

/** What may be changed of a registered device; null removes. */
export const deviceChange = z
  .strictObject({
    name: freeText.optional(),
    building: freeText.nullable().optional(),
    floor: freeText.nullable().optional(),
    parent: deviceId.nullable().optional(),
    facts: facts.optional().describe("Replaces all facts."),
    intervalMs: newDevice.shape.intervalMs.nullable(),
  })
  .refine((change) => Object.keys(change).length > 0, "nothing to change was given")
  .describe("What is to be changed; null removes.");

const handover = {
  credentials: credentials.optional().describe("Without `claim`."),
  claim: claimOffer.optional().describe("With `claim`."),
};

/** One registered device and its credentials or claim code. */
export const registeredDevice = z
  .object({ device: deviceDetail, ...handover, mqtt: mqttPlace })
  .meta({ id: "RegisteredDevice" });

/** What became of an import. */
export const importResult = z
  .object({
    dryRun: z.boolean(),
    rows: z.int().describe("Devices in the file."),
    added: z
      .array(z.object({ device: deviceName, name: z.string(), building: z.string().nullable(), ...handover }))
      .describe("Registered devices; empty in a dry run."),
    faults: z
      .array(
        z.object({
          line: z.int().describe("Line of the file, the first is 1."),
          path: z.string(),
          message: z.string(),
        }),
      )
      .describe("What is wrong, in a dry run; a real import with faults is refused whole."),
  })
  .meta({ id: "ImportResult" });

const deviceCounts = z.object({
  total: z.int(),
  online: z.int(),
  offline: z.int(),
  unknown: z.int().describe("Registered, never heard."),
});

/** A site in a list. */
export const siteItem = z
  .object({
    id,
    name: z.string(),
    address: z.string().nullable().describe("Postal address, as it is read out to the fire brigade."),
    phone: z.string().nullable().describe("Where the fire brigade calls back: the duty room."),
    createdAt: time,
    buildings: z.int().describe("Number of buildings."),
  })
  .meta({ id: "SiteItem" });

/** A site with its counts. */
export const siteDetail = z
  .object({
    ...siteItem.shape,
    devices: deviceCounts,
    kinds: z.record(z.string(), z.int()).describe("Number of devices by kind."),
    alerts: alertCounts,
  })
  .meta({ id: "Site" });

/** A building and how many devices it has. */
export const building = z.object({ name: z.string(), devices: z.int() }).meta({ id: "Building" });
