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
    figure: z
      .string()
      .optional()
      .describe("The field by which all devices are judged at once; absent: how many are in order."),
  })
  .meta({ id: "KindItem" });

const jsonSchema = z.record(z.string(), z.unknown()).describe("JSON Schema (draft 2020-12).");
const unit = z.string().optional().describe("Canonical unit; absent for states and texts.");

const field = z
  .object({
    type: z.enum(["number", "boolean", "text"]),
    title: text,
    unit,
    widget: z.string().describe("How a screen draws it."),
    range: z
      .tuple([z.number(), z.number()])
      .optional()
      .describe("Believable values; a reading outside of them is suspect."),
    states: z.record(z.string(), text).optional().describe("Titles of the states of a state field."),
    expects: z.string().describe("What a message must carry."),
  })
  .meta({ id: "Field" });

const rule = z
  .object({
    id: z.string(),
    severity,
    severityVaries: z.boolean().describe("The facts of an installation decide about its severity."),
    title: text,
    advice: text.optional().describe("What a person should do."),
    reads: z.array(z.string()).describe("Fields that explain the alert, most telling first."),
    limits: z
      .record(z.string(), z.object({ value: z.number(), unit: z.string(), title: text }))
      .describe("Numbers that a site or device may override."),
    fire: z.boolean(),
    latched: z.boolean().describe("Only a person's resolve clears it."),
    quiet: z.boolean().describe("Raised by silence or a lost connection."),
    clearAfterMs: z.number().optional().describe("Clears by itself so long after it was last seen, ms."),
  })
  .meta({ id: "Rule" });

/** A kind with all its facts: `describeKind` of the kit, as it is on the wire. */
export const kindDetail = z
  .object({
    ...kindItem.shape,
    fields: z.record(z.string(), field),
    facts: z.record(
      z.string(),
      z.object({
        ...{ title: text, unit, schema: jsonSchema },
        states: z.record(z.string(), text).optional().describe("Titles of its words."),
      }),
    ),
    events: z.record(z.string(), z.object({ title: text, fields: z.array(z.string()) })),
    commands: z.record(z.string(), z.object({ title: text, args: jsonSchema, maxAgeMs: z.number() })),
    dutyCheck: z
      .object({
        command: z.string(),
        answerArg: z.string().optional().describe("Argument of the command: seconds in which to answer."),
        answered: z.string().describe("Event by which the station says that somebody answered."),
        missed: z.string().optional().describe("Rule by which it raises itself that nobody did."),
      })
      .optional()
      .describe("Set when it can sound a duty check and tell that it was answered."),
    rules: z.array(rule),
    examples: z
      .array(
        z.object({
          stream: z.enum(["telemetry", "event"]),
          afterS: z.number().optional().describe("Seconds after the one before."),
          payload: z.record(z.string(), z.unknown()),
        }),
      )
      .describe("Messages that a device of the kind would send, without ts, seq and boot."),
  })
  .meta({ id: "Kind", description: "What a device is: fields, events, commands and rules." });
