import { existsSync } from "node:fs";
import { benchKind, idOf } from "./series-data.ts";
import { toLines } from "./series-lines.ts";
import { type ServerPlan, startServer } from "./series-server.ts";
import type { Subject, SubjectParts, Wanted } from "./series-subject.ts";

const command = "/usr/bin/victoria-metrics";

/** Why VictoriaMetrics cannot be measured here. */
export const victoriaMissing = existsSync(command)
  ? undefined
  : `${command} is missing (apt install victoria-metrics)`;

interface Found {
  metric: { device: string; rollup: string };
  values?: [number, string][];
  value?: [number, string];
}

/** VictoriaMetrics with its defaults, written by line protocol and asked in MetricsQL. It has no texts: words are numbers. */
export async function openVictoria({ folder, size }: SubjectParts): Promise<Subject> {
  const server = await startServer(plan(folder));

  /** `nocache`: otherwise it moves the times of a query to where its cache has values. */
  async function ask(path: string, parts: Record<string, string>): Promise<Found[]> {
    const text = await server.post(`/api/v1/${path}`, new URLSearchParams({ ...parts, nocache: "1" }));
    return (JSON.parse(text) as { data: { result: Found[] } }).data.result;
  }

  async function stepsOf(field: string, wanted: Wanted, stepMs: number) {
    const result = await ask("query_range", {
      query: `aggr_over_time((${folds}), ${selector(field, wanted)}[${stepMs}ms])`,
      // A point looks back, without the moment one step before it: the last millisecond of a step sees exactly that step.
      start: seconds(wanted.from + stepMs - 1),
      end: seconds(wanted.to - 1),
      step: `${stepMs}ms`,
    });
    const counts = result.filter(({ metric }) => metric.rollup === "count_over_time");
    return counts.map(({ metric: { device }, values = [] }) => {
      const means = result.find(({ metric: m }) => m.device === device && m.rollup === "avg_over_time");
      return {
        ...{ device: numberOf(device), field },
        times: values.map(([at]) => Math.round(at * 1000) + 1 - stepMs),
        counts: values.map(([, count]) => Number(count)),
        means: field === "mode" ? undefined : means?.values?.map(([, mean]) => Number(mean)),
      };
    });
  }

  async function latestOf(field: string, wanted: Wanted) {
    const result = await ask("query", {
      query: `aggr_over_time(("last_over_time", "tlast_over_time"), ${selector(field, wanted)}[${wanted.to - wanted.from}ms])`,
      time: seconds(wanted.to - 1),
    });
    const times = new Map(
      result
        .filter(({ metric }) => metric.rollup === "tlast_over_time")
        .map(({ metric, value }) => [metric.device, Math.round(Number(value![1]) * 1000)]),
    );
    return result
      .filter(({ metric }) => metric.rollup === "last_over_time")
      .map(({ metric: { device }, value }) => ({
        ...{ device: numberOf(device), field },
        time: times.get(device) ?? Number.NaN,
        value: Number(value![1]),
      }));
  }

  return {
    isHere: false,
    troubles: [],
    usage: () => server.usage(),
    folder,
    batch: 10_000,
    writers: 4,
    prepare(readings) {
      const lines = toLines(readings, { words: "number" });
      return {
        values: readings.length * size.fields,
        until: readings.at(-1)!.time,
        async send() {
          await server.post("/write?precision=ms", lines);
        },
      };
    },
    async settle() {
      await server.post("/internal/force_flush", "");
      await server.post("/internal/force_merge", "");
      await server.waitForQuiet();
    },
    reopen: () => server.restart(plan(folder)),
    // A query for each field, at the same time, as the panels of a screen ask.
    stepped: async (wanted, stepMs) =>
      (await Promise.all(wanted.fields.map((field) => stepsOf(field, wanted, stepMs)))).flat(),
    latest: async (wanted) =>
      (await Promise.all(wanted.fields.map((field) => latestOf(field, wanted)))).flat(),
    async raw(wanted) {
      const match = `{__name__=~"${benchKind}_(${wanted.fields.join("|")})",device=~"${ids(wanted)}"}`;
      const times = { start: seconds(wanted.from), end: seconds(wanted.to - 1) };
      const lines = await server.post("/api/v1/export", new URLSearchParams({ "match[]": match, ...times }));
      const series = lines.split("\n").filter(Boolean);
      return series.reduce((sum, line) => sum + (JSON.parse(line) as { values: number[] }).values.length, 0);
    },
    close: () => server.stop(),
  };
}

const folds = ["count", "avg", "min", "max", "last"].map((fold) => `"${fold}_over_time"`).join(", ");

function selector(field: string, wanted: Wanted): string {
  return `${benchKind}_${field}{device=~"${ids(wanted)}"}`;
}

function ids({ devices }: Wanted): string {
  return devices.map(idOf).join("|");
}

const seconds = (ms: number) => (ms / 1000).toFixed(3);

const numberOf = (id: string) => Number(id.slice(-5));

function plan(folder: string): ServerPlan {
  return {
    command,
    args: (port) => [
      `-httpListenAddr=127.0.0.1:${port}`,
      `-storageDataPath=${folder}`,
      "-retentionPeriod=100y",
    ],
    env: () => ({}),
    readyPath: "/health",
  };
}
