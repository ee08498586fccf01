import { GatewayError, messageOf } from "../errors.ts";

/** Where a running gateway is and who calls it. */
export interface ClientOptions {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  readonly token: string | undefined;
}

/** Calls the API of a running gateway. */
export interface Client {
  /** Sends `body` as JSON, or as it is when it is text with `contentType`. Throws a `GatewayError` that says what the gateway said. */
  call<T>(method: string, path: string, body?: unknown, contentType?: string): Promise<T>;
}

/** Longest wait for an answer, ms. */
const timeoutMs = 30_000;

/** Makes a client; nothing is sent before the first call. */
export function createClient({ url, token }: ClientOptions): Client {
  return {
    async call<T>(
      method: string,
      path: string,
      body?: unknown,
      contentType = "application/json",
    ): Promise<T> {
      const headers: Record<string, string> = { accept: "application/json" };
      if (token !== undefined) headers.authorization = `Bearer ${token}`;
      if (body !== undefined) headers["content-type"] = contentType;
      const sent = typeof body === "string" ? body : JSON.stringify(body);
      const response = await send(new URL(`/api/v1${path}`, url), {
        method,
        headers,
        ...(sent === undefined ? {} : { body: sent }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      if (!response.ok) throw explain(response.status, text);
      return (text === "" ? undefined : JSON.parse(text)) as T;
    },
  };
}

async function send(url: URL, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (cause) {
    const reason =
      cause instanceof Error && cause.cause !== undefined ? messageOf(cause.cause) : messageOf(cause);
    throw new GatewayError(
      "not-found",
      `no gateway answers at ${url.origin} (${reason}); start it with npm start, or name it with --url or LINLI_URL`,
      { cause },
    );
  }
}

function explain(status: number, text: string): GatewayError {
  if (status === 401) {
    return new GatewayError(
      "unauthorised",
      "the gateway does not know the token; give one with --token or LINLI_TOKEN (the first start printed one)",
    );
  }
  const problem = readProblem(text);
  const lines = problem.errors?.map(({ path, message }) => `\n  ${path}: ${message}`).join("") ?? "";
  const said = problem.detail ?? problem.title ?? text.slice(0, 200);
  return new GatewayError("invalid-request", `the gateway refused (${status}): ${said}${lines}`);
}

interface Problem {
  title?: string;
  detail?: string;
  errors?: { path: string; message: string }[];
}

function readProblem(text: string): Problem {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return { detail: text.slice(0, 200) };
  }
}
