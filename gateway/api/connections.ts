import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { ApiParts } from "./parts.ts";
import { codeOfStatus, problemText } from "./problem.ts";

/** Bounds the open connections and knows them, so that a close can end those that do not end by themselves. */
export function watchConnections(
  server: Server,
  { settings, metrics }: Pick<ApiParts, "settings" | "metrics">,
): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  const dropped = metrics.count(
    "http_connections_refused",
    "HTTP connections closed because there were too many",
  );
  server.maxConnections = settings.connections;
  server.on("drop", () => dropped.add());
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  metrics.gauge(
    "http_connections",
    "Open connections of the HTTP port, WebSockets included",
    () => sockets.size,
  );
  return sockets;
}

/** Answers bytes that are no HTTP, or that came too slowly or too long, and closes. */
export function refuseGarbage(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
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
