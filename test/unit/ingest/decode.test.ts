import { describe, expect, test } from "vitest";
import { compileFields } from "../../../devices/kit/fields.ts";
import type { Facts } from "../../../devices/kit/kind.ts";
import bin from "../../../devices/waste-bin.ts";
import { decodeReadings } from "../../../gateway/ingest/decode.ts";
import { ingestSettings } from "../../../gateway/ingest/settings.ts";
import { createValidator } from "../../../gateway/ingest/validate.ts";

const settings = ingestSettings.parse({});
const at = Date.parse("2026-01-15T08:00:00Z");
const validate = createValidator(bin, compileFields(bin), settings, (_site, identity) => `p_${identity}`);

function decode(payload: unknown, stream: "telemetry" | "event" = "telemetry", facts: Facts = {}) {
  const bytes = Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload));
  return decodeReadings({ payload: bytes, validate, stream, facts, site: "xinfa", at }, settings);
}

function readingOf(payload: unknown, facts?: Facts) {
  const { readings, refusals } = decode(payload, "telemetry", facts);
  expect(refusals).toEqual([]);
  return readings[0]!;
}

function refusalOf(payload: unknown, stream: "telemetry" | "event" = "telemetry") {
  const { readings, refusals } = decode(payload, stream);
  expect(readings).toEqual([]);
  return refusals[0]!;
}

describe("decoding readings", () => {
  test("a canonical payload is journalled as the device wrote it", () => {
    const text = `{"fill": 0.5, "ts": ${at}, "seq": 1, "boot": "b1"}`;
    const { json, checked } = readingOf(text);
    expect(json).toBe(text);
    expect(checked).toMatchObject({
      values: { fill: 0.5 },
      ts: at,
      seq: 1,
      boot: "b1",
      quality: "good",
      coercions: [],
    });
  });

  test("a foreign form is coerced, named, and journalled in the canonical form", () => {
    const { json, checked } = readingOf({ fill: "95%", temperature: "3.5" });
    expect(checked.values).toEqual({ fill: 0.95, temperature: 3.5 });
    expect(checked.coercions).toHaveLength(2);
    expect(JSON.parse(json)).toEqual({ ts: at, fill: 0.95, temperature: 3.5 });
  });

  test("an unknown field is dropped and counted, never a reason to refuse", () => {
    const { checked, json } = readingOf({ fill: 0.5, colour: "green" });
    expect(checked.coercions).toEqual(["unknown-field"]);
    expect(json).not.toContain("green");
  });

  test("a field without a value does not lose the others", () => {
    expect(readingOf({ fill: 0.5, temperature: null }).checked.values).toEqual({ fill: 0.5 });
  });

  test("a clock that is 6 min off makes the reading suspect, and keeps both times", () => {
    const { checked } = readingOf({ fill: 0.5, ts: at - 6 * 60_000 });
    expect(checked).toMatchObject({ quality: "suspect", ts: at - 6 * 60_000 });
  });

  test("a value outside the physical range is suspect, not refused", () => {
    expect(readingOf({ temperature: 900 }).checked.quality).toBe("suspect");
  });

  test("a refusal says where, what, and what would be right", () => {
    const { refusal } = refusalOf({ fill: "very" });
    expect(refusal).toMatchObject({ code: "field-invalid", path: "fill", value: '"very"' });
    expect(refusal.message).toMatch(/^fill must be .*; got "very"$/);
  });

  test.each([
    [[], "batch-empty"],
    [Array.from({ length: 257 }, () => ({ fill: 0.1 })), "batch-too-long"],
    [5, "payload-not-object"],
    [{ colour: "green" }, "no-known-field"],
    ['{"fill":0.1,"fill":0.2}', "payload-duplicate-key"],
  ])("%j is refused as %s", (payload, code) => {
    expect(refusalOf(payload).refusal.code).toBe(code);
  });

  test("an event must name itself, and be one of the kind's", () => {
    expect(refusalOf({ seq: 1 }, "event").refusal.code).toBe("event-missing");
    expect(refusalOf({ event: "flew-away" }, "event").refusal.code).toBe("event-unknown");
  });

  test("the name of an event is understood however it is written", () => {
    const { readings } = decode({ event: "Fire Detected" }, "event");
    expect(readings[0]?.checked).toMatchObject({ event: "fire-detected", values: { burning: true } });
    expect(readings[0]?.checked.coercions).toContain("event-name");
  });

  test("of an event that nobody knows, the values are kept apart for the alarm they may hold", () => {
    const unknown = refusalOf({ event: "flew-away", burning: true }, "event");
    expect(unknown.sound[0]).toMatchObject({
      values: { burning: true },
      event: undefined,
      quality: "suspect",
    });
    expect(refusalOf({ burning: true }, "event").sound).toHaveLength(1);
  });

  test("an impossible value loses itself and no other; alone it is refused", () => {
    const { checked, json } = readingOf({ fill: 0.5, battery: 150 });
    expect(checked).toMatchObject({
      values: { fill: 0.5 },
      quality: "suspect",
      coercions: ["impossible-value"],
    });
    expect(json).not.toContain("battery");
    expect(refusalOf({ battery: 150 }).refusal).toMatchObject({ code: "field-invalid", path: "battery" });
  });

  test("a time that is null or blank is no time", () => {
    expect(readingOf({ fill: 0.5, ts: null }).checked).toMatchObject({ quality: "good", ts: at });
  });

  test("what an event says by itself becomes a value, and is journalled", () => {
    const { readings } = decode({ event: "fire-detected" }, "event");
    expect(readings[0]?.checked).toMatchObject({
      values: { burning: true },
      coercions: ["implied-by-event"],
    });
    expect(JSON.parse(readings[0]!.json)).toMatchObject({ event: "fire-detected", burning: true });
  });

  test("an event whose field says nothing still says it by itself, and so does one whose field cannot be read", () => {
    for (const burning of [null, " ", "null"]) {
      const { readings } = decode({ event: "fire-detected", burning }, "event");
      expect(readings[0]?.checked.values).toEqual({ burning: true });
    }
    expect(refusalOf({ event: "fire-detected", burning: "blue" }, "event").sound[0]?.values).toEqual({
      burning: true,
    });
  });

  test("in a batch the good readings are taken and each bad one is refused with its place", () => {
    const { readings, refusals } = decode([{ fill: 0.1 }, { fill: "x" }, { fill: 0.3 }]);
    expect(readings.map(({ checked }) => checked.values.fill)).toEqual([0.1, 0.3]);
    expect(refusals[0]?.refusal.path).toBe("[1].fill");
    expect(refusals[0]?.payload.toString()).toBe('{"fill":"x"}');
  });

  test("what is sound of a refused message is kept apart for the alarm it may hold", () => {
    const { sound } = refusalOf({ temperature: 95, fill: "x" });
    expect(sound[0]?.values).toEqual({ temperature: 95 });
  });

  test("of two equal keys both sayings are kept apart for the alarm they may hold", () => {
    const { sound } = refusalOf('{"temperature":95,"temperature":3}');
    expect(sound.map(({ values }) => values.temperature)).toEqual([3, 95]);
  });
});
