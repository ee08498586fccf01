import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createSystemClock } from "../../../gateway/clock.ts";
import type { SeriesReading, SeriesStore } from "../../../gateway/series/contract.ts";
import { openInfluxStore } from "../../../gateway/series/influx/store.ts";
import { aChoice, base, day, expectRaw, fields, keep, numbered, rawOf } from "../../contract/series-model.ts";
import { type Fault, type FaultyProxy, openFaultyProxy } from "../../support/faulty-proxy.ts";
import { hasInflux, type InfluxServer, openInflux } from "../../support/influx-server.ts";
import { anInfluxSetting } from "../../support/influx-settings.ts";

describe.skipIf(!hasInflux)("the store on InfluxDB, with a faulty way to the server", () => {
  let server: InfluxServer;
  let proxy: FaultyProxy;
  let directory: string;
  let store: SeriesStore;
  let databases = 0;

  beforeAll(async () => {
    server = await openInflux();
    proxy = await openFaultyProxy(server.url);
  });
  afterAll(async () => {
    await proxy?.stop();
    await server?.stop();
  });
  beforeEach(async () => {
    proxy.set({ kind: "none" });
    directory = await mkdtemp(join(tmpdir(), "linli-faults-"));
    databases += 1;
    store = await open();
    await store.write(readings.slice(0, 500), 500);
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  });

  const open = (given: Partial<Parameters<typeof openInfluxStore>[0]> = {}) =>
    openInfluxStore({
      settings: anInfluxSetting({
        url: proxy.url,
        database: `faults${databases}`,
        timeoutMs: 500,
        batchLines: 250,
      }),
      fields,
      directory,
      firstPosition: 0,
      retryMaxMs: 30_000,
      maxSeries: 100_000,
      clock: createSystemClock(),
      ...given,
    });

  const readings: readonly SeriesReading[] = numbered(
    Array.from({ length: 2000 }, (_, i) => ({ time: base + i * 10, values: { fill: i, mode: "idle" } })),
  );

  /** Sequences up to the position that is on the disk are all in the server. */
  async function expectPositionIsTrue(): Promise<void> {
    const { position } = JSON.parse(await readFile(join(directory, "position.json"), "utf8"));
    expect(position).toBe(store.position());
    proxy.set({ kind: "none" });
    const times = (await rawOf(store, aChoice()))["s1/bin/b1 fill"]?.map(({ time }) => time);
    expect(times?.slice(0, position)).toEqual(readings.slice(0, position).map(({ time }) => time));
  }

  const faults: readonly { name: string; fault: Fault; says: RegExp }[] = [
    { name: "refuses connections", fault: { kind: "refuse" }, says: /could not be reached/ },
    { name: "never answers", fault: { kind: "hang" }, says: /did not answer within 500 ms/ },
    {
      name: "cuts the connection before the first line",
      fault: { kind: "cut-request", afterBytes: 100 },
      says: /could not be reached/,
    },
    {
      name: "cuts the connection within a later batch",
      fault: { kind: "cut-request", afterBytes: 50_000 },
      says: /could not be reached/,
    },
    {
      name: "loses the first answer",
      fault: { kind: "cut-answer", afterBytes: 0 },
      says: /could not be reached/,
    },
    {
      name: "loses a later answer",
      fault: { kind: "cut-answer", afterBytes: 700 },
      says: /could not be reached/,
    },
    {
      name: "answers 503",
      fault: { kind: "answer", status: 503, body: '{"error":"engine is starting"}' },
      says: /refused 250 lines: HTTP 503: engine is starting/,
    },
    {
      name: "answers 429",
      fault: { kind: "answer", status: 429, body: "slow down" },
      says: /HTTP 429: slow down/,
    },
    {
      name: "answers 400 without being InfluxDB, as TLS servers do",
      fault: { kind: "answer", status: 400, body: "Client sent an HTTP request to an HTTPS server." },
      says: /HTTP 400: Client sent an HTTP request/,
    },
    {
      name: "answers 200 to anything, as the page of a hotel does",
      fault: { kind: "answer", status: 200, body: "<html>Welcome</html>" },
      says: /HTTP 200/,
    },
  ];

  test.each(faults)("nothing is lost or doubled when it $name", async ({ fault, says }) => {
    for (let attempt = 0; attempt < 2; attempt++) {
      proxy.set(fault);
      await expect(store.write(readings.slice(500), 2000)).rejects.toMatchObject({
        code: "series-failed",
        retryable: true,
        message: expect.stringMatching(says),
      });
      expect(store.position()).toBe(500);
      await expectPositionIsTrue();
    }
    await store.close();
    store = await open();
    expect(store.position()).toBe(500);
    expect(await store.write(readings.slice(500), 2000)).toEqual([]);
    await expectPositionIsTrue();
    expect(await rawOf(store, aChoice())).toEqual(expectRaw(keep(readings, store.types)));
  });

  test("a query that is not answered in time is ended and says so", async () => {
    proxy.set({ kind: "hang" });
    await expect(rawOf(store, aChoice())).rejects.toMatchObject({
      code: "series-failed",
      message: expect.stringMatching(/store "influxdb" at http:\S+ did not answer within 500 ms/),
    });
  });

  test("a query whose answer is cut fails, rather than answer with a part", async () => {
    await store.write(readings.slice(500), 2000);
    proxy.set({ kind: "cut-answer", afterBytes: 30_000 });
    await expect(rawOf(store, aChoice())).rejects.toMatchObject({ code: "series-failed", retryable: true });
  });

  test("a server that asks to be left alone is not asked before, and no longer than the longest wait", async () => {
    const headers = { "retry-after": "3600" };
    proxy.set({ kind: "answer", status: 503, body: "", headers });
    await expect(store.write(readings.slice(500), 2000)).rejects.toThrow("HTTP 503");
    const answered = proxy.answered();
    await expect(store.write(readings.slice(500), 2000)).rejects.toThrow(
      /asked to be left alone for another (29|30)\d{3} ms/,
    );
    expect(proxy.answered()).toBe(answered);
  });

  test("an answer that the server cuts at the limit is refused, never taken for the whole", async () => {
    // Suspect readings of other fields are points of the answer too, without a value in it.
    const others = Array.from({ length: 5 }, (_, i) => ({
      id: "b2",
      time: base + i,
      quality: "suspect" as const,
      values: { weight: i },
    }));
    await store.write(numbered([...others, { id: "b2", time: base + 9 }], 501), 506);
    const choice = aChoice({ devices: ["s1/bin/b2"], fields: ["fill"] });
    await expect(rawOf(store, choice, 3)).rejects.toMatchObject({ code: "limit-reached" });
    expect((await rawOf(store, choice, 6))["s1/bin/b2 fill"]).toHaveLength(1);
  });

  describe("when a field had another type before", () => {
    const before = base - 30 * day;
    const conflict = /field type conflict: input field "fill"/;

    beforeEach(async () => {
      // InfluxDB knows a field's type by week, so only readings of that week are in conflict.
      const other = { fields: { bin: { fill: "boolean" } }, directory: join(directory, "other") } as const;
      const early = await open(other);
      await early.write(numbered([{ time: before, values: { fill: true } }]), 1);
      await early.close();
    });

    test("one line among thousands is the only one that is refused, and costs few requests", async () => {
      const given = readings.with(1234, { ...readings[1234]!, time: before + 1 });
      expect(await store.write(given.slice(500), 2000)).toEqual([
        { sequence: 1235, reason: expect.stringMatching(conflict) },
      ]);
      expect(store.position()).toBe(2000);
      const good = given.filter(({ sequence }) => sequence !== 1235);
      expect(await rawOf(store, aChoice())).toEqual(expectRaw(keep(good, store.types)));
      const { counts } = await store.stats();
      expect(counts.splitBatches).toBeLessThanOrEqual(Math.ceil(Math.log2(250)));
    });

    test("lines that all are refused are refused together", async () => {
      const given = readings.slice(500).map((reading) => ({ ...reading, time: before + reading.sequence }));
      const refusals = await store.write(given, 2000);
      expect(refusals.map(({ sequence }) => sequence)).toEqual(given.map(({ sequence }) => sequence));
      expect((await store.stats()).counts).toMatchObject({ splitBatches: 0 });
    });
  });
});
