import type { Server as HttpsServer } from "node:https";
import type { TLSSocket } from "node:tls";
import type { PeerCertificate } from "../types.ts";

/** An encrypted port that is open. */
export interface SecureDoor {
  readonly port: number;
  /** Stops taking sockets and ends the handshakes under way; sockets that finished theirs stay. */
  close(): void;
}

/** A socket that finished its handshake. */
export interface SecureSocket {
  readonly socket: TLSSocket;
  readonly address: string;
  /** What the client showed; undefined when it showed none. */
  readonly certificate: PeerCertificate | undefined;
}

/** The encrypted ports and the certificate that they use. */
export interface Tls {
  /** Opens the port of MQTT over TLS. Throws `port-taken`. */
  listenMqtt(parts: {
    /** Counts a socket before its handshake; undefined when there are too many, else what ends the count. */
    readonly reserve: (address: string) => (() => void) | undefined;
    readonly attach: (socket: SecureSocket) => void;
  }): Promise<SecureDoor>;
  /** Opens the port of HTTPS for a server made by `httpsServer`; it closes with that server. Throws `port-taken`. */
  listenHttps(server: HttpsServer): Promise<SecureDoor>;
  /** An HTTPS server that nobody listens on yet. */
  httpsServer(options: object): HttpsServer;
  /** Looks at the files now; resolves when what they hold is used, or refused and reported. */
  reload(): Promise<void>;
  /** The root that people install on their devices, DER; undefined without a local authority. */
  authority(): Buffer | undefined;
  /** Says what is wrong with the certificate from now on, and what was found so far. */
  onFault(report: FaultReport): void;
  /** Called with the serial numbers on a new revocation list. */
  onRevoked(cut: (isRevoked: (serial: string) => boolean) => void): void;
  close(): void;
}

/** Takes a fault of the gateway's own certificate. */
export type FaultReport = (
  fault: "certificate-refused" | "certificate-ending" | "certificate-ended",
  isActive: boolean,
  reason: string,
) => void;
