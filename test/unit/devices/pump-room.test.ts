import { describe, expect, test } from "vitest";
import { event, telemetry } from "../../../devices/kit/samples.ts";
import pumpRoom from "../../../devices/pump-room.ts";
import { createKindJudge, readValues } from "../../contract/kind-judge.ts";
import { minute, noon, openAfter, raisedBy, simulate } from "./play.ts";

const ready = telemetry({
  firePumpMode: "auto",
  firePumpRunning: false,
  firePumpFault: false,
  fireSignal: false,
});
const signal = event("fire-signal");

describe("a fire pump that is asked for", () => {
  test("has two minutes to run", () => {
    expect(raisedBy(pumpRoom, [ready, signal], { waitS: 119 })).toEqual(["fire-signal"]);
    expect(raisedBy(pumpRoom, [ready, signal], { waitS: 120 })).toEqual([
      "fire-signal",
      "fire-pump-not-started",
    ]);
    const started = event("fire-pump-started", {}, 40);
    expect(raisedBy(pumpRoom, [ready, signal, started], { waitS: 600 })).toEqual(["fire-signal"]);
  });

  test("is missed at once where it cannot start by itself", () => {
    for (const trouble of [{ firePumpMode: "手动" }, { firePumpMode: "off" }, { firePumpFault: "故障" }]) {
      const raised = raisedBy(pumpRoom, [ready, telemetry(trouble), signal]);
      expect(raised).toContain("fire-pump-not-started");
    }
    const noticed = [ready, signal, telemetry({ firePumpFault: true }, 30)];
    expect(raisedBy(pumpRoom, noticed)).toContain("fire-pump-not-started");
  });

  test("is not accused in a room that does not tell whether it runs", () => {
    expect(raisedBy(pumpRoom, [telemetry({ firePumpMode: "manual" }), signal], { waitS: 600 })).toEqual([
      "fire-signal",
    ]);
  });

  test("is asked for in a test too when the signal comes", () => {
    const test = event("test-started", { firePumpRunning: true });
    expect(raisedBy(pumpRoom, [ready, test, signal])).toEqual(["fire-signal"]);
  });
});

describe("a fire pump that runs unasked", () => {
  test("is told after a minute, also where no signal is wired", () => {
    const runs = telemetry({ firePumpRunning: true });
    expect(raisedBy(pumpRoom, [runs], { waitS: 59 })).toEqual([]);
    expect(raisedBy(pumpRoom, [runs], { waitS: 60 })).toEqual(["running-without-fire"]);
    expect(raisedBy(pumpRoom, [ready, runs], { waitS: 60 })).toEqual(["running-without-fire"]);
  });

  test("is nothing to look at in a fire", () => {
    expect(raisedBy(pumpRoom, [ready, signal, event("fire-pump-started")], { waitS: 600 })).toEqual([
      "fire-signal",
    ]);
    const late = [ready, event("fire-pump-started"), event("fire-signal", {}, 30)];
    expect(raisedBy(pumpRoom, late, { waitS: 600 })).toEqual(["fire-signal"]);
  });

  test("may do so half an hour for a test, and a minute after its end", () => {
    const test = event("test-started", { firePumpRunning: true });
    expect(raisedBy(pumpRoom, [ready, test], { waitS: 600 })).toEqual([]);
    const forgotten = [ready, test, ...Array.from({ length: 6 }, () => telemetry({ testing: true }, 300))];
    expect(raisedBy(pumpRoom, forgotten)).toEqual(["running-without-fire"]);
    const goesOn = [ready, test, event("test-ended", {}, 120)];
    expect(raisedBy(pumpRoom, goesOn, { waitS: 59 })).toEqual([]);
    expect(raisedBy(pumpRoom, goesOn, { waitS: 60 })).toEqual(["running-without-fire"]);
  });
});

test("hydrant pressure in MPa is minor below 140 kPa and major below 100, and comes back with a margin", () => {
  const low = telemetry({ hydrantPressure: "0.12 MPa" });
  expect(raisedBy(pumpRoom, [low], { waitS: 59 })).toEqual([]);
  expect(raisedBy(pumpRoom, [low], { waitS: 60 })).toEqual(["hydrant-pressure-low"]);
  const lower = [telemetry({ hydrantPressure: 99 }), telemetry({ tankLevel: 0.9 }, 61)];
  expect(openAfter(pumpRoom, lower)).toEqual(["hydrant-pressure-very-low", "hydrant-pressure-low"]);
  expect(openAfter(pumpRoom, [...lower, telemetry({ hydrantPressure: 119 })])).toEqual([
    "hydrant-pressure-very-low",
    "hydrant-pressure-low",
  ]);
  expect(openAfter(pumpRoom, [...lower, telemetry({ hydrantPressure: 159 })])).toEqual([
    "hydrant-pressure-low",
  ]);
  expect(openAfter(pumpRoom, [...lower, telemetry({ hydrantPressure: 160 })])).toEqual([]);
});

