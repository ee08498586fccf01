import { ApiError, errorOf } from "./api-error.ts";

/** What a call may carry. */
export interface CallOptions {
  /** Values that are undefined or empty are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly file?: Blob;
  /** The same key again does nothing anew, where the operation takes one. */
  readonly key?: string;
  /** The call proves who asks: 401 says that a password was wrong, not that the session has ended. */
  readonly isLogIn?: boolean;
  readonly signal?: AbortSignal;
}

/** Longest time a call may take, ms; above the gateway's own bound, so that its answer wins. */
const timeoutMs = 20_000;

/**
 * Calls the API with the session's cookie; `path` follows `/api/v1`. Throws `ApiError`. A session that has ended leads to
 * the log-in page, which comes back here.
 */
export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const response = await send(method, path, options);
  if (response.status === 401 && options.isLogIn !== true) goToLogin();
  if (!response.ok) throw await errorOf(response);
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** Reads from the API. Parts of a page that ask for the same at once share one request. */
export function get<T>(path: string, query?: CallOptions["query"]): Promise<T> {
  const address = addressOf(path, query);
  const running = open.get(address);
  if (running !== undefined) return running as Promise<T>;
  const started = call<T>("GET", path, query === undefined ? {} : { query }).finally(() =>
    open.delete(address),
  );
  open.set(address, started);
  return started;
}

/** Reads every page of a list, at most `most` items. */
export async function getAll<T>(path: string, query: CallOptions["query"] = {}, most = 20_000): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await get<{ items: T[]; next: string | null }>(path, { limit: 500, ...query, cursor });
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && items.length < most);
  return items;
}

/** Opens the log-in page, which leads back to where one is. */
export function goToLogin(): void {
  const { pathname, search } = location;
  location.assign(`/login?to=${encodeURIComponent(pathname + search)}`);
}

const open = new Map<string, Promise<unknown>>();

async function send(
  method: string,
  path: string,
  { query, body, file, key, signal }: CallOptions,
): Promise<Response> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    return await fetch(addressOf(path, query), {
      method,
      credentials: "same-origin",
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(file === undefined ? {} : { "content-type": file.type || "application/octet-stream" }),
        ...(key === undefined ? {} : { "idempotency-key": key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(file === undefined ? {} : { body: file }),
    });
  } catch (cause) {
    throw new ApiError({ status: 0, code: "network", detail: String(cause), cause });
  }
}

function addressOf(path: string, query: CallOptions["query"] = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, String(value)] as [string, string]],
  );
  return `/api/v1${path}${pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`}`;
}
