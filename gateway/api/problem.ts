import type { FastifyError, FastifyReply, FastifyRequest, FastifySchema } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { z } from "zod";
import { type ErrorCode, GatewayError } from "../errors.ts";
import type { Log } from "../log.ts";

/** One fault of a request and its place: `body.name`, `query.limit`, `line 3`. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** A refusal with several faults, each with its place. */
export class RequestFaults extends GatewayError {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super("invalid-request", faults.map(sentence).join("; "));
    this.name = "RequestFaults";
    this.faults = faults;
  }
}

/** Answers whatever a route threw as problem details; a failure of the gateway itself is logged and says nothing of the inside. */
export function createErrorHandler(log: Log) {
  return (error: FastifyError | GatewayError, request: FastifyRequest, reply: FastifyReply) => {
    const problem = problemOf(error, request);
    if (problem.status >= 500 && problem.status !== 503) {
      log.error({ err: error, route: request.routeOptions.url, method: request.method }, "request failed");
    }
    return sendProblem(reply, problem);
  };
}

/** What went wrong, ready to be sent. */
export interface ProblemFacts {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly faults?: readonly Fault[];
}

/** Writes problem details (RFC 9457) as the answer. */
export function sendProblem(reply: FastifyReply, facts: ProblemFacts): FastifyReply {
  if (facts.status === 401) reply.header("www-authenticate", 'Bearer realm="linli"');
  if ((facts.status === 429 || facts.status === 503) && !reply.hasHeader("retry-after")) {
    reply.header("retry-after", "1");
  }
  return reply.code(facts.status).type("application/problem+json").send(problemText(facts));
}

/** Problem details as JSON text, for the places where there is no reply object. */
export function problemText({ code, status, detail, faults }: ProblemFacts): string {
  return JSON.stringify({
    type: `urn:linli:problem:${code}`,
    title: titles[code] ?? titles.internal,
    status,
    detail,
    ...(faults === undefined || faults.length === 0 ? {} : { errors: faults }),
  });
}

/** The code of a failure that only has an HTTP status. */
export function codeOfStatus(status: number): string {
  return codes[status] ?? (status < 500 ? "invalid-request" : "internal");
}

const titles: Readonly<Record<string, string>> = {
  "invalid-request": "The request is not valid",
  unauthorised: "A valid session or token is needed",
  forbidden: "This is not allowed",
  "not-found": "There is no such thing",
  conflict: "It does not fit the present state",
  "too-long": "The request is too long",
  "media-type": "The body's media type is not understood here",
  "limit-reached": "A limit is reached",
  busy: "The gateway is busy",
  timeout: "The request took too long to arrive",
  internal: "The gateway failed",
};

const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  "invalid-request": 400,
  unauthorised: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  "limit-reached": 429,
  busy: 503,
  "journal-closed": 503,
  "series-failed": 503,
};

const codes: Readonly<Record<number, string>> = {
  401: "unauthorised",
  403: "forbidden",
  404: "not-found",
  408: "timeout",
  409: "conflict",
  413: "too-long",
  414: "too-long",
  415: "media-type",
  429: "limit-reached",
  431: "too-long",
  503: "busy",
};

function problemOf(error: FastifyError | GatewayError, request: FastifyRequest): ProblemFacts {
  if (error instanceof GatewayError) return problemOfGateway(error, request.body);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const context = error.validationContext as keyof FastifySchema | undefined;
    const whole = context === undefined ? undefined : request.routeOptions.schema?.[context];
    const faults = error.validation.flatMap((issue) => faultsOf(context ?? "body", issue, whole));
    return { code: "invalid-request", status: 400, detail: faults.map(sentence).join("; "), faults };
  }
  const status = error.statusCode ?? 500;
  if (status >= 500)
    return { code: "internal", status: 500, detail: "Something failed inside; it is in the log." };
  return { code: codeOfStatus(status), status, detail: error.message };
}

function problemOfGateway(error: GatewayError, body: unknown): ProblemFacts {
  // A full registry does not empty by waiting, so it is no 429.
  const isLasting = error.code === "limit-reached" && !error.retryable;
  const status = isLasting ? 409 : (statuses[error.code] ?? 500);
  if (status === 500)
    return { code: "internal", status, detail: "Something failed inside; it is in the log." };
  const code = status === 503 ? "busy" : error.code;
  if (error instanceof RequestFaults) return { code, status, detail: error.message, faults: error.faults };
  const faults =
    error.path === undefined ? [] : [{ path: placeOf(error.path, body), message: error.message }];
  return { code, status, detail: error.message, faults };
}

/** Inner parts know only the name of what is wrong; when the body has it, that is where it is wrong. */
function placeOf(path: string, body: unknown): string {
  const [first = ""] = path.split(/[.[]/);
  return typeof body === "object" && body !== null && Object.hasOwn(body, first) ? `body.${path}` : path;
}

interface Issue {
  readonly instancePath: string;
  readonly message?: string | undefined;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

function faultsOf(context: string, issue: Issue, whole: unknown): Fault[] {
  const place = issue.instancePath.split("/").filter((part) => part !== "");
  const path = [context === "querystring" ? "query" : context, ...place].join(".");
  const keys = issue.params.keys;
  if (issue.keyword === "unrecognized_keys" && Array.isArray(keys)) {
    const known = place.length === 0 && whole instanceof z.ZodObject ? Object.keys(whole.shape) : [];
    const message = known.length === 0 ? "unknown key" : `unknown key; known are ${known.join(", ")}`;
    return keys.map((key) => ({ path: `${path}.${key}`, message }));
  }
  return [{ path, message: issue.message ?? "not valid" }];
}

function sentence(fault: Fault): string {
  return fault.path === "" ? fault.message : `${fault.path}: ${fault.message}`;
}
