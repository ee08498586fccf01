import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import { readJsonLines } from "./json-lines.ts";
import type { Server } from "./server.ts";

/** Some rows of one statement and one device. */
export interface Block {
  /** Position of the statement in the query, from 0. */
  readonly statement: number;
  /** The device's id; empty when the statement does not group by it. */
  readonly id: string;
  /** The site; empty when the statement does not group by it. */
  readonly site: string;
  /** Columns as selected, the time first: epoch ms, or a text with nanoseconds for `exact` times. */
  readonly rows: readonly (readonly unknown[])[];
}

/** Asks statements in one request and gives their answers in order, as they come. */
export type Ask = (statements: readonly string[], patience?: "answer" | "piece") => AsyncIterable<Block>;

/** Makes the way to ask InfluxQL, which InfluxDB 1, 2 and 3 understand. */
export function createAsk(server: Server, database: string, times: "ms" | "exact" = "ms"): Ask {
  return async function* ask(statements, patience = "answer") {
    const query = {
      db: database,
      q: statements.join(";"),
      ...(times === "ms" && { epoch: "ms" }),
      chunked: "true",
      chunk_size: chunkRows,
    };
    const pieces = server.read({ path: `/query?${new URLSearchParams(query)}`, patience });
    for await (const { results = [], error } of readJsonLines(pieces, answer)) {
      for (const result of [{ error }, ...results]) {
        if (result.error === undefined) continue;
        // Before the first write there is no database, and nothing in it.
        if (result.error.startsWith("database not found")) return;
        const message = `${server.name} refused a query: ${result.error.slice(0, 500)}`;
        throw new GatewayError("series-failed", message, { retryable: true });
      }
      for (const { statement_id: statement, series = [] } of results)
        for (const { tags, values = [] } of series)
          yield { statement, id: tags?.device ?? "", site: tags?.site ?? "", rows: values };
    }
  };
}

const chunkRows = "1000";

const answer = z.object({
  error: z.string().optional(),
  results: z
    .array(
      z.object({
        error: z.string().optional(),
        statement_id: z.int().default(0),
        series: z
          .array(
            z.object({
              tags: z.object({ device: z.string().optional(), site: z.string().optional() }).optional(),
              values: z.array(z.array(z.unknown())).optional(),
            }),
          )
          .optional(),
      }),
    )
    .optional(),
});
