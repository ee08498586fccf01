import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { performance } from "node:perf_hooks";
import { freePort } from "./child.ts";

/** A receiver of alarms on this machine that takes everything at once. */
export interface AlarmReceiver {
  readonly url: string;
  /** When the first notification that names the device was taken, by the performance clock; undefined before. */
  tookAt(device: string): number | undefined;
  close(): void;
}

/** Opens it. `ids` finds the ids of devices in the text of a notification. */
export async function openReceiver(ids: RegExp): Promise<AlarmReceiver> {
  const times = new Map<string, number>();
  const server = createHttpServer(async (request, response) => {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    response.writeHead(204).end();
    const now = performance.now();
    for (const [id] of text.matchAll(ids)) if (!times.has(id)) times.set(id, now);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${portOf(server)}/alarms`,
    tookAt: (device) => times.get(device),
    close: () => server.close().closeAllConnections(),
  };
}

/** Receivers that take nothing: two where nobody listens, two that never answer, one that always fails. */
export async function openDeadReceivers(): Promise<{ urls: readonly string[]; close(): void }> {
  const silent = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    sockets.add(socket);
  });
  const sockets = new Set<{ destroy(): void }>();
  const failing = createHttpServer((_request, response) => response.writeHead(500).end());
  for (const server of [silent, failing]) await once(server.listen(0, "127.0.0.1"), "listening");
  const ports = [await freePort(), await freePort(), portOf(silent), portOf(silent), portOf(failing)];
  return {
    urls: ports.map((port, i) => `http://127.0.0.1:${port}/dead-${i + 1}`),
    close() {
      for (const socket of sockets) socket.destroy();
      silent.close();
      failing.close().closeAllConnections();
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
