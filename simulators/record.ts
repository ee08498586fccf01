import { createWriteStream, existsSync, type WriteStream } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { connect } from "mqtt";
import { trustHint } from "../client/trust.ts";
import type { Clock } from "../gateway/clock.ts";
import { GatewayError, messageOf } from "../gateway/errors.ts";
import { encodeHeader, encodeMessage, openCassette } from "./cassette.ts";
import { maskUrl } from "./mask-url.ts";
import type { SimulatorSettings } from "./settings.ts";

/** What to record, and where to. */
export interface RecordOptions {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly clientId: string;
  readonly filters: readonly string[];
  readonly file: string;
  /** `new`: the file must not exist. `append`: a cassette of the same filters goes on; a torn last line is cut. */
  readonly mode: "new" | "append";
  readonly clock: Pick<Clock, "now">;
  readonly settings: SimulatorSettings;
  /** Stops by itself after so many messages. */
  readonly maxMessages?: number | undefined;
}

/** A recording that runs. */
export interface Recorder {
  /** Settles when the recording is over; rejects when the broker or the disk failed for good. */
  readonly done: Promise<void>;
  stats(): { messages: number; bytes: number; reconnects: number };
  /** Stops taking messages, writes what waits, closes the file. */
  stop(): Promise<void>;
}

/** Subscribes and writes every message down. Throws `broker-refused` when the broker refuses the connection or a filter. */
export async function startRecorder(options: RecordOptions): Promise<Recorder> {
  const { settings, clock, file } = options;
  const { recordedAt: startedAt, isNew } = await prepareFile(options);
  const output = createWriteStream(file, { flags: "a", highWaterMark: settings.recordBufferBytes });
  const stats = { messages: 0, bytes: 0, reconnects: -1 };
  let lastOffset = 0;
  let stopping: Promise<void> | undefined;
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  done.catch(() => {});

  const client = connect(options.url, {
    clientId: options.clientId,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    protocolVersion: 4,
    clean: true,
    keepalive: settings.keepaliveS,
    connectTimeout: settings.connectTimeoutMs,
    reconnectPeriod: settings.backoffMinMs,
    resubscribe: true,
  });
  // mqtt.js acknowledges and reads on only after this answer: a slow disk slows the broker instead of filling memory.
  client.handleMessage = (packet, next) => {
    if (stopping !== undefined || packet.cmd !== "publish") return next();
    lastOffset = Math.max(lastOffset, clock.now() - startedAt);
    const { topic, qos, retain } = packet;
    const payload = Buffer.from(packet.payload);
    const line = encodeMessage({ offsetMs: lastOffset, topic, qos, retain, payload });
    stats.messages++;
    stats.bytes += line.length;
    const hasRoom = output.write(line);
    if (stats.messages === options.maxMessages) void stop();
    if (hasRoom) next();
    else output.once("drain", () => next());
  };
  client.on("connect", () => stats.reconnects++);
  output.on("error", (error) => {
    void client.endAsync(true);
    reject(
      new GatewayError("internal", `cassette ${file} cannot be written: ${error.message}`, { cause: error }),
    );
  });

  async function stop(): Promise<void> {
    stopping ??= (async () => {
      await client.endAsync(!client.connected);
      await closeFile(output);
      resolve();
    })();
    return stopping;
  }

  try {
    await subscribed(client, options);
  } catch (error) {
    await client.endAsync(true);
    await closeFile(output);
    // Nothing was recorded: the next try shall not find a file in its way.
    if (isNew) await unlink(file);
    throw error;
  }
  return { done, stats: () => ({ ...stats }), stop };
}

function closeFile(output: WriteStream): Promise<void> {
  return new Promise((resolve) => output.end(() => resolve()));
}

/** Makes or continues the file; `recordedAt` is the time of offset 0. */
async function prepareFile({
  file,
  mode,
  url,
  filters,
  clock,
  settings,
}: RecordOptions): Promise<{ recordedAt: number; isNew: boolean }> {
  if (mode === "append" && existsSync(file)) {
    await cutTornLine(file, settings.recordBufferBytes);
    const { recordedAt } = (await openCassette(file, settings)).header;
    return { recordedAt, isNew: false };
  }
  const recordedAt = clock.now();
  const header = encodeHeader({
    format: "linli-cassette",
    version: 1,
    recordedAt,
    broker: maskUrl(url),
    filters: [...filters],
  });
  try {
    const handle = await open(file, "wx");
    await handle.writeFile(header);
    await handle.close();
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === "EEXIST";
    const why = exists ? "exists already; use --append to go on with it" : messageOf(cause);
    throw new GatewayError("conflict", `cassette ${file} cannot be made: ${why}`, { cause });
  }
  return { recordedAt, isNew: true };
}

/** A recorder that was killed may have left half a line. */
async function cutTornLine(file: string, mostBytes: number): Promise<void> {
  const handle = await open(file, "r+");
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, mostBytes);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    const end = buffer.lastIndexOf(10);
    if (end !== -1) await handle.truncate(size - length + end + 1);
  } finally {
    await handle.close();
  }
}

async function subscribed(client: ReturnType<typeof connect>, options: RecordOptions): Promise<void> {
  const url = maskUrl(options.url);
  await new Promise<void>((resolve, reject) => {
    client.once("connect", () => resolve());
    client.once("error", (cause) => {
      const code = (cause as NodeJS.ErrnoException).code;
      reject(
        new GatewayError(
          "broker-refused",
          `broker ${url} refused the connection: ${trustHint(cause) ?? (messageOf(cause) || code)}`,
          { cause },
        ),
      );
    });
    client.once("close", () =>
      reject(new GatewayError("broker-refused", `broker ${url} closed the connection`)),
    );
  });
  for (const filter of options.filters) {
    let granted: number | undefined;
    try {
      granted = (await client.subscribeAsync(filter, { qos: 1 }))[0]?.qos;
    } catch (cause) {
      throw new GatewayError("broker-refused", `broker ${url} refused the subscription to "${filter}"`, {
        cause,
      });
    }
    if (granted === undefined || granted > 2) {
      throw new GatewayError("broker-refused", `broker ${url} refused the subscription to "${filter}"`);
    }
  }
}
