import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { JournalRecord } from "../../../gateway/types.ts";
import { aChange, aReading, openLive } from "./live-support.ts";

let live: Awaited<ReturnType<typeof openLive>>;
afterEach(() => live.close());

describe("a screen", () => {
  test("sees the snapshot first, then what becomes durable, in journal order with its sequence as id", async () => {
    live = await openLive();
    await live.write(aReading());
    const screen = await live.watch();
    await screen.until((events) => events.length === 1);
    await live.write(aReading({ fill: 0.6 }), { type: "change", ...aChange() });
    const [snapshot, reading, alert] = await screen.until((events) => events.length === 3);
    expect(snapshot).toEqual({ id: 1, event: "snapshot", data: { sequence: 1, reset: null } });
    expect(reading).toEqual({
      id: 2,
      event: "reading",
      data: {
        device: "xinfa/waste-bin/bin-1",
        site: "xinfa",
        kind: "waste-bin",
        stream: "telemetry",
        at: "2026-01-15T08:00:00.000Z",
        ts: "2026-01-15T08:00:00.000Z",
        quality: "good",
        values: { fill: 0.6 },
      },
    });
    expect(alert).toMatchObject({ id: 3, event: "alert", data: { change: "change-1", step: "raised" } });
  });

  test("sees only what its filter selects", async () => {
    live = await openLive();
    const all = await live.watch("?site=xinfa");
    const both = await live.watch("?site=yida,xinfa2");
    const alerts = await live.watch("?types=alert");
    const other = await live.watch("?device=xinfa/waste-bin/bin-2&kind=waste-bin");
    await Promise.all(
      [all, both, alerts, other].map((screen) => screen.until((events) => events.length === 1)),
    );
    await live.write(
      aReading(),
      aReading({ fill: 1 }, "xinfa2/waste-bin/bin-1"),
      aReading({ fill: 1 }, "xinfa/waste-bin/bin-2"),
      { type: "change", ...aChange({ device: "yida/waste-bin/bin-9" }) },
      { type: "presence", device: "xinfa/valve/v-1", online: true, at: 0, reason: "connected" },
      { type: "command", id: "c", step: "sent", device: "xinfa/waste-bin/bin-2", at: 0 },
    );
    const idsOf = (events: readonly { id: number | undefined }[]) => events.slice(1).map(({ id }) => id);
    expect(idsOf(await all.until((events) => events.length === 5))).toEqual([1, 3, 5, 6]);
    expect(idsOf(await both.until((events) => events.length === 3))).toEqual([2, 4]);
    expect(idsOf(await alerts.until((events) => events.length === 2))).toEqual([4]);
    expect(idsOf(await other.until((events) => events.length === 3))).toEqual([3, 6]);
  });

  test("sees a rejection of its site without the payload, and not one whose topic names no place", async () => {
    live = await openLive();
    const screen = await live.watch("?site=xinfa");
    await screen.until((events) => events.length === 1);
    const rejection = {
      at: 0,
      principal: undefined,
      code: "field-invalid",
      path: "fill",
      value: "7",
    } as const;
    await live.write(
      { type: "rejection", id: "r1", topic: "elsewhere", payload: "Kg==", message: "no", ...rejection },
      {
        type: "rejection",
        id: "r2",
        topic: "linli/v1/xinfa/waste-bin/bin-1/telemetry",
        payload: "Kg==",
        message: "no",
        ...rejection,
      },
    );
    const [, event] = await screen.until((events) => events.length === 2);
    expect(event?.data).toMatchObject({ id: "r2", code: "field-invalid", path: "fill" });
    expect(event?.data).not.toHaveProperty("payload");
  });

  test("does not see the debounce before an alert", async () => {
    live = await openLive();
    const screen = await live.watch();
    await screen.until((events) => events.length === 1);
    await live.write(
      { type: "change", ...aChange({ step: "pending" }) },
      { type: "change", ...aChange({ step: "dropped" }) },
      { type: "change", ...aChange({ step: "raised" }) },
    );
    const [, first] = await screen.until((events) => events.length === 2);
    expect(first).toMatchObject({ id: 3, data: { step: "raised" } });
  });

  test("sees a critical change at once without id, and again with its id once it is durable", async () => {
    live = await openLive();
    const screen = await live.watch("?types=alert");
    await screen.until((events) => events.length === 1);
    live.hub.urgent(aChange());
    await screen.until((events) => events.length === 2);
    await live.write({ type: "change", ...aChange() });
    const [, early, durable] = await screen.until((events) => events.length === 3);
    expect([early?.id, durable?.id]).toEqual([undefined, 1]);
    expect(early?.data).toEqual(durable?.data);
  });

  test("sees nothing of a self-test; the gateway alone does, and takes no place of a screen", async () => {
    live = await openLive({ screens: 1 });
    const own = await live.watch("?types=alert&gateway=yes");
    expect(live.hub.isFull()).toBe(false);
    const screen = await live.watch("?types=alert");
    await screen.until((events) => events.length === 1);
    expect(live.hub.screens()).toBe(1);
    expect(live.hub.urgent({ ...aChange(), simulated: true, selfTest: "t-1" })).toBe(1);
    const [tested] = await own.until((events) => events.length === 1);
    expect(tested).toMatchObject({ event: "alert", id: undefined });
    expect(live.hub.urgent({ ...aChange(), drill: "d-1" })).toBe(1);
    await live.write({ type: "trial", at: 1, device: "gateway/gateway/self-test", selfTest: "t-1" });
    await live.write({ type: "change", ...aChange() });
    const [, early, durable] = await screen.until((events) => events.length === 3);
    expect([early?.data.drill, durable?.data.drill]).toEqual(["d-1", null]);
    live.hub.endAll();
    await Promise.all([own.ended, screen.ended]);
    expect(own.events).toHaveLength(1);
  });

  test("is served although a record before was unreadable", async () => {
    live = await openLive();
    await live.journal.write(["not json"]);
    const screen = await live.watch();
    await screen.until((events) => events.length === 1);
    await live.journal.write(["not json either"]);
    await live.write(aReading());
    const [, reading] = await screen.until((events) => events.length === 2);
    expect(reading).toMatchObject({ id: 3, event: "reading" });
    // The record of the time when nobody watched was not even parsed.
    expect(await live.metrics.text()).toMatch(/^linli_live_unreadable_records_total 1$/m);
  });
});

