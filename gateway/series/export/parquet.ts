import { rm } from "node:fs/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import type { RowWriter } from "./row-writer.ts";

/** Makes a Parquet file: numbers and booleans (as 0 and 1) stand in `value`, words in `text`. */
export async function openParquet(path: string): Promise<RowWriter> {
  // Through a database file beside it, because the values may be more than fit into memory.
  const draft = `${path}.duckdb`;
  const instance = await DuckDBInstance.create(draft, { memory_limit: "128MB", threads: "1" });
  const connection = await instance.connect();
  await connection.run(
    "CREATE TABLE rows (time BIGINT, device VARCHAR, field VARCHAR, num DOUBLE, word VARCHAR, quality VARCHAR, received BIGINT)",
  );
  const appender = await connection.createAppender("rows");

  async function close(): Promise<void> {
    connection.closeSync();
    instance.closeSync();
    await rm(draft, { force: true });
    await rm(`${draft}.wal`, { force: true });
  }

  return {
    async add(rows) {
      for (const { time, device, field, value, quality, receivedAt } of rows) {
        appender.appendBigInt(BigInt(time));
        appender.appendVarchar(device);
        appender.appendVarchar(field);
        if (typeof value === "string") appender.appendNull();
        else appender.appendDouble(Number(value));
        if (typeof value === "string") appender.appendVarchar(value);
        else appender.appendNull();
        appender.appendVarchar(quality);
        appender.appendBigInt(BigInt(receivedAt));
        appender.endRow();
      }
      appender.flushSync();
    },
    async finish() {
      appender.closeSync();
      await connection.run(
        `COPY (SELECT make_timestamp_ms(time)::TIMESTAMP_MS AS time, device, field, num AS "value", word AS "text", quality,
          make_timestamp_ms(received)::TIMESTAMP_MS AS "receivedAt" FROM rows) TO '${path.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`,
      );
      await close();
    },
    drop: close,
  };
}
