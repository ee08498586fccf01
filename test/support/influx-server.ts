import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startChild, waitUntil } from "../../bench/support/child.ts";

/** A real InfluxDB 1.x on a free port with a folder of its own and one empty database. */
export interface InfluxServer {
  readonly url: string;
  readonly pid: number;
  /** Where its data is. */
  readonly folder: string;
  readonly database: string;
  /** Writes line protocol with times in ns; throws with the server's words when it refuses. */
  write(lines: readonly string[]): Promise<void>;
  /** Asks in InfluxQL. `error` is what the server says instead of an answer. */
  query(text: string): Promise<InfluxAnswer>;
  stop(): Promise<void>;
}

/** Series of one statement, or why there are none. */
export interface InfluxAnswer {
  readonly error?: string;
  readonly series: readonly {
    readonly name: string;
    readonly columns: readonly string[];
    readonly values: readonly (readonly unknown[])[];
  }[];
}

/** InfluxDB is on this machine (Debian: influxdb). */
export const hasInflux = spawnSync("influxd", ["version"]).error === undefined;

/** Starts it; the settings that are not given here are its defaults. */
export async function openInflux(): Promise<InfluxServer> {
  const folder = await mkdtemp(join(tmpdir(), "linli-influx-"));
  const port = await freePort();
  const child = startChild("influxd", ["run", "-config", "/dev/null"], {
    env: {
      INFLUXDB_BIND_ADDRESS: `127.0.0.1:${await freePort()}`,
      INFLUXDB_HTTP_BIND_ADDRESS: `127.0.0.1:${port}`,
      INFLUXDB_HTTP_LOG_ENABLED: "false",
      INFLUXDB_META_DIR: join(folder, "meta"),
      INFLUXDB_DATA_DIR: join(folder, "data"),
      INFLUXDB_DATA_WAL_DIR: join(folder, "wal"),
      INFLUXDB_DATA_QUERY_LOG_ENABLED: "false",
      INFLUXDB_MONITOR_STORE_ENABLED: "false",
      INFLUXDB_REPORTING_DISABLED: "true",
    },
  });
  const url = `http://127.0.0.1:${port}`;
  const database = "linli";
  await waitUntil("influxd", child, () =>
    fetch(`${url}/ping`).then(
      ({ status }) => status === 204,
      () => false,
    ),
  );

  const server: InfluxServer = {
    ...{ url, pid: child.pid, folder, database },
    async write(lines) {
      const response = await fetch(`${url}/write?db=${database}`, {
        method: "POST",
        body: lines.join("\n"),
      });
      if (response.status !== 204) throw new RangeError(`${response.status}: ${await response.text()}`);
    },
    async query(text) {
      const response = await fetch(`${url}/query?db=${database}`, {
        method: "POST",
        body: new URLSearchParams({ q: text, epoch: "ms" }),
      });
      const answer = (await response.json()) as { error?: string; results?: Partial<InfluxAnswer>[] };
      const result = answer.results?.[0];
      const error = answer.error ?? result?.error;
      return { ...(error !== undefined && { error }), series: result?.series ?? [] };
    },
    async stop() {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await server.query(`CREATE DATABASE ${database}`);
  return server;
}
