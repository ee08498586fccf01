import { describe, expect, test } from "vitest";
import accessGate from "../../../devices/access-gate.ts";
import irrigationValve from "../../../devices/irrigation-valve.ts";
import { event, telemetry } from "../../../devices/kit/samples.ts";
import microFireStation from "../../../devices/micro-fire-station.ts";
import parkingSensor from "../../../devices/parking-sensor.ts";
import wasteBin from "../../../devices/waste-bin.ts";
import { createKindJudge } from "../../contract/kind-judge.ts";
import { minute, noon, raisedBy, simulate } from "./play.ts";

describe("an access gate", () => {
  test("held open is minor after a minute and major after five", () => {
    const open = [event("opened", { state: "open" })];
    expect(raisedBy(accessGate, open, { waitS: 59 })).toEqual([]);
    expect(raisedBy(accessGate, open, { waitS: 61 })).toEqual(["held-open"]);
    const beating = [...open, ...Array.from({ length: 10 }, () => telemetry({ state: "open" }, 30))];
    expect(raisedBy(accessGate, beating)).toEqual(["held-open", "held-open-long"]);
  });

  test("held open on purpose or for a fire is no alert", () => {
    for (const mode of ["hold-open", "fire"]) {
      expect(raisedBy(accessGate, [event("opened", { state: "open", mode })], { waitS: 60 })).toEqual([]);
    }
  });

  test("an unlock for fire that failed is raised at once, an unanswered one after ten seconds", () => {
    expect(raisedBy(accessGate, [telemetry({ fireUnlock: "failed" })])).toEqual(["fire-unlock-unconfirmed"]);
    expect(raisedBy(accessGate, [event("fire-unlock-requested")], { waitS: 9 })).toEqual([]);
    expect(raisedBy(accessGate, [event("fire-unlock-requested")], { waitS: 10 })).toEqual([
      "fire-unlock-unconfirmed",
    ]);
  });

  test("strangers who walk past the camera are not refused people", () => {
    const strangers = Array.from({ length: 8 }, () =>
      event("passage", { result: "unknown", method: "face" }),
    );
    expect(raisedBy(accessGate, strangers)).toEqual([]);
    const cards = Array.from({ length: 5 }, () => event("passage", { result: "unknown", method: "card" }));
    expect(raisedBy(accessGate, cards)).toEqual(["refused-often"]);
  });

  test("offline is major on a fire exit", () => {
    const offline = accessGate.rules.find(({ quiet }) => quiet);
    expect(offline?.severityFor?.({ fireExit: true })).toBe("major");
    expect(offline?.severityFor?.({})).toBe("minor");
  });

  test("its simulated door opens for a command and closes again", () => {
    const gate = simulate(accessGate, {}, noon - 9 * 60 * minute);
    expect(gate.command("open", { seconds: 10 }, gateTime(0))).toEqual({ ok: true });
    expect(gate.command("open", {}, gateTime(1))).toEqual({ ok: false, error: "the door is not closed" });
    expect(gate.events(gateTime(11))).toMatchObject([
      { event: "opened", state: "open", ts: gateTime(0) },
      { event: "closed", state: "closed", ts: gateTime(10) },
    ]);
    expect(gate.command("fire-unlock", {}, gateTime(12))).toEqual({ ok: true });
    expect(gate.events(gateTime(14))).toMatchObject([
      { event: "fire-unlock-requested" },
      { event: "fire-unlock-confirmed", state: "open", mode: "fire" },
    ]);
    expect(gate.command("close", {}, gateTime(15))).toEqual({ ok: true });
    expect(gate.command("hold-open", { minutes: 1 }, gateTime(16))).toEqual({ ok: true });
    expect(gate.events(gateTime(80)).at(-1)).toMatchObject({
      event: "closed",
      mode: "normal",
      ts: gateTime(76),
    });
  });

  const gateTime = (s: number) => noon - 9 * 60 * minute + s * 1000;
});

