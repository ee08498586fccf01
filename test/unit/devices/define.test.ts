import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineKind, type KindFacts } from "../../../devices/kit/define.ts";
import { describeKind } from "../../../devices/kit/describe.ts";
import { alarmFlag, fact, state } from "../../../devices/kit/fields.ts";
import type { Wire, WireState } from "../../../devices/kit/gb26875.ts";
import type { Rule } from "../../../devices/kit/kind.ts";
import { celsius, fillRatio } from "../../../devices/kit/quantities.ts";
import { above, eventRaises, is, latched, quiet } from "../../../devices/kit/rules.ts";
import { event, telemetry } from "../../../devices/kit/samples.ts";

const title = { zh: "测试", en: "Test" };

function aRule(change: Partial<Rule> = {}): Rule {
  return {
    id: "hot",
    severity: "major",
    title,
    ...above("temperature", { raise: 70, clear: 50, unit: "°C" }),
    example: { raise: [telemetry({ temperature: 80 })], clear: [telemetry({ temperature: 20 })] },
    ...change,
  };
}

function someFacts(change: Partial<KindFacts> = {}): KindFacts {
  return {
    name: "test-box",
    title,
    intervalMs: 1000,
    fields: {
      temperature: celsius(),
      burning: alarmFlag(title),
      mode: state(title, { on: title, off: title }),
    },
    events: { lit: { title, fields: ["burning"], implies: { burning: true } } },
    commands: { cool: { title, args: z.strictObject({ to: z.number().default(4) }), maxAgeMs: 1000 } },
    rules: [aRule()],
    summary: ["temperature"],
    examples: [telemetry({ temperature: "20 °C", burning: null }), event("lit", { burning: "alarm" })],
    simulate: () => ({ step: () => [], command: () => ({ ok: true }), provoke: () => [] }),
    ...change,
  };
}

