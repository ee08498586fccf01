import {
  DOUBLE,
  type DuckDBAppender,
  DuckDBDataChunk,
  type DuckDBVector,
  UINTEGER,
  UTINYINT,
} from "@duckdb/node-api";
import type { PastQuality, SeriesReading } from "../contract.ts";
import type { Dictionary } from "./dictionary.ts";
import type { Engine } from "./engine.ts";

/** Number of a quality in a row. */
export const qualities: readonly PastQuality[] = ["good", "suspect", "simulated"];

/** Adds the values of readings to the table `fresh`, inside the writer's transaction. Returns how many there were. */
export async function appendFresh(
  engine: Pick<Engine, "writer">,
  dictionary: Pick<Dictionary, "device" | "word">,
  readings: readonly SeriesReading[],
): Promise<number> {
  if (readings.length === 0) return 0;
  const appender = await engine.writer.createAppender("fresh");
  let chunk = openChunk();
  let count = 0;
  for (const { site, kind, id, time, receivedAt, sequence, quality, values } of readings) {
    const device = dictionary.device(site, kind, id);
    const doubt = qualities.indexOf(quality);
    for (const field in values) {
      const value = values[field]!;
      const word = typeof value === "string" ? dictionary.word(value) : 0;
      const series = word === undefined ? undefined : device.number(field);
      if (series === undefined) continue;
      const { columns, rows } = chunk;
      columns.series[rows] = series;
      columns.time[rows] = time;
      columns.received[rows] = receivedAt;
      columns.sequence[rows] = sequence;
      columns.num[rows] = word === 0 ? Number(value) : Number.NaN;
      columns.word[rows] = word!;
      columns.quality[rows] = doubt;
      chunk.rows += 1;
      count += 1;
      if (chunk.rows < chunkRows) continue;
      close(appender, chunk);
      chunk = openChunk();
    }
  }
  if (chunk.rows > 0) close(appender, chunk);
  appender.closeSync();
  return count;
}

/** Rows of the engine's own unit, its vector size. */
const chunkRows = 2048;

const types = [UINTEGER, DOUBLE, DOUBLE, DOUBLE, DOUBLE, UINTEGER, UTINYINT];
const names = ["series", "time", "received", "sequence", "num", "word", "quality"] as const;

/** Rows on their way: each column is the engine's own memory, which costs a tenth of a call for each value. */
interface Chunk {
  readonly data: DuckDBDataChunk;
  readonly vectors: readonly DuckDBVector[];
  readonly columns: Readonly<Record<(typeof names)[number], Float64Array>>;
  rows: number;
}

function openChunk(): Chunk {
  const data = DuckDBDataChunk.create(types, chunkRows);
  const vectors = types.map(
    (_, index) => data.getColumnVector(index) as DuckDBVector & { items: Float64Array },
  );
  const columns = Object.fromEntries(names.map((name, index) => [name, vectors[index]!.items]));
  return { data, vectors, columns: columns as Chunk["columns"], rows: 0 };
}

function close(appender: DuckDBAppender, { data, vectors, rows }: Chunk): void {
  for (const vector of vectors) vector.flush();
  data.rowCount = rows;
  appender.appendDataChunk(data);
}
