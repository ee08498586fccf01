import { GatewayError, messageOf } from "../gateway/errors.ts";

/** The HTTP API of a gateway, as simulators use it. Refusals are `GatewayError`s that say what the gateway said. */
export interface Api {
  readonly url: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  remove(path: string): Promise<void>;
  /** Every item of a list, page by page. */
  all<T>(path: string): Promise<T[]>;
}

/** What is needed to call the API. */
export interface ApiOptions {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  readonly token: string;
  /** Longest wait for one answer, ms. */
  readonly timeoutMs: number;
}

/** Makes a client of the API; nothing is sent yet. */
export function createApi({ url, token, timeoutMs }: ApiOptions): Api {
  const base = url.replace(/\/+$/, "");

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const target = `${base}/api/v1${path}`;
    let response: Response;
    try {
      response = await fetch(target, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (cause) {
      const why = messageOf((cause as Error).cause ?? cause) || "no answer";
      throw new GatewayError("broker-refused", `gateway ${base} does not answer: ${why}`, {
        cause,
        retryable: true,
      });
    }
    const text = await response.text();
    if (!response.ok) throw refusal({ method, path, status: response.status, text });
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  return {
    url: base,
    get: (path) => call("GET", path),
    post: (path, body) => call("POST", path, body),
    put: (path, body) => call("PUT", path, body),
    remove: (path) => call("DELETE", path),
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

function refusal({
  method,
  path,
  status,
  text,
}: {
  method: string;
  path: string;
  status: number;
  text: string;
}): GatewayError {
  const said = problemOf(text);
  const code = codes[status] ?? "internal";
  const hint = status === 401 ? " (is the token right?)" : "";
  return new GatewayError(code, `${method} ${path} was answered ${status}: ${said}${hint}`, {
    retryable: status === 429 || status >= 500,
  });
}

const codes: Readonly<
  Record<
    number,
    "unauthorised" | "forbidden" | "not-found" | "conflict" | "limit-reached" | "invalid-request"
  >
> = {
  400: "invalid-request",
  401: "unauthorised",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  413: "invalid-request",
  422: "invalid-request",
  429: "limit-reached",
};

function problemOf(text: string): string {
  try {
    const { title, detail } = JSON.parse(text) as { title?: string; detail?: string };
    return detail ?? title ?? text.slice(0, 200);
  } catch {
    return text.slice(0, 200);
  }
}
