import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSystemClock } from "../../gateway/clock.ts";
import { createLog } from "../../gateway/log.ts";
import type { SeriesStore } from "../../gateway/series/contract.ts";
import { openDuckdbStore } from "../../gateway/series/duckdb/store.ts";
import { openInfluxStore } from "../../gateway/series/influx/store.ts";
import { seriesSettings } from "../../gateway/series/settings.ts";
import { openVictoriaStore } from "../../gateway/series/victoria/store.ts";
import { hasInflux, openInflux } from "../../test/support/influx-server.ts";
import { hasVictoria, openVictoria } from "../../test/support/victoria-server.ts";
import { benchFields } from "./series-data.ts";

/** A store that is measured. */
export interface MeasuredStore {
  readonly store: SeriesStore;
  /** Where its data is. */
  readonly folder: string;
  /** The server's process; undefined where the store is in this one. */
  readonly pid: number | undefined;
  /** Opens it anew, as after a restart of the gateway. */
  reopen(): Promise<SeriesStore>;
  /** Waits until what was written can be read. */
  settle(): Promise<void>;
  remove(): Promise<void>;
}

/** Opens a store; `now` is the time of the data. */
export type OpenMeasured = (now: () => number, folder: string | undefined) => Promise<MeasuredStore>;

/** Every store, and what is missing where it cannot run. */
export const measuredStores: Readonly<Record<string, { open: OpenMeasured; missing: string | undefined }>> = {
  duckdb: { open: openEmbedded, missing: undefined },
  influxdb: { open: openWithInflux, missing: hasInflux ? undefined : "influxd (apt install influxdb)" },
  "victoria-metrics": {
    open: openWithVictoria,
    missing: hasVictoria ? undefined : "victoria-metrics (apt install victoria-metrics)",
  },
};

const dayMs = 86_400_000;
/** All of a year is kept as it came, so that a store of 100 million values is one. */
const settings = seriesSettings.parse({
  queryTimeoutMs: 120_000,
  duckdb: { keepRawMs: 400 * dayMs },
  influx: { api: "v1", timeoutMs: 120_000 },
});

async function openEmbedded(now: () => number, kept: string | undefined): Promise<MeasuredStore> {
  const folder = kept ?? (await mkdtemp(join(tmpdir(), "bench-series-")));
  const open = () =>
    openDuckdbStore({
      ...{ directory: folder, settings, fields: benchFields, beginsAfter: 0 },
      clock: { now },
      log: createLog({ level: "warn" }),
    });
  let store = await open();
  return {
    get store() {
      return store;
    },
    folder,
    pid: undefined,
    async reopen() {
      await store.close();
      store = await open();
      return store;
    },
    settle: async () => {},
    async remove() {
      await store.close();
      if (kept === undefined) await rm(folder, { recursive: true });
    },
  };
}

async function openWithInflux(): Promise<MeasuredStore> {
  const server = await openInflux();
  return openRemote(server, openInfluxStore, async () => {});
}

async function openWithVictoria(): Promise<MeasuredStore> {
  const server = await openVictoria();
  return openRemote(server, openVictoriaStore, () => server.flush());
}

async function openRemote(
  server: { url: string; pid: number; folder: string; stop(): Promise<void> },
  openStore: typeof openInfluxStore,
  settle: () => Promise<void>,
): Promise<MeasuredStore> {
  const directory = await mkdtemp(join(tmpdir(), "bench-series-"));
  const open = () =>
    openStore({
      ...{ directory, fields: benchFields, firstPosition: 0, retryMaxMs: 1000, clock: createSystemClock() },
      settings: { ...settings.influx, url: server.url },
    });
  const store = await open();
  return {
    ...{ store, settle, folder: server.folder, pid: server.pid, reopen: open },
    async remove() {
      await store.close();
      await server.stop();
      await rm(directory, { recursive: true });
    },
  };
}
