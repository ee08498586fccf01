/** What kind of failure a `GatewayError` is; each code is listed in docs/operations.md with its remedy. */
export type ErrorCode =
  | "settings-invalid"
  | "journal-unusable"
  | "journal-closed"
  | "database-unusable"
  | "port-taken"
  | "kind-invalid"
  | "not-found"
  | "conflict"
  | "invalid-request"
  | "unauthorised"
  | "forbidden"
  | "limit-reached"
  | "busy"
  | "broker-refused"
  | "cassette-invalid"
  | "scenario-failed"
  | "series-failed"
  | "notify-failed"
  | "backup-invalid"
  | "internal";

/** Facts that go with a `GatewayError`. */
export interface ErrorFacts {
  /** The error that made this one. */
  readonly cause?: unknown;
  /** True when the same attempt may succeed later. */
  readonly retryable?: boolean;
  /** How long the other side wants to be left alone before that, ms. */
  readonly retryAfterMs?: number;
  /** Where in the input it is wrong, for example `devices[3].kind`. */
  readonly path?: string;
}

/** The only error that the gateway's own code throws: the work could not be done, and why. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly path: string | undefined;

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = "GatewayError";
    this.code = code;
    this.retryable = facts.retryable ?? false;
    this.retryAfterMs = facts.retryAfterMs;
    this.path = facts.path;
  }
}

/** A port could not be opened: `port-taken` with what a person can do about the reason that the system gave. */
export function cannotListen({
  what,
  host,
  port,
  variable,
  hostVariable = "LINLI_HOST",
  cause,
}: {
  /** What listens there: `MQTT`. */
  what: string;
  host: string;
  port: number;
  /** The setting's environment variable. */
  variable: string;
  /** That of the address. */
  hostVariable?: string;
  cause: unknown;
}): GatewayError {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `another program listens there; stop it, or choose another port with ${variable}`,
    EADDRNOTAVAIL: `this machine has no such address; set ${hostVariable}`,
    EACCES: `this user may not open it; choose a port from 1024 up with ${variable}`,
  };
  const reason = reasons[(cause as NodeJS.ErrnoException).code ?? ""] ?? messageOf(cause);
  return new GatewayError("port-taken", `${what} cannot listen on ${host}:${port}: ${reason}`, { cause });
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
