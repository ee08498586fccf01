import type { Change } from "../types.ts";

/** What people are told. Each carries the change's id, by which a receiver tells doubles. */
export interface Notification {
  readonly change: Change;
}

/** A way to tell people. */
export interface Channel {
  /** One word for logs and metrics: `screen`, `webhook`. */
  readonly name: string;
  /**
   * Resolves when the notification was taken. Rejects with a `GatewayError` whose `retryable` says whether trying again can
   * help. Must not throw, and must not block: what takes time goes on after it returned.
   */
  send(notification: Notification): Promise<void>;
}