describe("a heartbeat", () => {
  test("moves the id of a quiet stream, so that it resumes from there", async () => {
    live = await openLive({ heartbeatMs: 15_000 });
    const screen = await live.watch("?types=alert");
    await screen.until((events) => events.length === 1);
    await live.write(aReading(), aReading());
    expect(screen.lastId()).toBe(0);
    live.clock.advance(15_000);
    live.hub.urgent(aChange());
    await screen.until((events) => events.length === 2);
    expect(screen.lastId()).toBe(2);
  });

  test("ends the stream of a token that was removed", async () => {
    live = await openLive({ heartbeatMs: 15_000 });
    const screen = await live.watch();
    await screen.until((events) => events.length === 1);
    live.forbid();
    live.clock.advance(15_000);
    await screen.ended;
    expect(await live.metrics.text()).toContain('linli_live_screens_cut_total{reason="token"} 1');
  });
});

describe("bounds", () => {
  const big = (): JournalRecord => aReading({ text: "x".repeat(60_000) });

  async function fill(total: number): Promise<void> {
    for (let i = 0; i < total / 20; i++) await live.write(...Array.from({ length: 20 }, big));
  }

  test("a screen that stops reading is cut when what it was sent waits too long; others go on", async () => {
    live = await openLive({ slowMs: 4000, queueBytes: 1_000_000_000 });
    const [frozen, awake] = [await live.watch(), await live.watch()];
    await Promise.all([frozen, awake].map((screen) => screen.until((events) => events.length === 1)));
    frozen.freeze();
    await fill(400);
    await awake.until((events) => events.length === 401);
    live.clock.advance(5000);
    await expect.poll(() => live.hub.screens()).toBe(1);
    await live.write(aReading());
    await awake.until((events) => events.length === 402);
    expect(await live.metrics.text()).toContain('linli_live_screens_cut_total{reason="slow"} 1');
  });

  test("a screen whose queue is full is cut at once", async () => {
    live = await openLive({ queueBytes: 65_536 });
    const frozen = await live.watch();
    await frozen.until((events) => events.length === 1);
    frozen.freeze();
    await fill(400);
    await expect.poll(() => live.hub.screens()).toBe(0);
    expect(await live.metrics.text()).toContain('linli_live_screens_cut_total{reason="full"} 1');
  });

  test("the hub says when it is full, and has room again after a screen left", async () => {
    live = await openLive({ screens: 1 });
    const screen = await live.watch();
    await screen.until((events) => events.length === 1);
    expect(live.hub.isFull()).toBe(true);
    screen.leave();
    await expect.poll(() => live.hub.isFull()).toBe(false);
  });

  test("a client that left before it was served takes no place", async () => {
    live = await openLive();
    const outlet = new ServerResponse(new IncomingMessage(new Socket()));
    outlet.destroy();
    const snapshot = () => ({});
    const asked = { filter: {}, lastEventId: undefined, isAllowed: () => true, isGateway: false };
    live.hub.open({ ...asked, snapshot, outlet });
    expect(live.hub.screens()).toBe(0);
  });

  test("ending all streams ends them politely", async () => {
    live = await openLive();
    const screen = await live.watch();
    await screen.until((events) => events.length === 1);
    live.hub.endAll();
    await screen.ended;
    expect(live.hub.screens()).toBe(0);
  });
});
