import { PassThrough, type Readable } from "node:stream";
import type { Transport } from "@influxdata/influxdb-client";
import type { Deadline } from "./deadline.ts";

/** One HTTP request. */
export interface Request {
  /** With its query string. */
  readonly path: string;
  readonly method: "GET" | "POST";
  readonly body: string;
  readonly contentType: string;
}

/** An answer that was no refusal, as it begins. */
export interface Answer {
  readonly status: number;
  readonly body: Readable;
}

/** Header by which `readReply` knows that a refusal was JSON. */
export const wasJson = "x-was-json";

/** Sends a request by the client's transport. Rejects with its `HttpError` for a status from 300 on, with the body's first 1,000 characters. */
export function exchange(transport: Transport, request: Request, deadline: Deadline): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const body = new PassThrough();
    let hasStarted = false;
    const headers = { "content-type": request.contentType };
    const { method } = request;
    transport.send(
      request.path,
      request.body,
      { method, headers, signal: deadline.signal },
      {
        responseStarted(answered, status = 0) {
          if (status < 300) {
            hasStarted = true;
            resolve({ status, body });
            return;
          }
          // Of a refusal that is marked as JSON the transport keeps everything, however long it is.
          if (String(answered["content-type"]).startsWith("application/json")) answered[wasJson] = "yes";
          answered["content-type"] = "text/plain";
        },
        next: (chunk) => body.write(chunk),
        useResume: (resume) => void body.once("drain", resume),
        complete() {
          deadline.complete();
          body.end();
        },
        error: (error) => void (hasStarted ? body.destroy(error) : reject(error)),
      },
    );
  });
}
