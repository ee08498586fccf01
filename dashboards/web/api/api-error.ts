import type { Problem } from "../../../gateway/api/contract.ts";
import { common } from "../i18n/shared-words.ts";

/** A call that was not answered as hoped. */
export class ApiError extends Error {
  /** HTTP status; 0 when there was no answer at all. */
  readonly status: number;
  /** Last part of the problem's type: `conflict`, `limit-reached`, `network`. */
  readonly code: string;
  /** Each fault of the request with its place: `body.name`. */
  readonly faults: readonly { readonly path: string; readonly message: string }[];

  constructor({
    status,
    code,
    detail,
    faults = [],
    cause,
  }: {
    status: number;
    code: string;
    detail: string;
    faults?: ApiError["faults"];
    cause?: unknown;
  }) {
    super(detail, { cause });
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.faults = faults;
  }
}

/** Reads the problem details of an answer; what a proxy in between says is no problem document and is told by its status. */
export async function errorOf(response: Response): Promise<ApiError> {
  const problem = await response
    .json()
    .then((body: Partial<Problem> | null) => body ?? {})
    .catch((): Partial<Problem> => ({}));
  return new ApiError({
    status: response.status,
    code: String(problem.type ?? "").replace("urn:linli:problem:", "") || `http-${response.status}`,
    detail: problem.detail ?? response.statusText,
    ...(problem.errors === undefined ? {} : { faults: problem.errors }),
  });
}

/** What a person reads: what happened and what to do, in his language; never a stack. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ApiError)) return common("errorInternal");
  const { status } = error;
  if (status === 0) return common("errorNetwork");
  if (status === 401) return common("errorEnded");
  if (status === 403) return common("errorForbidden");
  if (status === 404) return common("errorNotFound");
  if (status === 409) return common("errorConflict");
  if (status === 429) return common("errorLimit");
  if (status === 503) return common("errorBusy");
  return status >= 500 ? common("errorInternal") : common("errorInvalid");
}
