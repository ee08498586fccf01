import type { Server } from "node:https";
import type { ApiSettings } from "./settings.ts";

/** Options of Node's HTTP servers. */
export interface HttpOptions {
  readonly requestTimeout: number;
  readonly headersTimeout: number;
  readonly keepAliveTimeout: number;
  readonly connectionsCheckingInterval: number;
}

/** The bounds of the settings, for every server that answers. */
export function httpOptions({ requestTimeoutMs, headersTimeoutMs, idleTimeoutMs }: ApiSettings): HttpOptions {
  const headersTimeout = Math.min(headersTimeoutMs, requestTimeoutMs);
  return {
    requestTimeout: requestTimeoutMs,
    headersTimeout,
    keepAliveTimeout: idleTimeoutMs,
    // Node looks for late requests only this often, by default every 30 s.
    connectionsCheckingInterval: headersTimeout / 4,
  };
}

/** Ends when the last request has; connections that only wait are closed at once. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
