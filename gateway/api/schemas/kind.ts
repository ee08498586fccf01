import { z } from "zod";
import { kindName, severity, text } from "./shared.ts";

/** A kind in a list. */
export const kindItem = z
  .object({
    name: kindName,
    title: text,
    intervalMs: z.number().describe("Usual time between two messages, ms."),
    quietAfterMs: z.number().describe("Silence after which a device is called offline, ms."),
    summary: z.array(z.string()).describe("Fields that tell the state at a glance, most telling first."),
  })
  .meta({ id: "KindItem" });

const jsonSchema = z.record(z.string(), z.unknown()).describe("JSON Schema (draft 2020-12).");

const field = z
  .object({
    title: text,
    type: z.enum(["number", "boolean", "text"]),
    unit: z.string().nullable(),
    widget: z.string().describe("How a screen draws it."),
    range: z
      .tuple([z.number(), z.number()])
      .nullable()
      .describe("Believable values; outside it a reading is suspect."),
    states: z.record(z.string(), text).nullable().describe("Titles of the states of a state field."),
    expects: z.string().describe("What a message must carry."),
    schema: jsonSchema,
  })
  .meta({ id: "Field" });

const limit = z.object({ value: z.number(), unit: z.string(), title: text });

const rule = z
  .object({
    id: z.string(),
    severity,
    title: text,
    advice: text.nullable().describe("What a person should do."),
    limits: z.record(z.string(), limit).describe("Numbers that a site or device may override."),
    latched: z.boolean().describe("Only a person's resolve clears it."),
    quiet: z.boolean().describe("Raised by silence or a lost connection."),
    fire: z.boolean(),
  })
  .meta({ id: "Rule" });

/** A kind with all its facts. */
export const kindDetail = z
  .object({
    ...kindItem.shape,
    fields: z.record(z.string(), field),
    facts: z.record(z.string(), z.object({ title: text, unit: z.string().nullable(), schema: jsonSchema })),
    events: z.record(z.string(), z.object({ title: text, fields: z.array(z.string()) })),
    commands: z.record(z.string(), z.object({ title: text, args: jsonSchema, maxAgeMs: z.number() })),
    rules: z.array(rule),
    examples: z
      .array(z.object({ stream: z.enum(["telemetry", "event"]), payload: z.record(z.string(), z.unknown()) }))
      .describe("Messages that a device of the kind would send."),
  })
  .meta({ id: "Kind", description: "What a device is: fields, events, commands and rules." });
