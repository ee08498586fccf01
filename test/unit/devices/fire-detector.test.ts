import { expect, test } from "vitest";
import fireDetector from "../../../devices/fire-detector.ts";
import type { Facts } from "../../../devices/kit/kind.ts";
import { event, telemetry } from "../../../devices/kit/samples.ts";
import { createKindJudge, readValues } from "../../contract/kind-judge.ts";
import { minute, noon, openAfter, raisedBy, simulate } from "./play.ts";

const day = 1440 * minute;

test("the test button is no fire", () => {
  for (const told of [event("test-started"), telemetry({ testing: true }), telemetry({ testing: "test" })]) {
    expect(raisedBy(fireDetector, [telemetry({ smoke: false }), told, event("test-passed")])).toEqual([]);
  }
});

test("an alarm is a fire whatever the bit for a test says, before, with and after it", () => {
  const smoke = [event("smoke-detected"), telemetry({ smoke: true }), telemetry({ alarm: 1 })];
  for (const told of smoke) {
    expect(raisedBy(fireDetector, [event("test-started"), told])).toEqual(["fire"]);
    expect(openAfter(fireDetector, [told, event("test-started"), event("test-passed")])).toEqual(["fire"]);
  }
  expect(raisedBy(fireDetector, [telemetry({ smoke: true, testing: true })])).toEqual(["fire"]);
});

test("each sort of alarm is one, told as an event or as a value, and mute ends nothing", () => {
  for (const name of ["alarm", "smoke-detected", "heat-detected", "call-point-pressed"]) {
    expect(raisedBy(fireDetector, [event(name)])).toEqual(["fire"]);
  }
  for (const field of ["alarm", "smoke", "heat", "manual"]) {
    expect(openAfter(fireDetector, [telemetry({ [field]: true }), telemetry({ muted: true })])).toEqual([
      "fire",
    ]);
  }
  expect(raisedBy(fireDetector, [telemetry({ gas: true })])).toEqual(["gas-leak"]);
});

test("a fire goes on while any part of the detector says so", () => {
  const both = [telemetry({ smoke: true, heat: true }), telemetry({ smoke: false })];
  expect(openAfter(fireDetector, both)).toEqual(["fire"]);
  expect(openAfter(fireDetector, [...both, telemetry({ heat: false })])).toEqual([]);
});

test("unusual heat warns before it burns, and back in the band it still does", () => {
  expect(raisedBy(fireDetector, [telemetry({ temperature: 54 })])).toEqual([]);
  expect(openAfter(fireDetector, [telemetry({ temperature: 55 }), telemetry({ temperature: 50 })])).toEqual([
    "early-warning",
  ]);
  expect(raisedBy(fireDetector, [telemetry({ prealarm: true })])).toEqual(["early-warning"]);
});

test("a self-test that fails is a fault until one passes", () => {
  expect(openAfter(fireDetector, [event("test-started"), event("test-failed")])).toEqual(["fault"]);
  const passed = event("test-passed", { testing: false, fault: "none" });
  expect(openAfter(fireDetector, [event("test-failed"), passed])).toEqual([]);
});

test("understands the words of other systems", () => {
  const told = { smoke: "alarm", heat: "正常", gas: 0, manual: "报警", alarm: "火警", fault: "探头污染" };
  expect(readValues(fireDetector, told, {})).toEqual({
    ...{ smoke: true, heat: false, gas: false, manual: true, alarm: true, fault: "dirty" },
  });
  expect(readValues(fireDetector, { fault: true, endOfLife: "expired", tamper: "ON" }, {})).toEqual({
    ...{ fault: "other", endOfLife: true, tamper: true },
  });
});

test("what a detector of smoke says has the names of zigbee2mqtt", () => {
  const told = { smoke: true, tamper: false, battery: 97 };
  expect(raisedBy(fireDetector, [telemetry(told)])).toEqual(["fire"]);
});

test("a simulated one is tested by day about once a month, and nothing is raised for it", () => {
  const detector = simulate(fireDetector);
  const judge = createKindJudge({ kind: fireDetector, facts: {}, start: noon });
  const told = detector.step(noon + 200 * day);
  for (const message of told) judge.feed(message, Number(message.payload.ts));
  const tests = told.filter(({ payload }) => payload.event === "test-started");
  expect(tests.length).toBeGreaterThanOrEqual(5);
  expect(tests.length).toBeLessThanOrEqual(9);
  expect(told.filter(({ payload }) => payload.event === "test-passed")).toHaveLength(tests.length);
  expect(judge.steps).toEqual([]);
});

test.each([
  ["smoke", "smoke-detected"],
  ["heat", "heat-detected"],
  ["manual", "call-point-pressed"],
  ["gas", "alarm"],
])("a simulated one that detects %s burns with the event %s and recovers", (detects, name) => {
  const facts: Facts = { detects };
  const detector = simulate(fireDetector, facts);
  const judge = createKindJudge({ kind: fireDetector, facts, start: noon });
  const said = [...detector.provoke("fire", noon), ...detector.step(noon + 10 * minute)];
  expect(said[0]?.payload.event).toBe(name);
  for (const message of said) judge.feed(message, Number(message.payload.ts));
  expect(judge.raised()).toEqual(["fire"]);
  for (const message of detector.provoke("normal", noon + 11 * minute))
    judge.feed(message, noon + 11 * minute);
  expect(judge.raised()).toEqual([]);
});

test("a simulated one is muted only while it sounds, and sounds again after the time", () => {
  const detector = simulate(fireDetector);
  expect(detector.command("mute", { minutes: 1 }, noon)).toEqual({ ok: false, error: "nothing sounds" });
  detector.provoke("fire", noon);
  expect(detector.command("mute", { minutes: 1 }, noon + 1000)).toEqual({ ok: true });
  const muted = detector.step(noon + 3 * minute).flatMap(({ payload }) => payload.muted ?? []);
  expect([muted[0], muted.at(-1)]).toEqual([true, false]);
});

test("a simulated one fails its self-test while it has a fault", () => {
  const detector = simulate(fireDetector);
  expect(detector.command("self-test", {}, noon)).toEqual({ ok: true });
  expect(detector.command("self-test", {}, noon)).toMatchObject({ ok: false });
  expect(detector.events(noon + minute).map(({ event: name }) => name)).toEqual([
    "test-started",
    "test-passed",
  ]);
  detector.provoke("fault", noon + 2 * minute);
  detector.command("self-test", {}, noon + 3 * minute);
  expect(detector.events(noon + 4 * minute).at(-1)).toMatchObject({ event: "test-failed", fault: "dirty" });
});
