import type { z } from "zod";
import { GatewayError, messageOf } from "../../errors.ts";

/** Each line of an answer. Throws `series-failed` for one that is no JSON, does not fit or is longer than 64 Mi characters. */
export async function* readJsonLines<T>(
  pieces: AsyncIterable<Uint8Array>,
  schema: z.ZodType<T>,
): AsyncIterable<T> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let length = 0;
  for await (const piece of pieces) {
    const [first = "", ...others] = decoder.decode(piece, { stream: true }).split("\n");
    parts.push(first);
    length += first.length;
    if (length > maxLineLength) throw unreadable(`a line longer than ${maxLineLength} characters`);
    for (const next of others) {
      if (length > 0) yield parse(parts.join(""), schema);
      parts = [next];
      length = next.length;
    }
  }
  if (length > 0) yield parse(parts.join(""), schema);
}

/** A line of VictoriaMetrics holds 100 devices: 200,000 points of five foldings take 35 Mi characters. */
const maxLineLength = 67_108_864;

function parse<T>(line: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (cause) {
    throw unreadable(`${messageOf(cause).slice(0, 200)} in "${line.slice(0, 100)}"`, cause);
  }
}

function unreadable(what: string, cause?: unknown): GatewayError {
  const message = `the series server's answer cannot be read: ${what}`;
  return new GatewayError("series-failed", message, { cause, retryable: true });
}
