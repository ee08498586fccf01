import { DOUBLE, DuckDBDataChunk, type DuckDBVector, UINTEGER, UTINYINT } from "@duckdb/node-api";
import type { PastQuality, SeriesReading } from "../contract.ts";
import type { Dictionary } from "./dictionary.ts";
import type { Engine } from "./engine.ts";

/** Number of a quality in a row. */
export const qualities: readonly PastQuality[] = ["good", "suspect", "simulated"];

/** Adds the values of readings to the table `fresh`, inside the writer's transaction. Returns how many there were. */
export async function appendFresh(
  engine: Pick<Engine, "writer">,
  dictionary: Pick<Dictionary, "series" | "word">,
  readings: readonly SeriesReading[],
): Promise<number> {
  const rows = collect(dictionary, readings);
  if (rows.length === 0) return 0;
  const appender = await engine.writer.createAppender("fresh");
  for (let from = 0; from < rows.length; from += chunkRows) {
    appender.appendDataChunk(chunkOf(rows, from, Math.min(chunkRows, rows.length - from)));
  }
  appender.closeSync();
  return rows.length;
}

/** Rows of the engine's own unit, its vector size. */
const chunkRows = 2048;

interface Rows {
  length: number;
  readonly series: number[];
  readonly time: number[];
  readonly received: number[];
  readonly sequence: number[];
  readonly num: number[];
  readonly word: number[];
  readonly quality: number[];
}

function collect(dictionary: Pick<Dictionary, "series" | "word">, readings: readonly SeriesReading[]): Rows {
  const rows: Rows = {
    length: 0,
    ...{ series: [], time: [], received: [], sequence: [], num: [], word: [], quality: [] },
  };
  const place = { site: "", kind: "", id: "", field: "" };
  for (const reading of readings) {
    const quality = qualities.indexOf(reading.quality);
    place.site = reading.site;
    place.kind = reading.kind;
    place.id = reading.id;
    for (const field in reading.values) {
      const value = reading.values[field]!;
      const word = typeof value === "string" ? dictionary.word(value) : 0;
      if (word === undefined) continue;
      place.field = field;
      const series = dictionary.series(place);
      if (series === undefined) continue;
      rows.series.push(series);
      rows.time.push(reading.time);
      rows.received.push(reading.receivedAt);
      rows.sequence.push(reading.sequence);
      rows.num.push(word === 0 ? Number(value) : Number.NaN);
      rows.word.push(word);
      rows.quality.push(quality);
      rows.length += 1;
    }
  }
  return rows;
}

const types = [UINTEGER, DOUBLE, DOUBLE, DOUBLE, DOUBLE, UINTEGER, UTINYINT];

function chunkOf(rows: Rows, from: number, count: number): DuckDBDataChunk {
  const chunk = DuckDBDataChunk.create(types, count);
  const columns = [rows.series, rows.time, rows.received, rows.sequence, rows.num, rows.word, rows.quality];
  for (const [index, column] of columns.entries()) {
    // The engine's own memory behind the vector: filling it costs a tenth of a call for each value.
    const vector = chunk.getColumnVector(index) as DuckDBVector & { readonly items: Float64Array };
    for (let i = 0; i < count; i++) vector.items[i] = column[from + i]!;
    vector.flush();
  }
  return chunk;
}
