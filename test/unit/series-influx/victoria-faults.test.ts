import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createSystemClock } from "../../../gateway/clock.ts";
import type { SeriesStore } from "../../../gateway/series/contract.ts";
import { openVictoriaStore } from "../../../gateway/series/victoria/store.ts";
import {
  aChoice,
  base,
  expectRaw,
  fields,
  hour,
  keep,
  numbered,
  rawOf,
} from "../../contract/series-model.ts";
import { expectSteps } from "../../contract/series-steps.ts";
import { type FaultyProxy, openFaultyProxy } from "../../support/faulty-proxy.ts";
import { anInfluxSetting } from "../../support/influx-settings.ts";
import { hasVictoria, openVictoria, type VictoriaServer } from "../../support/victoria-server.ts";

describe.skipIf(!hasVictoria)("the store on VictoriaMetrics", () => {
  let server: VictoriaServer;
  let proxy: FaultyProxy;
  let directory: string;
  let store: SeriesStore;
  let databases = 0;

  beforeAll(async () => {
    server = await openVictoria();
    proxy = await openFaultyProxy(server.url);
  });
  afterAll(async () => {
    await proxy?.stop();
    await server?.stop();
  });
  beforeEach(async () => {
    proxy.set({ kind: "none" });
    directory = await mkdtemp(join(tmpdir(), "linli-victoria-faults-"));
    databases += 1;
    store = await openVictoriaStore({
      settings: anInfluxSetting({ url: proxy.url, database: `faults${databases}`, batchLines: 100 }),
      fields,
      directory,
      firstPosition: 0,
      retryMaxMs: 1000,
      maxSeries: 100_000,
      clock: createSystemClock(),
    });
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  });

  const stepped = () => store.stepped({ ...aChoice(), stepMs: hour, level: "raw" });

  test.each([
    { kind: "cut-answer", places: [0, 200, 400] },
    { kind: "cut-request", places: [0, 500, 15_000] },
  ] as const)("nothing is lost or doubled after a $kind", async ({ kind, places }) => {
    const readings = numbered(
      Array.from({ length: 500 }, (_, i) => ({
        time: base + i * 1000,
        quality: i % 3 === 0 ? ("suspect" as const) : ("good" as const),
        values: { fill: i, lidOpen: i % 2 === 0 },
      })),
    );
    for (const afterBytes of places) {
      proxy.set({ kind, afterBytes });
      await expect(store.write(readings, 500)).rejects.toMatchObject({
        code: "series-failed",
        retryable: true,
      });
      expect(store.position()).toBe(0);
    }
    proxy.set({ kind: "none" });
    expect(await store.write(readings, 500)).toEqual([]);
    await server.flush();
    const kept = keep(readings, store.types);
    expect(await rawOf(store, aChoice())).toEqual(expectRaw(kept));
    expectSteps(await stepped(), kept, hour);
  });

  test("of two readings of a device in one millisecond it keeps one", async () => {
    await store.write(numbered([{ values: { fill: 1 } }, { values: { fill: 2 } }]), 2);
    await server.flush();
    expect((await rawOf(store, aChoice()))["s1/bin/b1 fill"]).toHaveLength(1);
    expect((await stepped())[0]?.count).toEqual([1]);
  });
});
