import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";

/** How a platform behaves; `well` is as its pages say. */
export type Behaviour = "well" | "silent" | "busy" | "broken" | "garbage" | "half" | "gone";

/** A request as the platform got it. */
export interface Got {
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** What it answers when it behaves. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Somebody else's server on this machine. */
export interface Platform {
  /** `http://127.0.0.1:…`, without a slash at the end. */
  readonly origin: string;
  readonly port: number;
  /** What it took, in order. */
  readonly taken: Got[];
  behave(how: Behaviour): Promise<void>;
  /** Resolves when it has got a request. */
  asked(): Promise<void>;
  close(): Promise<void>;
}

/** Seconds that a busy platform asks for. */
export const busySeconds = 7;

/** Opens one that answers by `answer`, which says as well whether it took the request. */
export async function openPlatform(answer: (got: Got) => Answer & { taken: boolean }): Promise<Platform> {
  let how: Behaviour = "well";
  const taken: Got[] = [];
  const sockets = new Set<Socket>();
  let { promise: askedOnce, resolve: ask } = Promise.withResolvers<void>();

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://platform");
    const got = { url, headers: request.headers, body: await text(request) };
    ask();
    ({ promise: askedOnce, resolve: ask } = Promise.withResolvers<void>());
    if (how === "silent") return;
    if (how === "busy")
      return response.writeHead(429, { "retry-after": String(busySeconds) }).end("slow down");
    if (how === "broken") return response.writeHead(500).end("internal server error");
    if (how === "garbage") return response.writeHead(200).end("<html>Please log in to this hotel</html>");
    if (how === "half") return response.writeHead(200).end('{"errcode":0,"cod');
    const { taken: isTaken, status = 200, headers = {}, body = "" } = answer(got);
    if (isTaken) taken.push(got);
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  async function close(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }
  return {
    ...{ origin: `http://127.0.0.1:${port}`, port, taken },
    async behave(next) {
      how = next;
      if (next === "gone") await close();
    },
    asked: () => askedOnce,
    close,
  };
}

/** The object in a request; undefined when it is no JSON. */
export function objectIn({ body }: Got): Record<string, unknown> | undefined {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
