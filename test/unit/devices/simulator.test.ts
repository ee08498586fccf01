import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createSimulator } from "../../../devices/kit/simulator.ts";
import { createTimeline } from "../../../devices/kit/timeline.ts";

const minute = 60_000;

function aSimulator() {
  const parts = { random: () => 0.5, facts: {}, start: 0, intervalMs: minute };
  const commands = {
    set: {
      title: { zh: "设置", en: "Set" },
      args: z.strictObject({ level: z.int().min(0).max(9).default(3) }),
      maxAgeMs: 1000,
    },
    stop: { title: { zh: "停", en: "Stop" }, args: z.strictObject({}), maxAgeMs: 1000 },
  };
  const normal = { level: 1, warm: false };
  return createSimulator({ ...parts, commands, normal }, ({ values, event, plan }) => ({
    measure: () => ({ warm: values.level > 5 }),
    obey: {
      set(args, at) {
        if (values.level === 9) return "it is at the end";
        event(at, "changed", { level: Number(args.level) });
        plan(at + 10_000, (due) => event(due, "changed", { level: 0 }));
        return undefined;
      },
      stop: { level: 0 },
    },
    conditions: {
      high: { event: "changed", level: 9, person: "abc" },
      hot: { warm: true },
    },
  }));
}

const payloads = (messages: readonly { payload: object }[]) => messages.map(({ payload }) => payload);

describe("a simulated device", () => {
  test("beats at its interval and measures each time", () => {
    expect(payloads(aSimulator().step(2 * minute))).toEqual([
      { ts: 30_000, level: 1, warm: false },
      { ts: 90_000, level: 1, warm: false },
    ]);
  });

  test("obeys a command with its defaults, and what follows from it comes in its time", () => {
    const simulator = aSimulator();
    expect(simulator.command("set", {}, 1000)).toEqual({ ok: true });
    expect(payloads(simulator.step(20_000))).toEqual([
      { ts: 1000, event: "changed", level: 3 },
      { ts: 11_000, event: "changed", level: 0 },
    ]);
  });

  test("obeys a command that only sets values", () => {
    const simulator = aSimulator();
    expect(simulator.command("stop", {}, 1000)).toEqual({ ok: true });
    expect(payloads(simulator.step(1000))).toEqual([{ ts: 1000, level: 0, warm: false }]);
  });

  test("answers why it will not", () => {
    const simulator = aSimulator();
    simulator.provoke("high", 1000);
    expect(simulator.command("set", {}, 1000)).toEqual({ ok: false, error: "it is at the end" });
    expect(simulator.command("set", { level: 10 }, 1000)).toMatchObject({ ok: false });
    expect(simulator.command("toString", {}, 1000)).toEqual({ ok: false, error: "unknown command toString" });
  });

  test("keeps a condition against measurements and its own life until it is normal", () => {
    const simulator = aSimulator();
    simulator.command("set", {}, 0);
    expect(payloads(simulator.provoke("hot", 0)).at(-1)).toEqual({ ts: 0, level: 3, warm: true });
    expect(payloads(simulator.provoke("high", 1000))).toEqual([
      { ts: 1000, event: "changed", level: 9, person: "abc" },
    ]);
    expect(payloads(simulator.step(40_000))).toEqual([{ ts: 30_000, level: 9, warm: true }]);
    expect(payloads(simulator.provoke("normal", 50_000))).toEqual([{ ts: 50_000, level: 1, warm: false }]);
  });

  test("says nothing while it is offline, and lives on", () => {
    const simulator = aSimulator();
    expect(simulator.provoke("offline", 1000)).toEqual([]);
    expect(simulator.step(10 * minute)).toEqual([]);
    expect(payloads(simulator.provoke("normal", 10 * minute))).toEqual([
      { ts: 10 * minute, level: 1, warm: false },
    ]);
    expect(simulator.step(11 * minute)).toHaveLength(1);
  });

  test("refuses a condition that no rule has, and names those there are", () => {
    expect(() => aSimulator().provoke("melted", 0)).toThrow(
      expect.objectContaining({
        code: "scenario-failed",
        message: 'no condition "melted"; known are normal, offline, high, hot',
      }),
    );
  });
});

describe("a timeline", () => {
  test("keeps the order of time, and of planning within one moment", () => {
    const timeline = createTimeline();
    const seen: string[] = [];
    timeline.plan(20, () => seen.push("late"));
    timeline.plan(10, () => seen.push("first"));
    timeline.plan(10, () => {
      seen.push("second");
      timeline.plan(15, () => seen.push("between"));
    });
    timeline.run(20);
    expect(seen).toEqual(["first", "second", "between", "late"]);
  });

  test("repeats at the moments that a task returns, and never stands still", () => {
    const timeline = createTimeline();
    const seen: number[] = [];
    timeline.repeat(5, (at) => {
      seen.push(at);
      return at < 6 ? at : at + 10;
    });
    timeline.run(30);
    expect(seen).toEqual([5, 6, 16, 26]);
  });
});
