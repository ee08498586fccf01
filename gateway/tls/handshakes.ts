import type { Socket } from "node:net";
import type { Server, TLSSocket } from "node:tls";
import type { TlsMeters } from "./meters.ts";
import type { TlsSettings } from "./settings.ts";

/** Counts the sockets of one port that are in the middle of their handshake. */
export interface Handshakes {
  open(): number;
  /** Cuts those under way. */
  endAll(): void;
}

/**
 * Stands before a TLS server: a socket over a bound is closed before it costs any cryptography. `reserve` counts it
 * elsewhere too until its handshake has ended either way.
 */
export function boundHandshakes(
  server: Server,
  { port, settings, meters, reserve = () => () => {} }: HandshakeParts,
): Handshakes {
  const perAddress = new Map<string, number>();
  /** Sockets in their handshake, and what ends their count, by address and port of the client. */
  const waiting = new Map<string, { socket: Socket; end: () => void }>();
  const [begin] = server.listeners("connection") as [(socket: Socket) => void];
  server.removeListener("connection", begin);
  server.on("connection", (socket: Socket) => {
    const address = socket.remoteAddress ?? "";
    const refusal = refusalOf(address);
    const release = refusal === undefined ? reserve(address) : undefined;
    if (release === undefined) {
      meters.failed.add(refusal ?? "connections");
      socket.on("error", () => {});
      socket.destroy();
      return;
    }
    const key = keyOf(socket);
    perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
    const end = () => {
      waiting.delete(key);
      const left = (perAddress.get(address) ?? 1) - 1;
      if (left === 0) perAddress.delete(address);
      else perAddress.set(address, left);
      release();
    };
    waiting.set(key, { socket, end });
    socket.once("close", () => waiting.get(key)?.end());
    begin.call(server, socket);
  });
  // First of all listeners: the count must end before the socket is counted as a connection.
  server.prependListener("secureConnection", (socket: TLSSocket) => {
    meters.handshakes.add(port);
    waiting.get(keyOf(socket))?.end();
  });
  server.on("tlsClientError", (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    // A required certificate that is not believed ends as a reset; only the socket knows why.
    meters.failed.add(socket.authorizationError ? "certificate-untrusted" : reasonOf(error));
    socket.destroy();
  });

  function refusalOf(address: string): string | undefined {
    if (waiting.size >= settings.handshakes) return "handshakes";
    return (perAddress.get(address) ?? 0) >= settings.handshakesPerAddress ? "address-handshakes" : undefined;
  }

  return {
    open: () => waiting.size,
    endAll() {
      for (const { socket } of [...waiting.values()]) socket.destroy();
    },
  };
}

interface HandshakeParts {
  /** `mqtt` or `https`, for the counters. */
  readonly port: string;
  readonly settings: Pick<TlsSettings, "handshakes" | "handshakesPerAddress">;
  readonly meters: Pick<TlsMeters, "handshakes" | "failed">;
  readonly reserve?: ((address: string) => (() => void) | undefined) | undefined;
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** The code that Node or OpenSSL gives, as a word for the counter; there are few, so that they are a bounded label. */
function reasonOf({ code = "" }: NodeJS.ErrnoException): string {
  // An alert that the client sent: it does not believe the gateway's certificate.
  if (/ALERT.*(CERTIFICATE|_CA)/.test(code)) return "client-does-not-trust";
  if (Object.hasOwn(reasons, code)) return reasons[code] as string;
  return "other";
}

const reasons: Readonly<Record<string, string>> = {
  ERR_TLS_HANDSHAKE_TIMEOUT: "timeout",
  ECONNRESET: "gone",
  EPIPE: "gone",
  ERR_SSL_HTTP_REQUEST: "not-tls",
  ERR_SSL_WRONG_VERSION_NUMBER: "not-tls",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "not-tls",
  ERR_SSL_INVALID_RECORD: "not-tls",
  ERR_SSL_BAD_RECORD_TYPE: "not-tls",
  ERR_SSL_UNEXPECTED_MESSAGE: "not-tls",
  ERR_SSL_RECORD_LAYER_FAILURE: "not-tls",
  ERR_SSL_UNSUPPORTED_PROTOCOL: "version",
  ERR_SSL_VERSION_TOO_LOW: "version",
  ERR_SSL_NO_SHARED_CIPHER: "cipher",
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: "certificate-missing",
};
