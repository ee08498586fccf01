import { GatewayError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Core, Peer } from "./aedes.ts";
import type { Meters } from "./meters.ts";

/** Aedes names its errors by their text only. */
const reasons: Readonly<Record<string, string | undefined>> = {
  "connect did not arrive in time": "connect-timeout",
  "packet too large": "packet-too-large",
  "Client queue limit reached": "queue-limit",
  "not authorized": undefined,
  "bad user name or password": undefined,
};

/** Texts of ends that are no fault of the packets. */
const silent = new Set([
  "keep alive timeout",
  "connection closed",
  "not authorized",
  "bad user name or password",
]);

/** Counts what aedes complains about. */
export function watchFaults(core: Core, { meters, log }: { meters: Meters; log: Log }): void {
  const onError = (peer: Peer, error: Error & { code?: string }) => {
    // Our own refusals are counted where they are decided; codes are those of the socket (ECONNRESET).
    if (error instanceof GatewayError || silent.has(error.message)) return;
    const { connection } = peer;
    if (error.message === "drain timeout") {
      if (connection.ending === undefined) meters.slow.add();
      connection.ending ??= "slow";
      return;
    }
    if (error.code !== undefined) return;
    connection.ending ??= "refused";
    meters.refused.add(reasons[error.message] ?? "malformed");
    log.debug({ clientId: peer.id, address: connection.address, error: error.message }, "client closed");
  };
  core.on("clientError", onError);
  core.on("connectionError", onError);
  core.on("error", (error: Error) => {
    meters.faults.add();
    log.error({ error: error.message }, "error inside the broker");
  });
}