test("a pump runs dry by its own word, or without water before it, and not when it stands", () => {
  expect(raisedBy(pumpRoom, [telemetry({ dryRun: 1 })], { waitS: 30 })).toEqual(["dry-run"]);
  const dry = telemetry({ supplyPumpRunning: true, inletPressure: -20 });
  expect(raisedBy(pumpRoom, [dry], { waitS: 30 })).toEqual(["dry-run"]);
  expect(
    raisedBy(pumpRoom, [telemetry({ supplyPumpRunning: false, inletPressure: 0 })], { waitS: 60 }),
  ).toEqual([]);
  expect(raisedBy(pumpRoom, [telemetry({ inletPressure: 0 })], { waitS: 60 })).toEqual([]);
  const told = [telemetry({ dryRun: true }), telemetry({ dryRun: false }, 60)];
  expect(openAfter(pumpRoom, told)).toEqual([]);
  expect(openAfter(pumpRoom, [dry, telemetry({ supplyPumpRunning: false }, 60)])).toEqual([]);
});

test("a flush of the sensor is no bad water, ten minutes are", () => {
  const bad = telemetry({ chlorine: 0.1, turbidity: 2 });
  expect(
    raisedBy(pumpRoom, [bad, telemetry({ chlorine: 0.4, turbidity: 0.3 }, 300)], { waitS: 600 }),
  ).toEqual([]);
  expect(raisedBy(pumpRoom, [bad], { waitS: 600 })).toEqual(["chlorine-low", "turbid"]);
});

test("a flood is critical at once, and no fire", () => {
  const flood = pumpRoom.rules.find(({ id }) => id === "flood");
  expect(raisedBy(pumpRoom, [telemetry({ flood: "wet" })])).toEqual(["flood"]);
  expect([flood?.severity, flood?.fire]).toEqual(["critical", undefined]);
});

test("nothing can stop the fire pump from afar", () => {
  expect(Object.keys(pumpRoom.commands)).toEqual(["test-fire-pump", "start-fire-pump"]);
});

test("understands levels in per cent and modes in Chinese", () => {
  expect(readValues(pumpRoom, { tankLevel: 86, firePumpMode: "自动", firePumpRunning: "停止" }, {})).toEqual({
    ...{ tankLevel: 0.86, firePumpMode: "auto", firePumpRunning: false },
  });
});

describe("a simulated pump room", () => {
  test("tests its fire pump once a week, and nothing is raised for it", () => {
    const room = simulate(pumpRoom);
    const judge = createKindJudge({ kind: pumpRoom, facts: {}, start: noon });
    const told = room.step(noon + 28 * 1440 * minute);
    for (const message of told) judge.feed(message, Number(message.payload.ts));
    expect(told.filter(({ payload }) => payload.event === "test-started")).toHaveLength(4);
    expect(told.filter(({ payload }) => Number(payload.hydrantPressure) > 500).length).toBeGreaterThanOrEqual(
      4,
    );
    expect(judge.steps).toEqual([]);
  });

  test("keeps the pump running when a fire begins during a test", () => {
    const room = simulate(pumpRoom);
    expect(room.command("test-fire-pump", { seconds: 60 }, noon)).toEqual({ ok: true });
    expect(room.command("test-fire-pump", { seconds: 60 }, noon)).toMatchObject({ ok: false });
    room.provoke("fire-signal", noon + 10_000);
    const ended = room.events(noon + 2 * minute).find(({ event: name }) => name === "test-ended");
    expect(ended).toMatchObject({ testing: false, firePumpRunning: true });
  });

  test("starts for a command, unless it is switched to manual", () => {
    const room = simulate(pumpRoom);
    expect(room.command("start-fire-pump", {}, noon)).toEqual({ ok: true });
    expect(room.events(noon)).toMatchObject([{ event: "fire-pump-started", firePumpRunning: true }]);
    const other = simulate(pumpRoom);
    other.provoke("fire-pump-not-started", noon);
    expect(other.command("start-fire-pump", {}, noon)).toEqual({
      ok: false,
      error: "the fire pump is switched to manual",
    });
  });
});
