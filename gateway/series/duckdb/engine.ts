import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { GatewayError, messageOf } from "../../errors.ts";

/** One row of an answer: numbers, texts, booleans or null, as the statement orders them. */
export type Row = readonly DuckDBValue[];

/** Reads in one snapshot of the store. */
export interface Snapshot {
  read(sql: string): Promise<Row[]>;
}

/** The database engine: one connection that writes, a few that read beside it. */
export interface Engine {
  readonly writer: DuckDBConnection;
  /** Runs statements that are all done or none of them. */
  transaction<T>(run: () => Promise<T>): Promise<T>;
  /** Reads of the writer, outside of any snapshot. */
  read(sql: string): Promise<Row[]>;
  /** Runs on a connection that reads, in one snapshot; interrupted with `series-failed` after `timeoutMs`. */
  snapshot<T>(timeoutMs: number, run: (snapshot: Snapshot) => Promise<T>): Promise<T>;
  /** Like `snapshot`, for one large answer that is handed out piece by piece. */
  stream(
    timeoutMs: number,
    statement: (snapshot: Snapshot) => Promise<string>,
  ): AsyncIterable<readonly Row[]>;
  /**
   * Makes a database file at `path`, which `run` finds as the schema `copy`, and runs in one snapshot of the store; the file is whole
   * when this resolves. Interrupted like `snapshot`.
   */
  copy<T>(path: string, timeoutMs: number, run: (snapshot: Snapshot) => Promise<T>): Promise<T>;
  close(): void;
}

/** How the engine may use the machine. */
export interface EngineLimits {
  readonly memoryMb: number;
  readonly threads: number;
}

/**
 * Opens the database file; it is made when it does not exist. Rejects with what the engine said: of a file that is
 * damaged, or that another process holds.
 */
export async function openEngine(path: string, folder: string, limits: EngineLimits): Promise<Engine> {
  const instance = await DuckDBInstance.create(path, {
    memory_limit: `${limits.memoryMb}MB`,
    threads: String(limits.threads),
    temp_directory: `${folder}/temp`,
    // Sorting a large day goes through the disk; beyond this it fails instead of filling the disk.
    max_temp_directory_size: "20GB",
    // Fresh values come and go between two checkpoints; writing each of them down as a table would be work for nothing.
    checkpoint_threshold: "128MB",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const writer = await instance.connect();
  // The engine may touch nothing outside of its folder, whatever a statement says.
  await writer.run(`SET allowed_directories = [${quote(folder)}]`);
  await writer.run("SET enable_external_access = false");
  await writer.run("SET parquet_metadata_cache = true");
  await writer.run("SET lock_configuration = true");
  const idle: DuckDBConnection[] = [];

  async function read(connection: DuckDBConnection, sql: string): Promise<Row[]> {
    return (await connection.runAndReadAll(sql)).getRows();
  }

  /** Takes a connection and begins a snapshot on it. */
  async function begin(timeoutMs: number, transaction = "BEGIN TRANSACTION READ ONLY") {
    const connection = idle.pop() ?? (await instance.connect());
    let state: "open" | "late" | "closed" = "open";
    const timer = setTimeout(() => {
      state = "late";
      connection.interrupt();
    }, timeoutMs);

    function drop(): void {
      clearTimeout(timer);
      if (state !== "closed") connection.closeSync();
      state = "closed";
    }
    await connection.run(transaction);
    return {
      connection,
      read: (sql: string) => read(connection, sql),
      async end() {
        await connection.run("COMMIT");
        clearTimeout(timer);
        state = "closed";
        idle.push(connection);
      },
      drop,
      /** Of a connection that failed nobody knows the state: it is closed. Returns what is to be thrown. */
      fail(error: unknown): unknown {
        const wasLate = state === "late";
        drop();
        if (!wasLate) return error;
        const message = `the query took longer than ${timeoutMs} ms; ask for less time, fewer devices or a larger step`;
        return new GatewayError("limit-reached", message, { cause: error });
      },
    };
  }

  return {
    writer,
    read: (sql) => read(writer, sql),
    async transaction(run) {
      await writer.run("BEGIN");
      try {
        const result = await run();
        await writer.run("COMMIT");
        return result;
      } catch (error) {
        await writer.run("ROLLBACK").catch(() => {
          // The first error is the one that tells.
        });
        throw error;
      }
    },
    async snapshot(timeoutMs, run) {
      const reader = await begin(timeoutMs);
      try {
        const result = await run(reader);
        await reader.end();
        return result;
      } catch (error) {
        throw reader.fail(error);
      }
    },
    async *stream(timeoutMs, statement) {
      const reader = await begin(timeoutMs);
      let isWhole = false;
      try {
        const result = await reader.connection.stream(await statement(reader));
        for (;;) {
          const chunk = await result.fetchChunk();
          if (chunk === null || chunk.rowCount === 0) break;
          yield chunk.getRows();
        }
        await reader.end();
        isWhole = true;
      } catch (error) {
        throw reader.fail(error);
      } finally {
        if (!isWhole) reader.drop();
      }
    },
    async copy(path, timeoutMs, run) {
      // The writer may be in the middle of a transaction.
      const helper = await instance.connect();
      await helper.run(`ATTACH ${quote(path)} AS copy`);
      try {
        const reader = await begin(timeoutMs, "BEGIN");
        try {
          const result = await run(reader);
          await reader.end();
          return result;
        } catch (error) {
          throw reader.fail(error);
        }
      } finally {
        // Everything goes into the file with it.
        await helper.run("DETACH copy");
        helper.closeSync();
      }
    },
    close() {
      for (const connection of idle) connection.closeSync();
      writer.closeSync();
      instance.closeSync();
    },
  };
}

/** A text as a literal of SQL. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** True when the engine says that another process holds the file: no damage, it will let go. */
export function isHeldByOther(error: unknown): boolean {
  return /lock on file/i.test(messageOf(error));
}

/** True when the engine gave up its database: only opening it again, or a new one, can help. */
export function isFatal(error: unknown): boolean {
  return /invalidated|FATAL|INTERNAL|corrupt|checksum/i.test(messageOf(error));
}
