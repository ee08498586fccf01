import type { HttpError } from "@influxdata/influxdb-client";
import { wasJson } from "./exchange.ts";

/** What a server answered to a write. */
export interface Reply {
  readonly status: number;
  /** The status and what the server said: `HTTP 404: database not found: "linli"`. At most 500 characters. */
  readonly words: string;
  /** It came from the store itself: gateways, proxies and TLS servers in front of it answer in text or HTML. */
  readonly isJson: boolean;
  /** How many lines of the request were not taken, where the server counts them. */
  readonly dropped: number | undefined;
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number | undefined;
}

/** Reads the answer of a server that refused. */
export function readReply({ statusCode, body = "", headers }: HttpError): Reply {
  const words = jsonWords(body);
  const said = (words ?? body).trim().slice(0, maxWords);
  return {
    status: statusCode,
    words: `HTTP ${statusCode}${said === "" ? "" : `: ${said}`}`,
    isJson: headers?.[wasJson] !== undefined,
    dropped: readDropped(words),
    retryAfterMs: readRetryAfter(String(headers?.["retry-after"] ?? "")),
  };
}

/** A reply that was no refusal. */
export function replyOf(status: number): Reply {
  return { status, words: `HTTP ${status}`, isJson: false, dropped: undefined, retryAfterMs: undefined };
}

const maxWords = 500;

/** InfluxDB 1.x and VictoriaMetrics say `error`, InfluxDB 2 `message`; undefined when the body was cut or is no JSON. */
function jsonWords(body: string): string | undefined {
  try {
    const said: unknown = JSON.parse(body);
    if (typeof said !== "object" || said === null) return undefined;
    const words = "error" in said ? said.error : "message" in said ? said.message : undefined;
    return typeof words === "string" ? words : undefined;
  } catch {
    return undefined;
  }
}

/** The last word counts only: what comes before may be a line with any text in it. */
function readDropped(words: string | undefined): number | undefined {
  const count = /\bdropped=(\d+)$/.exec(words ?? "")?.[1];
  return count === undefined ? undefined : Number(count);
}

/** Seconds; the other form, a date, depends on both clocks and is left to the caller's own pause. */
function readRetryAfter(header: string): number | undefined {
  return /^\d{1,9}$/.test(header) ? Number(header) * 1000 : undefined;
}
