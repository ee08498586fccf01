import type { Metrics } from "../metrics.ts";

/** The counters of the encrypted ports. */
export type TlsMeters = ReturnType<typeof createTlsMeters>;

/** Makes the counters, also where there is no TLS: a dashboard finds them at zero. */
export function createTlsMeters(metrics: Metrics) {
  let endsAt = () => 0;
  let open = () => 0;
  metrics.gauge(
    "tls_certificate_end_seconds",
    "When the server certificate in use ends, seconds since 1970; 0 without TLS",
    () => endsAt() / 1000,
  );
  metrics.gauge("tls_handshakes_open", "TLS handshakes that are under way", () => open());
  return {
    handshakes: metrics.countBy("tls_handshakes", "TLS handshakes that succeeded, by port", "port"),
    failed: metrics.countBy(
      "tls_handshakes_failed",
      "Sockets that did not get through TLS, by reason",
      "reason",
    ),
    reloads: metrics.countBy("tls_reloads", "Changed certificate files, by what became of them", "result"),
    /** Where the gauges read from. */
    watch(sources: { endsAt: () => number; open: () => number }): void {
      ({ endsAt, open } = sources);
    },
  };
}
