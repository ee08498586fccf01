import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { SeriesStore } from "./contract.ts";
import { exportFolder } from "./export/file.ts";
import type { OpenOptions } from "./protocol.ts";
import type { SeriesSettings } from "./settings.ts";

interface OpenParts {
  readonly options: OpenOptions;
  readonly clock: Clock;
  readonly log: Log;
}

/** The drivers by the name in the settings; each is loaded only when it is chosen. */
const drivers: Readonly<Record<SeriesSettings["store"], (parts: OpenParts) => Promise<SeriesStore>>> = {
  async duckdb({ options, clock, log }) {
    const { openDuckdbStore } = await import("./duckdb/store.ts");
    return openDuckdbStore({ ...options, beginsAfter: options.first - 1, clock, log });
  },
  async influxdb(parts) {
    const { openInfluxStore } = await import("./influx/store.ts");
    return openInfluxStore(serverParts(parts));
  },
  async "victoria-metrics"(parts) {
    const { openVictoriaStore } = await import("./victoria/store.ts");
    return openVictoriaStore(serverParts(parts));
  },
};

function serverParts({ options: { settings, fields, directory, first, keepPersonsMs }, clock }: OpenParts) {
  const { influx, retryMaxMs, maxSeries } = settings;
  return {
    settings: influx,
    retryMaxMs,
    maxSeries,
    fields,
    directory,
    firstPosition: first - 1,
    keepPersonsMs,
    clock,
  };
}

/** Opens the store of the settings. A store that is ahead of the journal, after a restored backup, goes back to its end. */
export async function openStore(parts: OpenParts): Promise<SeriesStore> {
  const { options, log } = parts;
  const exports = join(options.directory, exportFolder);
  await rm(exports, { recursive: true, force: true });
  await mkdir(exports, { recursive: true, mode: 0o700 });
  const store = await drivers[options.settings.store](parts);
  if (store.position() > options.last) {
    log.warn({ position: store.position(), last: options.last }, "series store is ahead of the journal");
    await store.write([], options.last);
  }
  return store;
}
