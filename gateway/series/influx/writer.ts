import type { Clock } from "../../clock.ts";
import { GatewayError } from "../../errors.ts";
import type { SeriesReading, SeriesRefusal } from "../contract.ts";
import { type Line, type LineShape, toLine } from "./line.ts";
import type { Position } from "./position.ts";
import type { Reply } from "./reply.ts";
import type { Server } from "./server.ts";

/** Writes readings to a server. */
export interface Writer {
  /** As `SeriesStore.write`; one at a time. */
  write(readings: readonly SeriesReading[], cursor: number): Promise<readonly SeriesRefusal[]>;
  /** Batches that were split to find what the server refuses, since the start. */
  splits(): number;
}

/**
 * Makes the writer: batches of `batchLines`, each one request that is waited for; the position moves after the last.
 * A batch with a line that the server can never take is halved until that line is alone: about 2 log2(n) requests for
 * one in n. Lines that a server refuses in one reason are next to each other by then, and refused together where the
 * server says how many it dropped.
 */
export function createWriter({
  server,
  path,
  shape,
  position,
  batchLines,
  retryMaxMs,
  clock,
  createDatabase,
}: {
  server: Server;
  /** Of a write, with its query string. */
  path: string;
  shape: LineShape;
  position: Position;
  batchLines: number;
  retryMaxMs: number;
  clock: Pick<Clock, "now">;
  /** Makes the database where a client can; its own reply. */
  createDatabase: (() => Promise<Reply>) | undefined;
}): Writer {
  let splits = 0;
  let notBefore = 0;

  async function send(lines: readonly Line[]): Promise<SeriesRefusal[]> {
    const reply = await post(lines);
    if (reply.status === 204) return [];
    if (!isFaultOfLines(reply)) throw refusedBy(server, `${lines.length} lines`, reply);
    if (lines.length === 1 || reply.dropped === lines.length)
      return lines.map(({ sequence }) => ({ sequence, reason: reply.words }));
    splits += 1;
    const middle = Math.ceil(lines.length / 2);
    const ordered = lines.toSorted((a, b) => (a.text < b.text ? -1 : 1));
    return [...(await send(ordered.slice(0, middle))), ...(await send(ordered.slice(middle)))];
  }

  async function post(lines: readonly Line[]): Promise<Reply> {
    const body = lines.map(({ text }) => text).join("\n");
    const reply = await server.post(path, body);
    if (reply.retryAfterMs !== undefined) notBefore = clock.now() + Math.min(reply.retryAfterMs, retryMaxMs);
    if (reply.status !== 404 || createDatabase === undefined || !/database not found/i.test(reply.words))
      return reply;
    const created = await createDatabase();
    if (created.status !== 200) throw refusedBy(server, "to create the database", created);
    return server.post(path, body);
  }

  return {
    async write(readings, cursor) {
      const waitMs = notBefore - clock.now();
      if (waitMs > 0) {
        const message = `${server.name} asked to be left alone for another ${waitMs} ms`;
        throw new GatewayError("series-failed", message, { retryable: true });
      }
      const lines = readings.map((reading) => toLine(reading, shape)).filter((line) => line !== undefined);
      const refusals: SeriesRefusal[] = [];
      for (let at = 0; at < lines.length; at += batchLines)
        for (const refusal of await send(lines.slice(at, at + batchLines))) refusals.push(refusal);
      await position.move(cursor);
      return refusals;
    },
    splits: () => splits,
  };
}

/**
 * 400 and 422 are said of lines, 413 of the request's length. They count only in the store's own JSON: a proxy in front
 * of it, or a TLS server that is spoken to without TLS, answers 400 to anything, and readings must not be dropped for that.
 */
function isFaultOfLines({ status, isJson }: Reply): boolean {
  return status === 413 || ((status === 400 || status === 422) && isJson);
}

/** Statuses that end when a person changes something. */
const remedies: Readonly<Record<number, string>> = {
  401: "; check the token, or user name and password, of series.influx",
  403: "; the user or token may not write there",
  404: "; check database, org and api of series.influx",
};

function refusedBy({ name }: Server, what: string, { status, words }: Reply): GatewayError {
  const message = `${name} refused ${what}: ${words}${remedies[status] ?? ""}`;
  return new GatewayError("series-failed", message, { retryable: true });
}