describe("defineKind", () => {
  test("fills in what a kind leaves out", () => {
    const { events, ...facts } = someFacts({ examples: [telemetry({ temperature: 1 })] });
    expect(defineKind(facts)).toMatchObject({ quietAfterMs: 2200, facts: {}, events: {} });
    expect(defineKind({ ...facts, quietAfterMs: 5000 }).quietAfterMs).toBe(5000);
    expect(events).toBeDefined();
  });

  const badField = (change: object) => ({
    fields: { ...someFacts().fields, bad: { ...celsius(), ...change } },
  });
  const badWire = (change: Partial<Wire>) => ({
    wire: { state: ({ flags }: WireState) => ({ burning: flags.fire }), ...change },
  });
  const badRule = (change: Partial<Rule>) => ({ rules: [aRule(change)] });

  test.each<{ fault: string; change: Partial<KindFacts>; path: string }>([
    { fault: "a name that is no topic level", change: { name: "Test Box" }, path: "name" },
    { fault: "a title in one language", change: { title: { zh: "测试", en: " " } }, path: "title.en" },
    {
      fault: "a wire field of another kind",
      change: badWire({ analogs: { 3: "heat" } }),
      path: "wire.analogs.3",
    },
    {
      fault: "a wire state that its field refuses",
      change: badWire({ state: () => ({ mode: "up" }) }),
      path: "wire.state (component, no bit set)",
    },
    {
      fault: "a wire event that it does not have",
      change: badWire({ operations: { reset: "gone" } }),
      path: "wire.operations.reset",
    },
    {
      fault: "a wire order that is no command",
      change: badWire({
        transmitter: {
          unplacedFire: { event: "lit", field: "burning" },
          orders: { jump: { order: () => ({ order: "set-clock" }) } },
        },
      }),
      path: "wire.transmitter.orders.jump",
    },
    {
      fault: "an unplaced fire that cannot say where",
      change: badWire({ transmitter: { unplacedFire: { event: "lit", field: "mode" } } }),
      path: "wire.transmitter.unplacedFire.field",
    },
    { fault: "no interval", change: { intervalMs: 0 }, path: "intervalMs" },
    { fault: "a silence shorter than its interval", change: { quietAfterMs: 900 }, path: "quietAfterMs" },
    { fault: "no fields", change: { fields: {} }, path: "fields" },
    {
      fault: "a field that is a word of the message",
      change: { fields: { ts: celsius() } },
      path: "fields.ts",
    },
    {
      fault: "a field named after a prototype's",
      change: { fields: { constructor: celsius() } },
      path: "fields.constructor",
    },
    { fault: "a number without a unit", change: badField({ unit: undefined }), path: "fields.bad.unit" },
    { fault: "a range upside down", change: badField({ range: [9, 1] }), path: "fields.bad.range" },
    {
      fault: "states without the widget",
      change: badField({ states: { on: title } }),
      path: "fields.bad.states",
    },
    { fault: "nothing to say to a bad value", change: badField({ expects: "" }), path: "fields.bad.expects" },
    {
      fault: "a fact without a title",
      change: { facts: { depthMm: { ...fact(fillRatio(title)), title: { zh: "", en: "" } } } },
      path: "facts.depthMm.title.zh",
    },
    { fault: "an empty summary", change: { summary: [] }, path: "summary" },
    { fault: "a figure of an unknown field", change: { figure: "colour" }, path: "figure" },
    { fault: "a summary of unknown fields", change: { summary: ["colour"] }, path: "summary[0]" },
    {
      fault: "an event with unknown fields",
      change: { events: { lit: { title, fields: ["colour"] } } },
      path: "events.lit.fields[0]",
    },
    {
      fault: "an event that implies nonsense",
      change: { events: { lit: { title, fields: ["burning"], implies: { burning: 1 } } } },
      path: "events.lit.implies.burning",
    },
    {
      fault: "an event that implies a field it has not",
      change: { events: { lit: { title, fields: [], implies: { burning: true } } } },
      path: "events.lit.implies.burning",
    },
    {
      fault: "a command without an age",
      change: { commands: { cool: { title, args: z.strictObject({}), maxAgeMs: 0 } } },
      path: "commands.cool.maxAgeMs",
    },
    { fault: "two rules of one id", change: { rules: [aRule(), aRule()] }, path: "rules[1].id" },
    { fault: "a rule id that is not kebab-case", change: badRule({ id: "tooHot" }), path: "rules[0].id" },
    {
      fault: "a limit that is no number",
      change: badRule({ limits: { above: { value: Number.NaN, unit: "°C", title } } }),
      path: "rules.hot.limits.above.value",
    },
    {
      fault: "a rule that reads unknown fields",
      change: badRule({ ...is("colour", 1) }),
      path: "rules.hot.reads[0]",
    },
    {
      fault: "a rule without an example",
      change: badRule({ example: { raise: [], clear: [] } }),
      path: "rules.hot.example.raise",
    },
    {
      fault: "a rule that nothing ends",
      change: badRule({ example: { raise: [telemetry({ temperature: 80 })], clear: [] } }),
      path: "rules.hot.example.clear",
    },
    {
      fault: "a latched rule with an end",
      change: badRule(latched(is("burning", true))),
      path: "rules.hot.example.clear",
    },
    {
      fault: "two quiet rules",
      change: {
        rules: ["a", "b"].map((id) =>
          aRule({ ...quiet(), id, example: { raise: [], clear: [telemetry({ temperature: 1 })] } }),
        ),
      },
      path: "rules",
    },
    {
      fault: "an example in no known unit",
      change: { examples: [telemetry({ temperature: "20 kPa" })] },
      path: "examples[0].temperature",
    },
    {
      fault: "an example with unknown fields",
      change: { examples: [telemetry({ colour: 1 })] },
      path: "examples[0].colour",
    },
    {
      fault: "an example of an unknown event",
      change: { examples: [event("gone")] },
      path: "examples[0].event",
    },
    {
      fault: "telemetry with an event",
      change: { examples: [telemetry({ event: "lit" })] },
      path: "examples[0].event",
    },
    { fault: "no examples", change: { examples: [] }, path: "examples" },
  ])("refuses $fault, and says where", ({ change, path }) => {
    expect(() => defineKind(someFacts(change))).toThrow(
      expect.objectContaining({
        code: "kind-invalid",
        path,
        message: expect.stringContaining(`"${change.name ?? "test-box"}": ${path} `),
      }),
    );
  });
});

test("a description tells a caller what to send, and a screen what to show", () => {
  const kind = defineKind(
    someFacts({
      facts: { depthMm: fact(celsius()) },
      rules: [
        aRule({ severityFor: () => "minor" }),
        aRule({
          ...latched(eventRaises("lit", { reads: [] })),
          id: "lit",
          example: { raise: [event("lit")], clear: [] },
        }),
      ],
    }),
  );
  const description = describeKind(kind);
  expect(description.commands.cool?.args).toMatchObject({
    properties: { to: { type: "number", default: 4 } },
    additionalProperties: false,
  });
  expect(description.commands.cool?.args).not.toHaveProperty("required");
  expect(description.fields.mode).toMatchObject({ widget: "state", states: { on: title, off: title } });
  expect(description.facts.depthMm).toMatchObject({ unit: "°C", schema: { type: "number" } });
  expect(description.events.lit).toEqual({ title, fields: ["burning"], implies: { burning: true } });
  expect(description.rules).toMatchObject([
    {
      id: "hot",
      severityVaries: true,
      latched: false,
      reads: ["temperature"],
      limits: { above: { value: 70, unit: "°C" } },
    },
    { id: "lit", severityVaries: false, latched: true, quiet: false, fire: false },
  ]);
});