describe("a parking sensor", () => {
  test("knows its bay from the registry or from the device", () => {
    const arrives = event("arrived");
    expect(raisedBy(parkingSensor, [arrives], { facts: { bayClass: "fire-lane" }, waitS: 121 })).toEqual([
      "fire-lane-occupied",
    ]);
    expect(raisedBy(parkingSensor, [telemetry({ bayClass: "fire-lane" }), arrives], { waitS: 121 })).toEqual([
      "fire-lane-occupied",
    ]);
    expect(raisedBy(parkingSensor, [arrives], { facts: { bayClass: "normal" }, waitS: 121 })).toEqual([]);
    expect(raisedBy(parkingSensor, [arrives], { waitS: 121 })).toEqual([]);
  });

  test("heat is a fire only where cars charge", () => {
    const hot = [telemetry({ temperature: 61 })];
    expect(raisedBy(parkingSensor, hot, { facts: { bayClass: "ev" } })).toEqual(["ev-hot"]);
    expect(raisedBy(parkingSensor, hot, { facts: { bayClass: "normal" } })).toEqual([]);
  });

  test("a delivery leaves the fire lane in time, at every hour of a week", () => {
    const lane = simulate(parkingSensor, { bayClass: "fire-lane" });
    let arrivedAt = 0;
    const stays = lane.events(noon + 7 * 1440 * minute).flatMap(({ event: name, ts }) => {
      if (name === "departed") return [Number(ts) - arrivedAt];
      arrivedAt = Number(ts);
      return [];
    });
    expect(stays.length).toBeGreaterThan(3);
    expect(Math.max(...stays)).toBeLessThan(2 * minute);
  });

  test("a garage counts by the day and never beyond its bays", () => {
    const counts = simulate(parkingSensor, { capacity: 200 })
      .step(noon + 1440 * minute)
      .map(({ payload }) => Number(payload.count));
    expect(Math.max(...counts)).toBeLessThanOrEqual(200);
    expect(Math.max(...counts) - Math.min(...counts)).toBeGreaterThan(60);
  });
});

describe("an irrigation valve", () => {
  test("what flows out after closing is no leak, what still flows a minute later is", () => {
    const closing = [
      telemetry({ open: true, flow: 40 }),
      telemetry({ open: false }, 60),
      telemetry({ flow: 5 }, 10),
    ];
    expect(raisedBy(irrigationValve, closing)).toEqual([]);
    expect(raisedBy(irrigationValve, [...closing, telemetry({ flow: 5 }, 60)])).toEqual(["leak"]);
  });

  test("a valve that tells only its opening is open above 0", () => {
    const told = [telemetry({ opening: 40 }), telemetry({ flow: 0 }, 90)];
    expect(raisedBy(irrigationValve, told)).toEqual(["no-flow"]);
    expect(raisedBy(irrigationValve, [telemetry({ opening: 0 }), telemetry({ flow: 0 }, 90)])).toEqual([]);
  });

  test("frost is major with water in the line, nothing in one that was drained", () => {
    expect(raisedBy(irrigationValve, [telemetry({ temperature: -1, pressure: 200 })])).toEqual(["freezing"]);
    expect(raisedBy(irrigationValve, [telemetry({ temperature: -1, drained: false })])).toEqual(["freezing"]);
    const drained = telemetry({ temperature: -20, drained: true, pressure: 0, flow: 0 });
    expect(raisedBy(irrigationValve, [drained], { waitS: 1801 })).toEqual([]);
    expect(raisedBy(irrigationValve, [telemetry({ temperature: -1, drained: true, pressure: 200 })])).toEqual(
      ["freezing"],
    );
    expect(raisedBy(irrigationValve, [telemetry({ temperature: 2 })], { waitS: 1801 })).toEqual([
      "frost-risk",
    ]);
  });

  test("past its deadline it is overdue, a new deadline moves that", () => {
    const opened = telemetry({ open: true, closeBy: noon + 10 * minute });
    expect(raisedBy(irrigationValve, [opened], { waitS: 11 * 60 })).toEqual(["overdue"]);
    const again = [opened, telemetry({ closeBy: noon + 20 * minute }, 300), telemetry({ flow: 30 }, 10)];
    expect(raisedBy(irrigationValve, again, { waitS: 11 * 60 })).toEqual([]);
    expect(raisedBy(irrigationValve, again, { waitS: 16 * 60 })).toEqual(["overdue"]);
  });

  test("its simulated valve opens with a deadline, waters, and closes by it", () => {
    const valve = simulate(irrigationValve);
    expect(valve.command("open", { durationS: 600 }, noon)).toEqual({ ok: true });
    const told = valve.step(noon + 11 * minute).map(({ payload }) => payload);
    expect(told[0]).toMatchObject({ event: "opened", closeBy: noon + 10 * minute });
    expect(told.find(({ ts, flow }) => Number(ts) < noon + 10 * minute && Number(flow) > 10)).toBeDefined();
    expect(told.find(({ event: name }) => name === "closed")).toMatchObject({
      open: false,
      ts: noon + 10 * minute,
    });
    expect(told.at(-1)).toMatchObject({ flow: 0 });
    expect(valve.command("open", { durationS: 99_999 }, noon)).toMatchObject({ ok: false });
  });

  test("waters at dawn in July, and stands drained and shut in January", () => {
    const dawn = simulate(irrigationValve).events(noon + 1440 * minute);
    expect(dawn.map(({ event: name }) => name)).toEqual(["opened", "closed"]);
    const january = Date.parse("2026-01-15T12:00+08:00");
    const winter = simulate(irrigationValve, {}, january);
    const told = winter.step(january + 1440 * minute);
    expect(told.every(({ payload }) => payload.drained === true && payload.pressure === 0)).toBe(true);
    expect(winter.command("open", { durationS: 600 }, january + 1440 * minute)).toMatchObject({ ok: false });
  });
});

