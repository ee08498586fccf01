import { describe, expect, test } from "vitest";
import { answerRange } from "../../../gateway/series/answer.ts";
import { answerTotal } from "../../../gateway/series/total.ts";
import { aReading, aStore, dayMs, devices, hourMs, midnight } from "./support.ts";

const settings = { maxPoints: 10_000, lookBackMs: 30 * dayMs };

describe("one field over many devices", () => {
  const total = async (readings: Parameters<typeof aReading>[0][], more: Record<string, unknown> = {}) => {
    const { store, clock } = await aStore();
    await store.write(readings.map(aReading), 1_000_000);
    const request = {
      devices,
      field: "open",
      from: midnight,
      to: midnight + 4 * hourMs,
      step: hourMs,
      carryMs: 2 * hourMs,
    };
    return answerTotal({ store, settings, now: clock.now }, { ...request, ...more });
  };

  test("adds up the last value of each, also between its reports", async () => {
    const answer = await total([
      { time: midnight - hourMs, id: "b1", values: { open: true } },
      { time: midnight + hourMs + 5, id: "b2", values: { open: true } },
      { time: midnight + 2 * hourMs + 5, id: "b1", values: { open: false } },
    ]);
    expect(answer).toMatchObject({
      times: [0, 1, 2, 3].map((hour) => midnight + hour * hourMs),
      // Of b1 nothing was heard for three hours at the end of the second step.
      devices: [1, 1, 2, 2],
      sum: [1, 1, 1, 1],
      mean: [1, 1, 0.5, 0.5],
    });
  });

  test("has nothing to say where no device counts", async () => {
    const answer = await total([{ time: midnight + 3 * hourMs, values: { open: true } }]);
    expect(answer).toMatchObject({
      devices: [0, 0, 0, 1],
      sum: [null, null, null, 1],
      min: [null, null, null, 1],
    });
  });

  test("counts devices in each state", async () => {
    const answer = await total(
      [
        { time: midnight, id: "b1", values: { mode: "idle" } },
        { time: midnight, id: "b2", values: { mode: "busy" } },
        { time: midnight + hourMs, id: "b1", values: { mode: "busy" } },
      ],
      { field: "mode", to: midnight + 2 * hourMs },
    );
    expect(answer.states).toEqual({ idle: [1, 0], busy: [1, 2] });
  });

  test("is refused with more steps than an answer may have", async () => {
    await expect(total([], { step: 1000, to: midnight + 4 * hourMs })).rejects.toMatchObject({
      code: "limit-reached",
    });
  });
});

describe("a short range", () => {
  const ask = async (count: number) => {
    const { store, clock } = await aStore();
    const readings = Array.from({ length: count }, (_, i) =>
      aReading({ time: midnight + i * 1000, values: { fill: i } }),
    );
    await store.write([aReading({ time: midnight - 5, values: { fill: 77 } }), ...readings], 1_000_000);
    const request = {
      devices,
      fields: ["fill"],
      from: midnight,
      to: midnight + hourMs,
      step: "auto",
      simulated: false,
    } as const;
    return answerRange({ store, settings, now: clock.now }, request);
  };

  test("is answered with the values as they came, and with what held at its beginning", async () => {
    const answer = await ask(1000);
    expect(answer).toMatchObject({ stepMs: undefined, level: "raw", stepped: [], before: [{ value: 77 }] });
    expect(answer.raw[0]?.values).toHaveLength(1000);
  });

  test("is folded when they are too many", async () => {
    const answer = await ask(1001);
    expect(answer).toMatchObject({ stepMs: 5000, raw: [], before: [{ value: 77 }] });
    expect(answer.stepped[0]?.count.slice(0, 2)).toEqual([5, 5]);
  });
});
