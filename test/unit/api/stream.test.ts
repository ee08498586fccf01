import { type IncomingMessage, request } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import * as schemas from "../../../gateway/api/schemas/stream.ts";
import { aChange, aReading, openLive, readStream } from "../live/live-support.ts";
import { aBin, anApi } from "./api-support.ts";

let live: Awaited<ReturnType<typeof openLive>>;
afterEach(() => live.close());

async function aStreamingApi(settings = {}, liveSettings = {}) {
  live = await openLive(liveSettings);
  const parts = await anApi({ settings, parts: { live: live.hub } });
  const { port } = await parts.api.listen();
  async function open(query = "", headers: Record<string, string> = {}, token = parts.tokens.viewer) {
    const all = { authorization: `Bearer ${token}`, ...headers };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ port, host: "127.0.0.1", path: `/api/v1/stream${query}`, headers: all }, resolve)
        .on("error", reject)
        .end();
    });
    return { response, stream: readStream(response) };
  }
  return { ...parts, open };
}

describe("the stream", () => {
  test("begins with the present state: sites, devices with every value, open alerts", async () => {
    const parts = await aStreamingApi();
    const { device } = aBin(parts, "bin-1", { building: "1号楼" });
    parts.twins.say(device, { fill: { value: 0.8, unit: "ratio" } });
    await live.write(aReading());
    const { response, stream } = await parts.open();
    expect(response.headers).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    const [snapshot] = await stream.until((events) => events.length === 1);
    const state = schemas.snapshotEvent.parse(snapshot?.data);
    expect(snapshot?.id).toBe(1);
    expect(state).toMatchObject({ sequence: 1, reset: null });
    expect(state.sites.map(({ id, devices }) => [id, devices.total])).toEqual([
      ["xinfa", 1],
      ["yida", 0],
    ]);
    expect(state.devices).toMatchObject({
      complete: true,
      items: [
        { device, presence: "online", building: "1号楼", values: { fill: { value: 0.8, quality: "good" } } },
      ],
    });
  });

  test("every event is as the document says", async () => {
    const parts = await aStreamingApi();
    const { stream } = await parts.open();
    await stream.until((events) => events.length === 1);
    const device = "xinfa/waste-bin/bin-1";
    await live.write(
      aReading({ event: "opened", fill: 0.5 }),
      { type: "presence", device, online: false, at: 0, reason: "will" },
      { type: "change", ...aChange({ by: "crew", comment: "seen", step: "acknowledged" }) },
      {
        type: "rejection",
        id: "r1",
        at: 0,
        topic: `linli/v1/${device}/telemetry`,
        principal: "xinfa/bin-1",
        payload: "",
        code: "payload-not-json",
        path: "",
        value: "",
        message: "no JSON",
      },
      {
        type: "command",
        id: "c1",
        step: "queued",
        device,
        at: 0,
        name: "lock",
        args: {},
        expiresAt: 1,
        by: "crew",
      },
    );
    const events = await stream.until((seen) => seen.length === 6);
    const wanted = {
      reading: schemas.readingEvent.strict(),
      presence: schemas.presenceEvent.strict(),
      alert: schemas.alertEvent.strict(),
      rejection: schemas.rejectionEvent.strict(),
      command: schemas.commandEvent.strict(),
    };
    for (const { event, data } of events.slice(1)) wanted[event as keyof typeof wanted].parse(data);
    expect(events.slice(1).map(({ event }) => event)).toEqual(Object.keys(wanted));
  });

  test.each([
    ["the header", "", { "last-event-id": "1" }],
    ["the query", "?lastEventId=1", {}],
  ])("resumes by %s", async (_how, query, headers: Record<string, string>) => {
    const parts = await aStreamingApi();
    await live.write(aReading(), aReading());
    const { stream } = await parts.open(query, headers);
    const [first] = await stream.until((events) => events.length === 1);
    expect([first?.id, first?.event]).toEqual([2, "reading"]);
  });

  test("resumed with something that is no id begins anew and says so", async () => {
    const parts = await aStreamingApi();
    const { stream } = await parts.open("?lastEventId=yesterday");
    const [snapshot] = await stream.until((events) => events.length === 1);
    expect(schemas.snapshotEvent.parse(snapshot?.data).reset).toBe("unknown-id");
  });

  test("a snapshot is bounded, and carries only what the screen asked for", async () => {
    const parts = await aStreamingApi({ snapshotDevices: 2 });
    for (const id of ["bin-1", "bin-2", "bin-3"]) aBin(parts, id);
    const all = (await (await parts.open("?site=xinfa")).stream.until((events) => events.length === 1))[0]
      ?.data;
    expect(all).toMatchObject({ sites: [{ id: "xinfa" }], devices: { complete: false } });
    expect((all as { devices: { items: unknown[] } }).devices.items).toHaveLength(2);
    const some = (await (await parts.open("?types=alert")).stream.until((events) => events.length === 1))[0]
      ?.data;
    expect(some).toMatchObject({ devices: null, alerts: { items: [], complete: true } });
  });

  test("a token of one site sees that site only", async () => {
    const parts = await aStreamingApi();
    aBin(parts);
    const { stream } = await parts.open("", {}, parts.tokens.yidaAdmin);
    await stream.until((events) => events.length === 1);
    await live.write(aReading(), aReading({ fill: 1 }, "yida/waste-bin/bin-1"));
    const [snapshot, reading] = await stream.until((events) => events.length === 2);
    expect(snapshot?.data).toMatchObject({ sites: [{ id: "yida" }], devices: { items: [] } });
    expect(reading?.id).toBe(2);
    const { response } = await parts.open("?site=xinfa", {}, parts.tokens.yidaAdmin);
    expect(response.statusCode).toBe(403);
  });

  test.each([
    ["?site=nowhere", 404],
    ["?device=xinfa/waste-bin/nothing", 404],
    ["?types=alert,weather", 400],
    ["?colour=red", 400],
  ])("%s is answered %i", async (query, expected) => {
    const parts = await aStreamingApi();
    expect((await parts.open(query)).response.statusCode).toBe(expected);
  });

  test("one more screen than may be is told to come back", async () => {
    const parts = await aStreamingApi({}, { screens: 1 });
    const first = await parts.open();
    await first.stream.until((events) => events.length === 1);
    const { response } = await parts.open();
    expect([response.statusCode, response.headers["retry-after"]]).toEqual([503, "1"]);
    first.stream.leave();
    await expect.poll(() => live.hub.screens()).toBe(0);
    expect((await parts.open()).response.statusCode).toBe(200);
  });

  test("ends when its token is removed, and when the server closes", async () => {
    const parts = await aStreamingApi();
    const { id, token } = parts.access.addToken({ name: "guest", role: "viewer" });
    const guest = await parts.open("", {}, token);
    const staff = await parts.open();
    await Promise.all([guest, staff].map(({ stream }) => stream.until((events) => events.length === 1)));
    parts.access.removeToken(id);
    live.clock.advance(15_000);
    await guest.stream.ended;
    expect(live.hub.screens()).toBe(1);
    await parts.api.close();
    await staff.stream.ended;
  });
});
