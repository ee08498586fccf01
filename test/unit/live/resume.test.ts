import { afterEach, describe, expect, test } from "vitest";
import { aReading, openLive } from "./live-support.ts";

let live: Awaited<ReturnType<typeof openLive>>;
afterEach(() => live.close());

const tenReadings = () => Array.from({ length: 10 }, () => aReading());

describe("a screen that comes back", () => {
  test("goes on after the last id that it saw, without a snapshot", async () => {
    live = await openLive();
    await live.write(...tenReadings());
    const screen = await live.watch("", 7);
    await screen.until((events) => events.length === 3);
    await live.write(aReading());
    const events = await screen.until((seen) => seen.length === 4);
    expect(events.map(({ id, event }) => [id, event])).toEqual([
      [8, "reading"],
      [9, "reading"],
      [10, "reading"],
      [11, "reading"],
    ]);
  });

  test("that has seen everything gets nothing until something happens", async () => {
    live = await openLive();
    await live.write(aReading());
    const screen = await live.watch("", 1);
    await expect.poll(() => live.hub.screens()).toBe(1);
    await live.write(aReading());
    expect((await screen.until((events) => events.length === 1))[0]?.id).toBe(2);
  });

  test("misses nothing and sees nothing twice while the journal is being written", async () => {
    live = await openLive();
    const total = 4000;
    await live.write(...tenReadings());
    let written = 10;
    const writer = (async () => {
      while (written < total) {
        await live.write(...tenReadings());
        written += 10;
      }
    })();
    const ids: number[] = [];
    let from = 0;
    while (from < total) {
      const screen = await live.watch("", from);
      // Each stay takes in a bit of the replay and a bit of the live stream.
      const enough = Math.min(total - from, 300);
      const events = await screen.until((seen) => seen.length >= enough);
      ids.push(...events.map(({ id }) => id ?? 0));
      from = ids.at(-1) ?? 0;
      screen.leave();
    }
    await writer;
    expect(ids).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  });

  test("gets only what its filter selects, also from the time when it was away", async () => {
    live = await openLive();
    await live.write(aReading(), aReading({ fill: 1 }, "yida/waste-bin/bin-1"), aReading());
    const screen = await live.watch("?site=xinfa", 0);
    const events = await screen.until((seen) => seen.length === 2);
    expect(events.map(({ id }) => id)).toEqual([1, 3]);
  });

  test.each([
    { name: "after more records than may be read again", id: 1, reset: "too-old" },
    { name: "with an id that this journal has not reached", id: 99, reset: "too-far" },
    { name: "with something that is no id", id: Number.NaN, reset: "unknown-id" },
  ])("$name gets a snapshot that says so", async ({ id, reset }) => {
    live = await openLive({ resumeRecords: 5 });
    await live.write(...tenReadings());
    const screen = await live.watch("", id);
    const [snapshot] = await screen.until((events) => events.length === 1);
    expect(snapshot).toEqual({ id: 10, event: "snapshot", data: { sequence: 10, reset } });
  });

  test("after the journal has forgotten where it was gets a snapshot that says so", async () => {
    live = await openLive({}, ({ journal }) => ({ journal: { ...journal, first: () => 5 } }));
    await live.write(...tenReadings());
    const late = await live.watch("", 3);
    const [snapshot] = await late.until((events) => events.length === 1);
    expect(snapshot?.data).toEqual({ sequence: 10, reset: "too-old" });
    const justInTime = await live.watch("", 4);
    expect((await justInTime.until((events) => events.length === 6))[0]?.id).toBe(5);
  });
});
