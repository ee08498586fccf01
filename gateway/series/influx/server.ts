import http from "node:http";
import https from "node:https";
import { finished } from "node:stream/promises";
import { HttpError, InfluxDB } from "@influxdata/influxdb-client";
import type { Clock } from "../../clock.ts";
import { GatewayError, messageOf } from "../../errors.ts";
import { maskSecrets } from "../../mask-secrets.ts";
import type { SeriesSettings } from "../settings.ts";
import { authorizationOf, readUrl, secretsOf } from "./address.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import { exchange } from "./exchange.ts";
import { type Reply, readReply, replyOf } from "./reply.ts";

/** What is read from a server. */
export interface Question {
  /** With its query string. */
  readonly path: string;
  /** Sent as a form by POST; without it the question is a GET. */
  readonly form?: URLSearchParams;
  /** What may take `timeoutMs`: the answer as a whole, or each wait for a piece of it, for answers of any length. */
  readonly patience: "answer" | "piece";
}

/** One HTTP server: every request has an end, and every failure says which store it was. */
export interface Server {
  /** For messages: `store "influxdb" at http://127.0.0.1:8086`. */
  readonly name: string;
  /** Sends and waits for the reply, whatever its status. Rejects with `series-failed` when there was none. */
  post(path: string, body: string): Promise<Reply>;
  /** Pieces of an answer as they come. Throws `series-failed` when it is refused, cut or late. Ending early aborts it. */
  read(question: Question): AsyncIterable<Uint8Array>;
  /** Aborts what is under way. */
  close(): void;
}

/**
 * Prepares requests to the server of the settings; touches no network. The official client is only the transport: its
 * `WriteApi` buffers, retries and fails out of sight. Throws `settings-invalid` for an address that is none.
 */
export function connectServer({
  store,
  settings,
  clock,
}: {
  store: string;
  settings: SeriesSettings["influx"];
  clock: Pick<Clock, "after">;
}): Server {
  const url = readUrl(settings.url);
  // A connection that is kept may be closed by the server while the next request is on its way, which would then fail
  // though the server is well. A new one costs 0.2 ms, and a write has thousands of lines.
  const agent = new (url.protocol === "https:" ? https : http).Agent({ keepAlive: false });
  const authorization = authorizationOf(settings);
  const { transport } = new InfluxDB({
    url: url.href,
    // The transport's own timeout lets the request go on; ours aborts it.
    timeout: 0,
    transportOptions: { agent },
    ...(authorization === undefined ? {} : { headers: { authorization } }),
  });
  const name = `store "${store}" at ${url.origin}`;
  // A proxy that shows the request in its error page shows our secrets too, and what it says goes into alerts.
  const told = (text: string) => maskSecrets(text, secretsOf({ influx: settings }));
  const refusalOf = (error: HttpError) => {
    const reply = readReply(error);
    return { ...reply, words: told(reply.words) };
  };
  const open = new Set<Deadline>();

  function begin(): Deadline {
    const deadline = startDeadline(settings.timeoutMs, clock);
    open.add(deadline);
    return deadline;
  }

  function end(deadline: Deadline): void {
    open.delete(deadline);
    deadline.end();
  }

  function failureOf(error: unknown, deadline: Deadline): GatewayError {
    const facts = { cause: error, retryable: true };
    if (error instanceof GatewayError) return error;
    if (error instanceof HttpError)
      return new GatewayError("series-failed", `${name} refused a query: ${refusalOf(error).words}`, facts);
    if (deadline.isLate())
      return new GatewayError(
        "series-failed",
        `${name} did not answer within ${settings.timeoutMs} ms`,
        facts,
      );
    const reason = messageOf(error) || String((error as NodeJS.ErrnoException).code);
    return new GatewayError("series-failed", `${name} could not be reached: ${told(reason)}`, facts);
  }

  return {
    name,
    async post(path, body) {
      const deadline = begin();
      const contentType = "text/plain; charset=utf-8";
      try {
        const answer = await exchange(transport, { path, body, contentType, method: "POST" }, deadline);
        // What a success says is of no interest, but only its end is one.
        await finished(answer.body.resume());
        return replyOf(answer.status);
      } catch (error) {
        if (error instanceof HttpError) return refusalOf(error);
        throw failureOf(error, deadline);
      } finally {
        end(deadline);
      }
    },
    async *read({ path, form, patience }) {
      const deadline = begin();
      const contentType = "application/x-www-form-urlencoded";
      const method = form === undefined ? "GET" : "POST";
      try {
        const answer = await exchange(
          transport,
          { path, body: form?.toString() ?? "", contentType, method },
          deadline,
        );
        for await (const chunk of answer.body) {
          if (patience === "piece") deadline.rest();
          yield chunk;
          if (patience === "piece") deadline.wait();
        }
      } catch (error) {
        throw failureOf(error, deadline);
      } finally {
        end(deadline);
      }
    },
    close() {
      for (const deadline of open) deadline.end();
    },
  };
}
