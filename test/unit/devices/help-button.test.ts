import { describe, expect, test } from "vitest";
import helpButton from "../../../devices/help-button.ts";
import { event, telemetry } from "../../../devices/kit/samples.ts";
import { readValues } from "../../contract/kind-judge.ts";
import { minute, noon, openAfter, raisedBy, simulate } from "./play.ts";

const hour = 60 * minute;

describe("a call for help", () => {
  test("is each press, however it is told", () => {
    const ways = [
      event("pressed"),
      event("pressed", { press: "double" }),
      telemetry({ press: "hold" }),
      telemetry({ press: "single" }),
      telemetry({ call: "呼叫中" }),
      telemetry({ call: true }),
    ];
    for (const told of ways) expect(raisedBy(helpButton, [told])).toEqual(["help-wanted"]);
  });

  test("is ended by nothing that the device says", () => {
    const ends = [
      event("cancelled"),
      event("attended"),
      event("answered"),
      telemetry({ call: "none", press: "none", fall: false }),
    ];
    for (const end of ends) {
      expect(openAfter(helpButton, [event("pressed"), end])).toEqual(["help-wanted"]);
      expect(openAfter(helpButton, [event("fall-detected"), end])).toEqual(["fall"]);
    }
    expect(helpButton.rules.filter(({ latched }) => latched).map(({ id }) => id)).toEqual([
      "help-wanted",
      "fall",
    ]);
  });

  test("is not made by a test, a heartbeat or the end of an earlier one", () => {
    const calm = [
      event("tested"),
      telemetry({ call: "none", press: "none" }),
      event("cancelled"),
      event("attended"),
    ];
    expect(raisedBy(helpButton, calm)).toEqual([]);
  });

  test("that waits is one call in every heartbeat, and another one after it was cancelled", () => {
    const check = helpButton.rules.find(({ id }) => id === "help-wanted")!.check;
    const memory: number[] = [];
    const told = ["waiting", "waiting", "cancelled", "waiting"].map((call) => {
      const values = { call };
      return check({
        values,
        changed: values,
        event: undefined,
        at: 0,
        ts: 0,
        facts: {},
        limits: {},
        memory,
      });
    });
    expect(told).toEqual(["raise", "keep", "keep", "raise"]);
  });

  test("names its person by a field that is kept as a hash alone", () => {
    expect(helpButton.fields.person?.isPerson).toBe(true);
  });
});

describe("no movement", () => {
  const at = (ago: number) => telemetry({ movedAt: noon - ago });

  test("is the device's word, or a day since the last movement that it tells", () => {
    expect(raisedBy(helpButton, [event("no-movement")])).toEqual(["no-movement"]);
    expect(raisedBy(helpButton, [telemetry({ still: true })])).toEqual(["no-movement"]);
    expect(raisedBy(helpButton, [at(25 * hour)])).toEqual(["no-movement"]);
    expect(raisedBy(helpButton, [at(23 * hour)])).toEqual([]);
  });

  test("is not proven by silence", () => {
    expect(raisedBy(helpButton, [at(23 * hour)], { waitS: 5 * 3600 })).toEqual([]);
    expect(raisedBy(helpButton, [at(23 * hour), telemetry({ battery: 80 }, 5 * 3600)])).toEqual([]);
  });

  test("is over with a movement or a press", () => {
    expect(openAfter(helpButton, [event("no-movement"), event("moved")])).toEqual([]);
    expect(openAfter(helpButton, [event("no-movement"), at(hour)])).toEqual([]);
    expect(openAfter(helpButton, [event("no-movement"), event("pressed")])).toEqual(["help-wanted"]);
  });

  test("of a clock that runs ahead is none", () => {
    expect(raisedBy(helpButton, [at(-72 * hour)])).toEqual([]);
  });
});

test("a lifeline is missed after one lost daily report", () => {
  expect(raisedBy(helpButton, [telemetry({ battery: 90 })], { waitS: 30 * 3600 - 1 })).toEqual([]);
  expect(raisedBy(helpButton, [telemetry({ battery: 90 })], { waitS: 30 * 3600 })).toEqual(["offline"]);
});

test("understands the words of other buttons", () => {
  const press = (word: unknown) => readValues(helpButton, { press: word }, {}).press;
  expect(["click", "single", "double_click", "hold", "长按", 2].map(press)).toEqual([
    ...["short", "short", "double", "long", "long", "double"],
  ]);
});

test("a simulated call that is answered is attended within ten minutes", () => {
  const button = simulate(helpButton);
  button.provoke("help-wanted", noon);
  expect(button.command("answer", { text: "马上到" }, noon + minute)).toEqual({ ok: true });
  const told = button.events(noon + 11 * minute);
  expect(told.map(({ event: name }) => name)).toEqual(["answered", "attended"]);
});

test("a simulated person sleeps at night and moves by day", () => {
  const button = simulate(helpButton);
  const ages = button
    .step(noon + 60 * 24 * hour)
    .filter(({ stream }) => stream === "telemetry")
    .map(({ payload }) => Number(payload.ts) - Number(payload.movedAt));
  expect(Math.min(...ages)).toBeLessThan(20 * minute);
  expect(Math.max(...ages)).toBeLessThan(9 * hour);
});
