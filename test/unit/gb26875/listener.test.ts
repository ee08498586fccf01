import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { loadCatalogue } from "../../../devices/kit/catalogue.ts";
import { type Arrival, createListener, type LineParts } from "../../../gateway/ingest/gb26875/listener.ts";
import { createGb26875Meters } from "../../../gateway/ingest/gb26875/meters.ts";
import { readPlaces } from "../../../gateway/ingest/gb26875/places.ts";
import { gb26875Settings } from "../../../gateway/ingest/gb26875/settings.ts";
import { createLog } from "../../../gateway/log.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aFrame, aKnown, dial, source } from "../../support/gb26875.ts";

const catalogue = await loadCatalogue();
const utd = "xinfa/fire-transmitter/utd-1";
const nobody = "000000000099";
const heartbeat = Buffer.alloc(0);

/** A listener on a free port whose time stands still; frames are durable at once unless `hold` is set. */
async function open(settings: Record<string, number> = {}, options: { hold?: boolean } = {}) {
  const clock = createFakeClock();
  const metrics = createMetrics();
  const meters = createGb26875Meters(metrics);
  const device = aKnown(catalogue.get("fire-transmitter")!, "utd-1", { facts: { gb26875Source: source } });
  const places = readPlaces([device], () => undefined);
  const told: string[] = [];
  const taken: { arrival: Arrival; answer: () => void }[] = [];
  const parts: LineParts = {
    settings: gb26875Settings.parse(settings),
    ...{ clock, meters, zone: "+08:00", log: createLog({ level: "silent" }) },
    find: places.find,
    take(arrival, answer) {
      taken.push({ arrival, answer });
      if (options.hold !== true) answer();
    },
    takeBroken: ({ frame }) => void told.push(`broken ${frame.source}`),
    takeStranger: ({ frame }) => void told.push(`stranger ${frame.source}`),
    opened: (transmitter) => void told.push(`opened ${transmitter.device.device}`),
    closed: (name) => void told.push(`closed ${name}`),
    answered: (name, token, isTaken) => void told.push(`${name} ${token} ${isTaken}`),
  };
  const listener = createListener(parts);
  const { port } = await listener.listen(0);
  onTestFinished(() => listener.stop());
  const call = async () => {
    const connection = await dial(port);
    onTestFinished(connection.end);
    return connection;
  };
  /** Time passes for the listener in steps of its own second. */
  const pass = (seconds: number) => {
    for (let i = 0; i < seconds; i++) clock.advance(1000);
  };
  return { listener, clock, meters, told, taken, call, pass, port };
}

describe("acknowledgements", () => {
  test("come with the frame's number and turned addresses, and only when it is durable", async () => {
    const { call, taken } = await open({}, { hold: true });
    const line = await call();
    line.write(aFrame(Buffer.from("fire"), { seq: 7 }));
    await vi.waitUntil(() => taken.length === 1);
    line.write(aFrame(Buffer.from("next"), { seq: 8 }));
    await vi.waitUntil(() => taken.length === 2);
    expect(line.answers).toEqual([]);
    taken[0]!.answer();
    const ack = await line.answer(() => true);
    expect(ack).toMatchObject({ seq: 7, command: 3, source: "000000000001", target: source });
    expect(line.answers).toHaveLength(1);
  });

  test("are given again to a repeat, which is not taken twice", async () => {
    const { call, taken, meters } = await open({}, { hold: true });
    const line = await call();
    const frame = aFrame(Buffer.from("fire"), { seq: 7 });
    line.write(Buffer.concat([frame, frame]));
    await vi.waitUntil(() => meters.repeats.value() === 1);
    expect(taken).toHaveLength(1);
    taken[0]!.answer();
    await line.answer(({ seq }) => seq === 7);
    line.write(frame);
    await vi.waitUntil(() => line.answers.length === 2);
    expect(taken).toHaveLength(1);
  });

  test("are refused to a wrong sum, whose frame is told apart", async () => {
    const { call, told, taken } = await open();
    const line = await call();
    const frame = aFrame(Buffer.from("fire"), { seq: 7 });
    frame[frame.length - 3]! ^= 1;
    line.write(Buffer.concat([frame, aFrame(heartbeat, { seq: 8 })]));
    expect(await line.answer(({ seq }) => seq === 7)).toMatchObject({ command: 6 });
    expect(await line.answer(({ seq }) => seq === 8)).toMatchObject({ command: 3 });
    expect(told).toContain(`broken ${source}`);
    expect(taken).toHaveLength(1);
  });

  test("of what was taken still go out when the listener stops", async () => {
    const { call, taken, listener } = await open({}, { hold: true });
    const line = await call();
    line.write(aFrame(Buffer.from("fire"), { seq: 7 }));
    await vi.waitUntil(() => taken.length === 1);
    const stopped = listener.stop();
    taken[0]!.answer();
    expect(await line.answer(() => true)).toMatchObject({ seq: 7, command: 3 });
    line.end();
    await line.closed;
    await stopped;
  });
});

