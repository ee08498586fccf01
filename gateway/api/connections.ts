import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { ApiParts } from "./parts.ts";
import { codeOfStatus, problemText } from "./problem.ts";

/** The connections of every server that answers. */
export interface Connections {
  /** Bounds and counts those of one more server; each server may have `connections` of them. */
  watch(server: Server): void;
  /** Cuts those that did not end by themselves. */
  destroyAll(): void;
}

/** Bounds the open connections and knows them, so that a close can end those that do not end by themselves. */
export function watchConnections({ settings, metrics }: Pick<ApiParts, "settings" | "metrics">): Connections {
  const sockets = new Set<Socket>();
  const dropped = metrics.count(
    "http_connections_refused",
    "HTTP connections closed because there were too many",
  );
  metrics.gauge(
    "http_connections",
    "Open connections of the HTTP and HTTPS ports, WebSockets included",
    () => sockets.size,
  );
  return {
    watch(server) {
      server.maxConnections = settings.connections;
      server.on("drop", () => dropped.add());
      server.on("connection", (socket: Socket) => {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
      });
    },
    destroyAll() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Answers bytes that are no HTTP, or that came too slowly or too long, and closes. */
export function refuseGarbage(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  // It never got through TLS: there is nobody to read an answer.
  if (/^ERR_(SSL|TLS)_/.test(error.code ?? "")) return void socket.destroy();
  const status = garbageStatus[error.code ?? ""] ?? 400;
  if (socket.writable) {
    const body = problemText({ code: codeOfStatus(status), status, detail: error.message });
    const head = `HTTP/1.1 ${status} Refused\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`;
    socket.write(head + body);
  }
  socket.destroy(error);
}

const garbageStatus: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};
