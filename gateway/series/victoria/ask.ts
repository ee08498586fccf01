import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import { readJsonLines } from "../influx/json-lines.ts";
import type { Server } from "../influx/server.ts";
import { seconds } from "./promql.ts";
import type { Windows } from "./windows.ts";

/** One series of an answer: its labels, and values by the last millisecond of their windows. */
export interface Vector {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly { readonly time: number; readonly value: number }[];
}

/** Values of one series as they came, or the next of them: arrays of one length, oldest first. */
export interface Piece {
  readonly labels: Readonly<Record<string, string>>;
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** Ways to ask VictoriaMetrics. */
export interface Asks {
  /** Evaluates a query at the end of each window. */
  evaluate(query: string, windows: Windows, stepMs: number): Promise<readonly Vector[]>;
  /** Values as they came; `to` is exclusive. */
  export(
    selector: string,
    during: { from: number; to: number },
    patience: "answer" | "piece",
  ): AsyncIterable<Piece>;
  /** Series of the whole server. */
  countSeries(): Promise<number>;
}

/** Makes the ways to ask. */
export function createAsks(server: Server): Asks {
  /** Answers that are one JSON text, on one line. */
  async function one<T>(schema: z.ZodType<T>, path: string, form: Record<string, string>): Promise<T> {
    const pieces = server.read({ path, form: new URLSearchParams(form), patience: "answer" });
    for await (const line of readJsonLines(pieces, schema)) return line;
    throw new GatewayError("series-failed", `${server.name} answered nothing`, { retryable: true });
  }

  return {
    async evaluate(query, { first, last }, stepMs) {
      const { data } = await one(matrix, "/api/v1/query_range", {
        query,
        start: seconds(first),
        end: seconds(last),
        step: `${stepMs}ms`,
        // The server's cache moves the points to multiples of the step and does not see late values.
        nocache: "1",
      });
      return data.result.map(({ metric, values }) => ({
        labels: metric,
        points: values.map(([at, value]) => ({ time: Math.round(at * 1000), value: Number(value) })),
      }));
    },
    async *export(selected, { from, to }, patience) {
      if (from >= to) return;
      const form = new URLSearchParams({
        "match[]": selected,
        start: seconds(Math.max(from, 0)),
        end: seconds(to - 1),
        max_rows_per_line: "1000",
      });
      const pieces = server.read({ path: "/api/v1/export", form, patience });
      for await (const { metric, values, timestamps } of readJsonLines(pieces, exported))
        yield { labels: metric, values, times: timestamps };
    },
    async countSeries() {
      const { data } = await one(count, "/api/v1/series/count", {});
      return data[0] ?? 0;
    },
  };
}

const labels = z.record(z.string(), z.string());
const matrix = z.object({
  data: z.object({
    result: z.array(z.object({ metric: labels, values: z.array(z.tuple([z.number(), z.string()])) })),
  }),
});
const exported = z.object({ metric: labels, values: z.array(z.number()), timestamps: z.array(z.number()) });
const count = z.object({ data: z.array(z.number()) });
