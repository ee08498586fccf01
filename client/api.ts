import { type ErrorCode, GatewayError, messageOf } from "../gateway/errors.ts";
import { splitLines } from "./lines.ts";
import { trustHint } from "./trust.ts";

/** The HTTP API of a running gateway. Refusals are `GatewayError`s that say what the gateway said. */
export interface Api {
  readonly url: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  remove(path: string): Promise<void>;
  /** Sends a file as it is. */
  upload<T>(path: string, file: { readonly bytes: Uint8Array; readonly type: string }): Promise<T>;
  /** The lines of an answer that may be too long for memory. Fails when nothing comes for as long as an answer may take. */
  lines(path: string): AsyncIterable<string>;
  /** Asks for a file by POST and hands it out as it comes; there is no limit to the time it takes, only to silence. */
  download(path: string): Promise<AsyncIterable<Uint8Array>>;
  /** Every item of a list, page by page. */
  all<T>(path: string): Promise<T[]>;
}

/** What is needed to call the API. */
export interface ApiOptions {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Absent for what needs none. */
  readonly token?: string | undefined;
  /** Longest wait for one answer, ms. */
  readonly timeoutMs: number;
}

/** Makes a client of the API; nothing is sent yet. */
export function createApi({ url, token, timeoutMs }: ApiOptions): Api {
  const base = url.replace(/\/+$/, "");

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    if (body === undefined) return send(method, path, {});
    const headers = { "content-type": "application/json" };
    return send(method, path, { headers, body: JSON.stringify(body) });
  }

  async function send<T>(method: string, path: string, { headers, ...request }: RequestInit): Promise<T> {
    const { response, text } = await exchange(base, `${base}/api/v1${path}`, {
      method,
      headers: {
        ...headers,
        accept: "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      signal: AbortSignal.timeout(timeoutMs),
      ...request,
    });
    if (!response.ok) throw refusal({ call: `${method} ${path}`, status: response.status, text });
    if (text === "") return undefined as T;
    return readJson<T>(text) ?? fail(`what answers at ${base} is no Linli gateway`);
  }

  return {
    url: base,
    get: (path) => call("GET", path),
    post: (path, body) => call("POST", path, body),
    put: (path, body) => call("PUT", path, body),
    patch: (path, body) => call("PATCH", path, body),
    remove: (path) => call("DELETE", path),
    upload: (path, { bytes, type }) =>
      send("POST", path, { headers: { "content-type": type }, body: new Uint8Array(bytes) }),
    lines: (path) => readLines({ base, url: `${base}/api/v1${path}`, token, timeoutMs }),
    async download(path) {
      const headers = { authorization: `Bearer ${token}` };
      const response = await reach(base, `${base}/api/v1${path}`, { method: "POST", headers });
      if (!response.ok) {
        throw refusal({ call: `POST ${path}`, status: response.status, text: await response.text() });
      }
      return response.body as unknown as AsyncIterable<Uint8Array>;
    },
    async all<T>(path: string) {
      const items: T[] = [];
      let cursor: string | null = null;
      do {
        const query: string = `${path.includes("?") ? "&" : "?"}limit=500${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
        const page: { items: T[]; next?: string | null } = await call("GET", path + query);
        items.push(...page.items);
        cursor = page.next ?? null;
      } while (cursor !== null);
      return items;
    },
  };
}

async function exchange(
  base: string,
  url: string,
  request: RequestInit,
): Promise<{ response: Response; text: string }> {
  const response = await reach(base, url, request);
  return { response, text: await response.text() };
}

async function reach(base: string, url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (cause) {
    return noAnswer(base, cause);
  }
}

async function* readLines({
  base,
  url,
  token,
  timeoutMs,
}: Omit<ApiOptions, "url"> & { readonly base: string; readonly url: string }): AsyncGenerator<string> {
  const silence = new AbortController();
  const { signal } = silence;
  const cut = () => silence.abort(new GatewayError("busy", `the gateway was silent for ${timeoutMs} ms`));
  let timer = setTimeout(cut, timeoutMs);
  async function* heard(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      clearTimeout(timer);
      yield piece;
      timer = setTimeout(cut, timeoutMs);
    }
  }
  try {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal });
    if (!response.ok || response.body === null) {
      const { pathname } = new URL(url);
      throw refusal({ call: `GET ${pathname}`, status: response.status, text: await response.text() });
    }
    yield* splitLines(heard(response.body));
  } catch (cause) {
    throw cause instanceof GatewayError ? cause : noAnswer(base, cause);
  } finally {
    clearTimeout(timer);
  }
}

function noAnswer(base: string, cause: unknown): never {
  const inner = (cause as Error).cause ?? cause;
  const hint = trustHint(inner);
  if (hint !== undefined) return fail(`the gateway at ${base} cannot be talked to: ${hint}`, cause);
  const why = messageOf(inner) || "no answer";
  return fail(
    `no gateway answers at ${base} (${why}); start it with npm start, or name it with --url or LINLI_URL`,
    cause,
  );
}

function fail(message: string, cause?: unknown): never {
  throw new GatewayError("broker-refused", message, { cause, retryable: true });
}

/** Problem details of RFC 9457, as the gateway answers them. */
interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

function refusal({ call, status, text }: { call: string; status: number; text: string }): GatewayError {
  const code = codes[status] ?? "internal";
  const retryable = status === 429 || status >= 500;
  if (status === 401) {
    const hint = "give one with --token or LINLI_TOKEN (the first start of the gateway printed one)";
    return new GatewayError(code, `the gateway does not know the token; ${hint}`);
  }
  const said = wordsOf(readJson<Problem>(text) ?? { detail: text.slice(0, 200) });
  return new GatewayError(code, `the gateway refused ${call} (${status}): ${said}`, { retryable });
}

/** One fault is one line; several are a list. Places in the body are named without `body.`, which callers do not see. */
function wordsOf({ title, detail, errors = [] }: Problem): string {
  if (errors.length < 2) return (detail ?? title ?? "").replace(/^body\./, "");
  const lines = errors.map(({ path, message }) => `\n  ${path.replace(/^body\./, "")}: ${message}`);
  return `${title}${lines.join("")}`;
}

function readJson<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

const codes: Readonly<Record<number, ErrorCode>> = {
  400: "invalid-request",
  401: "unauthorised",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  413: "invalid-request",
  422: "invalid-request",
  429: "limit-reached",
  503: "busy",
};
