import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach } from "vitest";
import type { GatewayError } from "../../../gateway/errors.ts";
import { type NotifySettings, notifySettings } from "../../../gateway/notify/settings.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A request as a target got it. */
export interface Got {
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A target on this machine that answers as told, and what it got. */
export async function aTarget(
  answer: (response: ServerResponse, got: Got) => void = (response) => response.end(),
) {
  const got: Got[] = [];
  const listener: RequestListener = async (request, response) => {
    const one = { url: request.url ?? "", headers: request.headers, body: await text(request) };
    got.push(one);
    answer(response, one);
  };
  const server = createServer(listener);
  return { ...(await listening(server)), got };
}

/** Something on this machine that speaks no HTTP: `greet` gets every connection. */
export function aSocketServer(greet: (socket: Socket) => void) {
  return listening(createTcp(greet));
}

async function listening(server: Server) {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}/hook`, connections: () => sockets.size };
}

/** Settings that let this machine be a target. */
export function someSettings(settings: Partial<NotifySettings> = {}): NotifySettings {
  return notifySettings.parse({ allowedHosts: ["127.0.0.1"], ...settings });
}

/** What a promise was rejected with. */
export async function failureOf(work: Promise<unknown>): Promise<GatewayError> {
  return work.then(
    (value) => {
      throw new Error(`it was taken: ${JSON.stringify(value)}`);
    },
    (error: GatewayError) => error,
  );
}
