import { createReadStream } from "node:fs";
import { z } from "zod";
import { GatewayError } from "../gateway/errors.ts";
import { type Line, readLines } from "./lines.ts";

/** First line of a cassette. */
export const cassetteHeader = z.object({
  format: z.literal("linli-cassette"),
  version: z.literal(1),
  /** Epoch ms at offset 0. */
  recordedAt: z.int().min(0),
  /** Address of the broker, without credentials. */
  broker: z.string(),
  filters: z.array(z.string()),
});

/** Every other line of a cassette. */
export const cassetteLine = z.strictObject({
  offsetMs: z.int().min(0),
  topic: z.string().min(1).max(65_535),
  qos: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  retain: z.boolean(),
  payload: z.base64(),
});

/** Parsed first line of a cassette. */
export type CassetteHeader = z.infer<typeof cassetteHeader>;

/** One recorded message. */
export interface CassetteMessage {
  /** After `recordedAt`, ms; never falls from one message to the next. */
  readonly offsetMs: number;
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly payload: Buffer;
}

/** A recording of MQTT traffic. */
export interface Cassette {
  readonly header: CassetteHeader;
  /** The messages in order, read anew at each call. */
  messages(): AsyncIterable<CassetteMessage>;
}

/** Opens an NDJSON cassette. Faults are `cassette-invalid` and name the line. */
export async function openCassette(path: string, bounds: { maxLineBytes: number }): Promise<Cassette> {
  const chunks = () => createReadStream(path);
  return cassetteFrom({ name: path, chunks, ...bounds });
}

/** A cassette whose text comes from anywhere, for example a test. */
export async function cassetteFrom(source: {
  name: string;
  chunks: () => AsyncIterable<Buffer | string> | Iterable<Buffer | string>;
  maxLineBytes: number;
}): Promise<Cassette> {
  const { name } = source;
  for await (const line of linesOf(source)) {
    return {
      header: parse(cassetteHeader, line, name),
      messages: () => readMessages(source),
    };
  }
  throw new GatewayError("cassette-invalid", `${name} is empty; the first line must be a cassette header`);
}

/** The text of a header line, line feed included. */
export function encodeHeader(header: CassetteHeader): string {
  return `${JSON.stringify(header)}\n`;
}

/** The text of a message line, line feed included. */
export function encodeMessage(message: CassetteMessage): string {
  const { offsetMs, topic, qos, retain, payload } = message;
  return `${JSON.stringify({ offsetMs, topic, qos, retain, payload: payload.toString("base64") })}\n`;
}

async function* readMessages(source: Parameters<typeof cassetteFrom>[0]): AsyncGenerator<CassetteMessage> {
  let isHeader = true;
  let before = 0;
  for await (const line of linesOf(source)) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    const { payload, ...rest } = parse(cassetteLine, line, source.name);
    if (rest.offsetMs < before) {
      throw invalid(
        source.name,
        line,
        `offsetMs ${rest.offsetMs} is less than ${before} of the message before it`,
      );
    }
    before = rest.offsetMs;
    yield { ...rest, payload: Buffer.from(payload, "base64") };
  }
}

async function* linesOf(source: Parameters<typeof cassetteFrom>[0]): AsyncGenerator<Line> {
  try {
    yield* readLines(source.chunks(), source);
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    throw new GatewayError("cassette-invalid", `${source.name} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function parse<T>(schema: z.ZodType<T>, line: Line, name: string): T {
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch (cause) {
    const torn = line.isTorn
      ? " (the last line is torn; remove it, or record with --append, which does)"
      : "";
    throw invalid(name, line, `not JSON: ${(cause as Error).message}${torn}`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalid(name, line, `${issue?.path.join(".") || "line"}: ${issue?.message}`);
}

function invalid(name: string, line: Line, why: string): GatewayError {
  return new GatewayError("cassette-invalid", `${name} line ${line.number}: ${why}`, {
    path: `${line.number}`,
  });
}
