import { basename, join } from "node:path";
import { z } from "zod";
import { loadYaml, parseYaml } from "./yaml-file.ts";

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, _ or -");
const value = z.union([z.number(), z.boolean(), z.string()]);
const text = z.string().min(1).max(500);
const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const duration = z
  .string()
  .regex(/^-?\d+(\.\d+)?(ms|s|m|h|d)$/, "must be a number with ms, s, m, h or d: 500ms, 2s, -3h")
  .transform((written) => Number.parseFloat(written) * (units[written.replace(/^[-\d.]+/, "")] as number));

/** Whose turn it is: an id, `all`, a beginning with a star (`bin-*`), or a list of these. */
const devices = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const payload = z.record(z.string(), z.unknown());
const ruleOf = z.strictObject({ devices, rule: z.string().min(1) });

const actions = {
  connect: devices.describe("Switches devices on: a new life, with numbers from 0"),
  drop: devices.describe("Cuts the power of devices: no DISCONNECT, what they held is gone"),
  leave: devices.describe("Switches devices off in an orderly way: DISCONNECT"),
  cut: devices.describe(
    "Breaks the wire; the devices come back by themselves and send again what was not acknowledged",
  ),
  send: z
    .strictObject({
      devices,
      telemetry: payload.optional(),
      event: payload.optional(),
      times: z.int().min(1).max(10_000).default(1),
    })
    .refine(
      (send) => (send.telemetry === undefined) !== (send.event === undefined),
      "must have either telemetry or event",
    )
    .describe("One message of each device; `ts`, `seq` and `boot` are added"),
  raise: ruleOf.describe("Sends what raises a rule, as its kind shows by example"),
  clear: ruleOf.describe("Sends what clears a rule"),
  provoke: z
    .strictObject({ devices, condition: z.string().min(1), for: duration.default(0) })
    .describe("Brings the simulated device into a condition, and lets it live on for some simulated time"),
  live: z
    .strictObject({ devices, for: duration })
    .describe("Sends at once everything that the devices would say in some simulated time"),
  again: z
    .strictObject({ devices, times: z.int().min(1).max(10_000).default(1) })
    .describe("Sends the last message of each device again, with the same number"),
  reorder: z
    .strictObject({ devices, telemetry: z.array(payload).min(2) })
    .describe("Numbers the messages in the order given and sends them from last to first"),
  flap: z
    .strictObject({ devices, times: z.int().min(1).max(1000), telemetry: payload })
    .describe("Sends a message, breaks the wire before it can be acknowledged, comes back; and so on"),
  clock: z
    .strictObject({ devices, offset: duration })
    .describe("Sets the clocks of devices wrong from here on"),
  junk: z
    .strictObject({
      devices,
      payloads: z.int().min(0).max(100_000).default(0),
      topics: z.enum(["own", "foreign"]).default("own"),
      packets: z.int().min(0).max(10_000).default(0),
    })
    .describe("Malformed payloads by the devices, and malformed packets by strangers"),
  await: z
    .strictObject({
      devices,
      rule: z.string().min(1),
      state: z.enum(["raised", "cleared"]).default("raised"),
      within: duration.default(10_000),
    })
    .describe("Goes on when the gateway says so"),
  pause: duration.describe("Does nothing for a while; shorter at a higher speed"),
} as const;

/** Names of everything that a scenario can do. */
export type ActionName = keyof typeof actions;

/** What each action is told, after reading. */
export type ActionInput = { [name in ActionName]: z.output<(typeof actions)[name]> };

const optionalActions = Object.fromEntries(
  Object.entries(actions).map(([name, schema]) => [name, schema.optional()]),
) as { [name in ActionName]: z.ZodOptional<(typeof actions)[name]> };

const step = z
  .strictObject({ ...optionalActions, note: text.optional() })
  .refine(
    (given) => Object.keys(actions).filter((name) => given[name as ActionName] !== undefined).length === 1,
    `must have exactly one of ${Object.keys(actions).join(", ")}`,
  );

const expectedAlert = z.strictObject({
  devices,
  rule: z.string().min(1),
  severity: z.enum(["critical", "major", "minor", "info"]),
  state: z.enum(["raised", "cleared"]).default("raised"),
  times: z
    .int()
    .min(1)
    .default(1)
    .describe("How many alerts of the rule; the newest has the state, earlier ones are cleared"),
  reason: z.string().optional(),
});

/** A scenario as its file says it. */
export const scenarioSchema = z.strictObject({
  title: z.strictObject({ zh: text, en: text }),
  about: text.optional(),
  seed: z.union([z.string(), z.number()]).default("1").transform(String),
  start: z.iso.datetime({ offset: true }).optional().describe("Time of day in the simulation; default now"),
  devices: z
    .array(
      z.strictObject({
        kind: z.string().min(1),
        id,
        count: z.int().min(1).max(5000).optional().describe("With it, ids get -01, -02 … behind"),
        name: text.optional(),
        building: text.optional(),
        facts: z.record(z.string(), value).default({}),
      }),
    )
    .min(1),
  limits: z
    .array(z.strictObject({ devices, rule: z.string().min(1), limit: z.string().min(1), value: z.number() }))
    .default([])
    .describe("Overrides, so that holding for minutes takes a second here"),
  steps: z.array(step).min(1),
  expect: z.strictObject({
    within: duration.default(10_000).describe("Longest wait for the expected state after the last step"),
    settle: duration.default(0).describe("Then nothing else may happen for this time"),
    alerts: z.array(expectedAlert).default([]),
    order: z.enum(["any", "as-listed"]).default("any").describe("as-listed: raised in the order of the list"),
    others: z
      .enum(["none", "ignore"])
      .default("none")
      .describe("Whether alerts that are not listed are a difference"),
    values: z
      .array(
        z.strictObject({
          devices,
          field: z.string().min(1),
          value: value.optional(),
          quality: z.enum(["good", "stale", "offline", "suspect", "simulated"]).optional(),
        }),
      )
      .default([]),
    presence: z
      .array(z.strictObject({ devices, presence: z.enum(["online", "offline", "unknown"]) }))
      .default([]),
    rejections: z
      .strictObject({
        atLeast: z.int().min(0).default(0),
        atMost: z.int().min(0).default(Number.MAX_SAFE_INTEGER),
        codes: z.array(z.string()).default([]).describe("Codes that must be among them"),
      })
      .prefault({ atMost: 0 }),
  }),
});

/** A scenario, read and checked. */
export interface Scenario extends z.output<typeof scenarioSchema> {
  /** File name without folder and ending. */
  readonly name: string;
}

/** Folder of the scenarios that come with the gateway. */
export const scenarioFolder = join(import.meta.dirname, "scenarios");

/** Reads a scenario file. Throws `invalid-request` with file, line and path of every fault. */
export async function loadScenario(file: string): Promise<Scenario> {
  return { ...(await loadYaml(scenarioSchema, file)), name: nameOf(file) };
}

/** Reads the text of a scenario; `file` names it. */
export function parseScenario(written: string, file: string): Scenario {
  return { ...parseYaml(scenarioSchema, written, file), name: nameOf(file) };
}

function nameOf(file: string): string {
  return basename(file).replace(/\.ya?ml$/, "");
}
