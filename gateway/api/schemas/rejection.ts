import { z } from "zod";
import type { RejectionCode } from "../../types.ts";
import { time } from "./shared.ts";

// A record, so that the compiler says when a code is missing here.
const codes = Object.keys({
  "topic-invalid": true,
  "topic-unknown": true,
  "device-unknown": true,
  "kind-mismatch": true,
  "payload-too-large": true,
  "payload-not-utf8": true,
  "payload-not-json": true,
  "payload-too-deep": true,
  "payload-too-many-keys": true,
  "payload-duplicate-key": true,
  "payload-not-object": true,
  "batch-empty": true,
  "batch-too-long": true,
  "event-unknown": true,
  "event-missing": true,
  "field-invalid": true,
  "no-known-field": true,
  "status-invalid": true,
  "reply-invalid": true,
  "frame-unreadable": true,
  "component-unknown": true,
  "source-unknown": true,
  "internal-fault": true,
  "series-refused": true,
} satisfies Record<RejectionCode, true>) as RejectionCode[];

/** Why a message was refused. */
export const rejectionCode = z.enum(codes).meta({ id: "RejectionCode" });

/** A refused message. */
export const rejection = z
  .object({
    id: z.string(),
    at: time.describe("When it arrived."),
    topic: z.string(),
    principal: z.string().nullable().describe("User name of the sender."),
    code: rejectionCode,
    path: z.string().describe("Place in the payload; empty for the whole."),
    value: z.string().describe("The offending value, cut to 80 characters."),
    message: z.string().describe("What was wrong and what would be right."),
    payload: z
      .string()
      .describe(
        "Bytes as they came, base64; keyed hashes stand where a person was named, and images are left out.",
      ),
    payloadText: z
      .string()
      .nullable()
      .describe("The same as text, cut to 4096 characters; null when it is not UTF-8."),
  })
  .meta({ id: "Rejection" });

/** Rejections that have the same cause. */
export const rejectionGroup = z
  .object({
    key: z.string().describe("Names the group when it is ingested again."),
    code: z.string(),
    kind: z.string(),
    path: z.string(),
    count: z.int(),
    devices: z.int(),
    firstAt: time,
    lastAt: time,
    message: z.string().describe("What the newest one says."),
  })
  .meta({ id: "RejectionGroup" });

/** Which rejections to ingest again. */
export const reingest = z
  .strictObject({
    ids: z.array(z.string().min(1).max(64)).min(1).max(500).optional(),
    group: z.string().min(1).max(512).optional().describe("Key of a group."),
  })
  .refine((choice) => (choice.ids === undefined) !== (choice.group === undefined), "give either ids or group")
  .describe("Either single rejections or a whole group.");

/** What became of them. */
export const reingestResult = z
  .object({
    accepted: z.int(),
    refused: z.int().describe("Refused again, each as a new rejection."),
    missing: z.int().describe("No longer kept."),
  })
  .meta({ id: "ReingestResult" });
