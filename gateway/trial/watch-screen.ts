import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { GatewayError, messageOf } from "../errors.ts";
import type { HttpDoor } from "./contract.ts";

/** What the gateway looks for on a screen of its own. */
export interface OwnScreen {
  readonly door: HttpDoor;
  readonly token: string;
  /** What the alarm says somewhere. */
  readonly text: string;
  /** Ends the attempt. */
  readonly signal: AbortSignal;
  /** The stream is open: whatever happens from now on must be shown. */
  readonly opened: () => void;
}

/** Bytes that are kept of what was shown, to look for the text in. */
const tailBytes = 4_096;

/** Opens the live stream as a screen does, over HTTP, and resolves when it shows the text. Rejects with `busy`. */
export function watchScreen({ door, token, text, signal, opened }: OwnScreen): Promise<void> {
  const { isSecure, host, port } = door;
  const shown = Promise.withResolvers<void>();
  const fail = (reason: string, cause?: unknown) =>
    shown.reject(new GatewayError("busy", reason, { cause, retryable: true }));
  const request = (isSecure ? requestHttps : requestHttp)({
    ...{ host, port, path: "/api/v1/stream?types=alert", agent: false, signal },
    headers: { authorization: `Bearer ${token}` },
    // The way to ourselves; see publish.ts.
    rejectUnauthorized: false,
  });
  request.on("response", (response: IncomingMessage) => {
    if (response.statusCode !== 200) return fail(`the stream was refused with HTTP ${response.statusCode}`);
    let tail = "";
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => {
      if (tail === "") opened();
      tail = (tail + chunk).slice(-tailBytes);
      if (tail.includes(text)) shown.resolve();
    });
    response.on("error", (error) => fail(messageOf(error), error));
    response.on("end", () => fail("the stream was ended"));
  });
  request.on("error", (error) => fail(signal.aborted ? "no answer in time" : messageOf(error), error));
  request.end();
  return shown.promise.finally(() => request.destroy());
}
