import type { Metrics } from "../metrics.ts";

/** The broker's counters, each a plain increment. */
export type Meters = ReturnType<typeof createMeters>;

/** Makes the broker's counters. */
export function createMeters(metrics: Metrics) {
  return {
    /** Connections, packets, filters and messages that were refused. */
    refused: metrics.countBy("broker_refused", "What the broker refused, by reason", "reason"),
    /** Messages or deliveries that a bound or an expiry took away. */
    dropped: metrics.countBy("broker_dropped", "Messages that the broker dropped, by reason", "reason"),
    received: metrics.count("broker_messages_received", "PUBLISH packets of clients"),
    sent: metrics.count("broker_messages_sent", "PUBLISH packets to clients"),
    rejections: metrics.count("broker_rejections", "Messages that were taken and refused for their content"),
    retainStripped: metrics.count(
      "broker_retain_stripped",
      "Retain flags removed from messages below linli/",
    ),
    takeovers: metrics.count("broker_takeovers", "Connections that took over another of the same client id"),
    slow: metrics.count("broker_slow_cut", "Clients cut because they did not take what was written to them"),
    paused: metrics.countBy("broker_paused", "Times that a client was not read, by reason", "reason"),
    endings: metrics.countBy("broker_connections_ended", "Connections that ended, by reason", "reason"),
    faults: metrics.count("broker_faults", "Errors inside the broker"),
  };
}

/** Makes the broker's gauges. */
export function gaugeBroker(
  metrics: Metrics,
  {
    connections,
    flow,
    store,
  }: {
    connections: { count(): number; sockets(): number };
    flow: { pending(): number; pendingBytes(): number };
    store: { sessions: { bytes(): number; count(): number }; retained: { size(): number } };
  },
): void {
  metrics.gauge("broker_connections", "Connections that are authenticated", connections.count);
  metrics.gauge("broker_sockets", "Sockets that are open", connections.sockets);
  metrics.gauge("broker_pending_messages", "Messages that were taken and are not durable yet", flow.pending);
  metrics.gauge("broker_pending_bytes", "Payload bytes of those", flow.pendingBytes);
  metrics.gauge("broker_sessions", "Sessions that are kept", store.sessions.count);
  metrics.gauge("broker_session_bytes", "Bytes that wait for subscribers", store.sessions.bytes);
  metrics.gauge("broker_retained", "Retained messages", store.retained.size);
}