describe("a source address that is not registered", () => {
  test("is refused, told and cut, and opens nothing", async () => {
    const { call, told, taken } = await open();
    const line = await call();
    line.write(aFrame(Buffer.from("fire"), { source: nobody, seq: 3 }));
    expect(await line.answer(() => true)).toMatchObject({ command: 6, seq: 3, target: nobody });
    await line.closed;
    expect(told).toEqual([`stranger ${nobody}`]);
    expect(taken).toEqual([]);
  });

  test("does not cost a registered one its connection", async () => {
    const { call, told } = await open();
    const line = await call();
    line.write(aFrame(heartbeat, { seq: 1 }));
    line.write(aFrame(heartbeat, { source: nobody, seq: 2 }));
    line.write(aFrame(heartbeat, { seq: 3 }));
    expect(await line.answer(({ seq }) => seq === 2)).toMatchObject({ command: 6 });
    expect(await line.answer(({ seq }) => seq === 3)).toMatchObject({ command: 3 });
    expect(told).toEqual([`opened ${utd}`, `stranger ${nobody}`]);
  });
});

describe("supervision", () => {
  test("cuts a connection that says nothing, and its device is gone", async () => {
    const { call, told, pass } = await open({ silenceMs: 60_000 });
    const line = await call();
    line.write(aFrame(heartbeat));
    await line.answer(() => true);
    pass(59);
    line.write(aFrame(heartbeat, { seq: 1 }));
    await line.answer(({ seq }) => seq === 1);
    pass(59);
    expect(told).toEqual([`opened ${utd}`]);
    pass(1);
    await line.closed;
    await vi.waitUntil(() => told.length === 2);
    expect(told).toEqual([`opened ${utd}`, `closed ${utd}`]);
  });

  test("cuts a connection without a frame, even when it sends bytes", async () => {
    const { call, pass, meters, listener } = await open({ firstFrameMs: 5000 });
    const line = await call();
    line.write(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
    await vi.waitUntil(() => listener.connectionCount() === 1);
    pass(5);
    await line.closed;
    expect(meters.cut.value("no-frame")).toBe(1);
  });

  test("cuts a connection that sends garbage without end", async () => {
    const { call, meters } = await open({ garbageBytes: 1000 });
    const line = await call();
    line.write(Buffer.alloc(2000, "x"));
    await line.closed;
    expect(meters.cut.value("garbage")).toBe(1);
  });

  test("gives up on half a frame, so that the next one is read", async () => {
    const { call, pass, taken } = await open({ splitFrameMs: 3000 });
    const line = await call();
    const long = aFrame(Buffer.alloc(500));
    line.write(Buffer.concat([long.subarray(0, 60), aFrame(Buffer.from("fire"))]));
    await vi.waitUntil(() => {
      pass(1);
      return taken.length === 1;
    });
    expect(taken[0]?.arrival.frame.app.toString()).toBe("fire");
  });

  test("waits no longer for half a frame because more bytes come", async () => {
    const { call, clock, taken } = await open({ splitFrameMs: 3000 });
    const other = await call();
    const line = await call();
    line.write(aFrame(Buffer.alloc(900)).subarray(0, 60));
    // Ten heartbeats are not nearly the 900 bytes that the half announces.
    for (let seq = 0; seq < 10; seq++) {
      line.write(aFrame(heartbeat, { seq: 100 + seq }));
      other.write(aFrame(heartbeat, { seq }));
      await other.answer((frame) => frame.seq === seq);
      clock.advance(900);
    }
    expect(taken.some(({ arrival }) => arrival.frame.seq === 100)).toBe(true);
  });

  test("tells that a device has gone when its last connection has, and cuts the stalest of too many", async () => {
    const { call, told, clock, meters } = await open({ connectionsPerSource: 2 });
    const first = await call();
    first.write(aFrame(heartbeat));
    await first.answer(() => true);
    clock.advance(500);
    const second = await call();
    second.write(aFrame(heartbeat));
    await second.answer(() => true);
    const third = await call();
    third.write(aFrame(heartbeat));
    await third.answer(() => true);
    await first.closed;
    expect(meters.shared.value()).toBe(2);
    expect(told).toEqual([`opened ${utd}`]);
    second.end();
    third.end();
    await vi.waitUntil(() => told.includes(`closed ${utd}`));
  });
});

describe("bounds", () => {
  test("hold for connections in all and from one address", async () => {
    const { call, meters } = await open({ connections: 3, connectionsPerAddress: 2 });
    const lines = [await call(), await call(), await call()];
    await lines[2]!.closed;
    expect(meters.refused.value("address-connections")).toBe(1);
  });

  test("stop the reading while too many frames wait to become durable", async () => {
    const { call, taken, meters } = await open({ pendingFrames: 4 }, { hold: true });
    const line = await call();
    for (let seq = 0; seq < 4; seq++) line.write(aFrame(Buffer.from(`${seq}`), { seq }));
    await vi.waitUntil(() => meters.paused.value("pending") === 1);
    line.write(aFrame(Buffer.from("later"), { seq: 99 }));
    for (const { answer } of taken.slice(0, 2)) answer();
    await vi.waitUntil(() => taken.length === 5);
    expect(taken.at(-1)?.arrival.frame.seq).toBe(99);
  });

  test("hold a connection that sends too many frames in a second, until it is over", async () => {
    const { call, taken, meters, pass } = await open({ framesPerSecond: 5 });
    const line = await call();
    for (let seq = 0; seq < 5; seq++) line.write(aFrame(Buffer.from(`${seq}`), { seq }));
    await vi.waitUntil(() => meters.paused.value("rate") === 1);
    line.write(aFrame(Buffer.from("later"), { seq: 99 }));
    pass(1);
    await vi.waitUntil(() => taken.some(({ arrival }) => arrival.frame.seq === 99));
  });
});

describe("orders", () => {
  test("go to the newest connection, and its answer is told", async () => {
    const { call, listener, told } = await open();
    expect(listener.send(utd, { order: "set-clock" }, "early")).toBe(false);
    const line = await call();
    line.write(aFrame(heartbeat));
    await line.answer(() => true);
    expect(listener.send(utd, { order: "duty-check", minutes: 10 }, "one")).toBe(true);
    const order = await line.answer(({ command }) => command === 1);
    expect(order).toMatchObject({ target: source, app: Buffer.from("5B010A", "hex") });
    line.write(aFrame(heartbeat, { command: 3, seq: order!.seq }));
    await vi.waitUntil(() => told.includes(`${utd} one true`));

    listener.send(utd, { order: "set-clock" }, "two");
    const clock = await line.answer(({ command, seq }) => command === 1 && seq !== order!.seq);
    // The fake clock stands at 2026-01-15 08:00 UTC, which is 16:00 in Beijing.
    expect(clock?.app.toString("hex")).toBe("5a010000100f011a");
    line.write(aFrame(heartbeat, { command: 6, seq: clock!.seq }));
    await vi.waitUntil(() => told.includes(`${utd} two false`));
  });

  test("are nothing that a device may give to the gateway", async () => {
    const { call, taken } = await open();
    const line = await call();
    line.write(aFrame(Buffer.from("5A01", "hex"), { command: 1, seq: 4 }));
    expect(await line.answer(() => true)).toMatchObject({ command: 6, seq: 4 });
    expect(taken).toEqual([]);
  });
});

test("no bytes harm the listener: others are answered meanwhile", async () => {
  const { call, listener, pass } = await open({ connections: 2000, connectionsPerAddress: 2000 });
  const canary = await call();
  let seq = 0;
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => aFrame(Buffer.from(bytes))),
    fc.tuple(fc.uint8Array({ maxLength: 60 }), fc.nat(80), fc.nat(255)).map(([bytes, at, value]) => {
      const frame = aFrame(Buffer.from(bytes));
      frame[at % frame.length] = value;
      return frame;
    }),
    fc.nat(65_535).map((length) => {
      const frame = aFrame(heartbeat);
      frame.writeUInt16LE(length, 24);
      return frame;
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 12 }), async (pieces) => {
      const hostile = await call();
      for (const bytes of pieces) hostile.write(bytes);
      seq += 1;
      canary.write(aFrame(heartbeat, { seq }));
      expect(await canary.answer((frame) => frame.seq === seq)).toMatchObject({ command: 3 });
      hostile.end();
      await hostile.closed;
    }),
    { numRuns: 150 },
  );
  await vi.waitUntil(() => listener.connectionCount() === 1);
  pass(1);
  expect(listener.connectionCount()).toBe(1);
});