describe("a waste bin", () => {
  test("an event alone is a fire, without any value", () => {
    expect(raisedBy(wasteBin, [event("fire-detected")])).toEqual(["fire"]);
  });

  test("only a hazardous bin is urgent at 80 %", () => {
    const full = [telemetry({ fill: 0.85 })];
    expect(raisedBy(wasteBin, full, { facts: { wasteClass: "food" } })).toEqual(["nearly-full"]);
    expect(raisedBy(wasteBin, full, { facts: { wasteClass: "hazardous" } })).toEqual([
      "nearly-full",
      "hazardous-full",
    ]);
  });

  test("tipped by the collection lorry for a minute it is not displaced", () => {
    const tipped = [telemetry({ tilt: 120 }), telemetry({ tilt: 1 }, 60)];
    expect(raisedBy(wasteBin, tipped, { waitS: 300 })).toEqual([]);
    expect(raisedBy(wasteBin, [telemetry({ tilt: 120 })], { waitS: 121 })).toEqual(["displaced"]);
  });

  test("fills through the day and is emptied twice", () => {
    const bin = simulate(wasteBin, { wasteClass: "food" });
    const told = bin.step(noon + 1440 * minute).map(({ payload }) => payload);
    expect(told.filter((payload) => payload.event === "emptied")).toHaveLength(2);
    expect(Math.max(...told.map(({ fill }) => Number(fill ?? 0)))).toBeGreaterThan(0.3);
  });
});

describe("a micro fire station", () => {
  test("what the crew takes to a fire is not missing, what lies elsewhere is", () => {
    const gone = telemetry({ hoses: false, masks: false });
    expect(raisedBy(microFireStation, [gone], { waitS: 61 })).toEqual(["equipment-missing"]);
    expect(raisedBy(microFireStation, [event("dispatch-answered"), gone], { waitS: 61 })).toEqual([]);
  });

  test("a duty check waits ten minutes, a dispatch one", () => {
    expect(
      raisedBy(microFireStation, [event("duty-check-asked"), telemetry({ crew: 4 }, 60)], { waitS: 59 }),
    ).toEqual([]);
    const beating = Array.from({ length: 20 }, () => telemetry({ crew: 4 }, 30));
    expect(raisedBy(microFireStation, [event("duty-check-asked"), ...beating])).toEqual([
      "duty-check-missed",
    ]);
    expect(raisedBy(microFireStation, [event("dispatch-received")], { waitS: 59 })).toEqual([]);
    expect(raisedBy(microFireStation, [event("dispatch-received")], { waitS: 60 })).toEqual([
      "dispatch-unanswered",
    ]);
  });

  test("its simulated siren sounds for the time that was asked", () => {
    const station = simulate(microFireStation);
    expect(station.command("siren", { on: true, seconds: 10 }, noon)).toEqual({ ok: true });
    const sounding = station.step(noon + 10_000).map(({ payload }) => payload.siren);
    expect([sounding[0], sounding.at(-1)]).toEqual([true, false]);
  });

  test("a simulated crew answers a dispatch in time, goes out and comes home, and nothing is raised", () => {
    const station = simulate(microFireStation);
    const judge = createKindJudge({ kind: microFireStation, facts: {}, start: noon });
    const args = { incident: "a1", place: "12号楼3单元" };
    expect(station.command("dispatch", args, noon)).toEqual({ ok: true });
    const told = station.step(noon + 60 * minute);
    for (const message of told) judge.feed(message, Number(message.payload.ts));
    const events = told.flatMap(({ payload }) => payload.event ?? []);
    expect(events).toEqual(["dispatch-received", "dispatch-answered", "dispatch-ended"]);
    expect(told.some(({ payload }) => payload.hoses === false)).toBe(true);
    expect(judge.steps).toEqual([]);
    expect(station.command("duty-check", {}, noon + 61 * minute)).toEqual({ ok: true });
    expect(station.events(noon + 65 * minute)).toMatchObject([
      { event: "duty-check-asked" },
      { event: "duty-check-answered" },
    ]);
  });
});
