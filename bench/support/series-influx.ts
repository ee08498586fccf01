import { existsSync } from "node:fs";
import { join } from "node:path";
import { benchKind, idOf } from "./series-data.ts";
import { toLines } from "./series-lines.ts";
import { type ServerPlan, startServer } from "./series-server.ts";
import type { Subject, SubjectParts, Wanted } from "./series-subject.ts";

const command = "/usr/bin/influxd";

/** Why InfluxDB cannot be measured here. */
export const influxMissing = existsSync(command) ? undefined : `${command} is missing (apt install influxdb)`;

/** It compacts what was not written to for hours; so that its size is the final one, once it is made to think so at once. */
const settleAtOnce = {
  INFLUXDB_DATA_CACHE_SNAPSHOT_WRITE_COLD_DURATION: "1s",
  INFLUXDB_DATA_COMPACT_FULL_WRITE_COLD_DURATION: "1s",
};

type Series = { tags: { device: string }; columns: string[]; values: unknown[][] };

/** InfluxDB 1.x with its defaults, written by line protocol and asked in InfluxQL. Booleans are 0 and 1: it has no mean of booleans. */
export async function openInflux({ folder, size }: SubjectParts): Promise<Subject> {
  const server = await startServer(plan(folder));
  await server.post("/query", new URLSearchParams({ q: "CREATE DATABASE bench" }));

  async function ask(q: string): Promise<(Series & { statement: number })[]> {
    const text = await server.post("/query?db=bench&epoch=ms", new URLSearchParams({ q }));
    const { results } = JSON.parse(text) as { results: { series?: Series[] }[] };
    return results.flatMap(({ series = [] }, statement) => series.map((one) => ({ ...one, statement })));
  }

  return {
    isHere: false,
    troubles: [],
    usage: () => server.usage(),
    folder,
    batch: 10_000,
    writers: 4,
    prepare(readings) {
      const lines = toLines(readings, { words: "text" });
      return {
        values: readings.length * size.fields,
        until: readings.at(-1)!.time,
        async send() {
          await server.post("/write?db=bench&precision=ms", lines);
        },
      };
    },
    async settle() {
      await server.waitForQuiet();
      await server.restart(plan(folder, settleAtOnce));
      await server.waitForQuiet();
    },
    reopen: () => server.restart(plan(folder)),
    async stepped(wanted, stepMs) {
      const folds = wanted.fields.map((field) =>
        // It can say of words only how many there are and which was last.
        (field === "mode" ? ["count", "last"] : ["count", "mean", "min", "max", "last"])
          .map((fold) => `${fold}("${field}") AS "${fold}_${field}"`)
          .join(", "),
      );
      const found = await ask(
        `SELECT ${folds.join(", ")} ${where(wanted)} GROUP BY time(${stepMs}ms), "device" fill(none)`,
      );
      return found.flatMap(({ tags, columns, values }) =>
        wanted.fields.map((field) => {
          const rows = values.filter((row) => (row[columns.indexOf(`count_${field}`)] as number) > 0);
          const column = (name: string) => rows.map((row) => row[columns.indexOf(name)] as number);
          const means = field === "mode" ? undefined : column(`mean_${field}`);
          const steps = { times: column("time"), counts: column(`count_${field}`), means };
          return { device: numberOf(tags.device), field, ...steps };
        }),
      );
    },
    async latest(wanted) {
      // A statement for each field, for the last value of each has its own time.
      const statements = wanted.fields.map(
        (field) => `SELECT last("${field}") ${where(wanted)} GROUP BY "device"`,
      );
      return (await ask(statements.join("; "))).map(({ statement, tags, values: [row] }) => {
        const field = wanted.fields[statement]!;
        return { device: numberOf(tags.device), field, time: row![0] as number, value: row![1] };
      });
    },
    async raw(wanted) {
      const names = wanted.fields.map((field) => `"${field}"`).join(", ");
      const found = await ask(`SELECT ${names} ${where(wanted)} GROUP BY "device"`);
      return found
        .flatMap(({ values }) => values.flatMap((row) => row.slice(1)))
        .filter((one) => one !== null).length;
    },
    close: () => server.stop(),
  };
}

function where({ devices, from, to }: Wanted): string {
  const ids = devices.map((device) => `"device" = '${idOf(device)}'`).join(" OR ");
  return `FROM "${benchKind}" WHERE (${ids}) AND time >= ${from}ms AND time < ${to}ms`;
}

function plan(folder: string, more: Readonly<Record<string, string>> = {}): ServerPlan {
  return {
    command,
    args: () => ["run", "-config", "/dev/null"],
    env: (port, otherPort) => ({
      INFLUXDB_BIND_ADDRESS: `127.0.0.1:${otherPort}`,
      INFLUXDB_HTTP_BIND_ADDRESS: `127.0.0.1:${port}`,
      INFLUXDB_HTTP_LOG_ENABLED: "false",
      INFLUXDB_META_DIR: join(folder, "meta"),
      INFLUXDB_DATA_DIR: join(folder, "data"),
      INFLUXDB_DATA_WAL_DIR: join(folder, "wal"),
      INFLUXDB_DATA_QUERY_LOG_ENABLED: "false",
      INFLUXDB_MONITOR_STORE_ENABLED: "false",
      INFLUXDB_REPORTING_DISABLED: "true",
      ...more,
    }),
    readyPath: "/ping",
  };
}

function numberOf(id: string): number {
  return Number(id.slice(-5));
}
