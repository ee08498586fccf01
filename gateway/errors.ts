/** What kind of failure a `GatewayError` is; each code is listed in docs/operations.md with its remedy. */
export type ErrorCode =
  | "settings-invalid"
  | "journal-unusable"
  | "journal-closed"
  | "journal-damaged"
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
  | "device-away"
  | "broker-refused"
  | "cassette-invalid"
  | "scenario-failed"
  | "internal";

/** Facts that go with a `GatewayError`. */
export interface ErrorFacts {
  /** The error that made this one. */
  readonly cause?: unknown;
  /** True when the same attempt may succeed later. */
  readonly retryable?: boolean;
  /** Where in the input it is wrong, for example `devices[3].kind`. */
  readonly path?: string;
}

/** The only error that the gateway's own code throws: the work could not be done, and why. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly path: string | undefined;

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = "GatewayError";
    this.code = code;
    this.retryable = facts.retryable ?? false;
    this.path = facts.path;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
