import { z } from "zod";

const port = z.int().min(0).max(65_535);
const file = z.string().min(1).optional();

/** Settings of the encrypted listeners. */
export const tlsSettings = z.object({
  mode: z
    .enum(["auto", "on", "off"])
    .default("auto")
    .describe(
      "auto: on when there is a certificate, named by certFile or made by linli tls init. on: a start without one fails. off: never",
    ),
  certFile: file.describe("Certificate of the server with its chain, PEM; without it dataDir/tls/server.crt"),
  keyFile: file.describe("Private key of that certificate, PEM; without it dataDir/tls/server.key"),
  host: z
    .string()
    .min(1)
    .default("127.0.0.1")
    .describe("Address that the encrypted ports listen on; 0.0.0.0 or :: opens them to other machines"),
  mqtt: z.boolean().default(true).describe("Open the port of MQTT over TLS"),
  mqttPort: port.default(8883).describe("Port of MQTT over TLS; 0 takes a free one"),
  https: z.boolean().default(true).describe("Open the port of HTTPS"),
  httpsPort: port
    .default(8443)
    .describe("Port of HTTPS, with MQTT over secure WebSocket at /mqtt; 0 takes a free one"),
  minVersion: z.enum(["1.2", "1.3"]).default("1.2").describe("Oldest version of TLS that is spoken"),
  ciphers: z
    .string()
    .min(1)
    .default(
      "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AESCCM",
    )
    .describe("Ciphers that are spoken, as OpenSSL names them: with forward secrecy and authenticated"),
  clientCertificates: z
    .enum(["off", "optional", "required"])
    .default("off")
    .describe(
      "Certificates of devices at the port of MQTT over TLS. optional: certificate or password. required: no connection without a certificate",
    ),
  clientCaFile: file.describe(
    "Authorities whose device certificates are believed, PEM; without it dataDir/tls/ca.crt",
  ),
  clientCrlFile: file.describe(
    "Revocation lists of those authorities, PEM; without it dataDir/tls/revoked.crl when it is there",
  ),
  handshakeTimeoutMs: z
    .int()
    .min(100)
    .default(10_000)
    .describe("Time from the socket's opening to the end of the TLS handshake, ms; then it is closed"),
  handshakes: z
    .int()
    .min(1)
    .default(2000)
    .describe("Handshakes of one port that may be under way; further sockets are closed at once"),
  handshakesPerAddress: z
    .int()
    .min(1)
    .default(512)
    .describe(
      "Handshakes of one network address at one port that may be under way; further sockets are closed",
    ),
  checkMs: z
    .int()
    .min(100)
    .default(5000)
    .describe("How often the certificate files are looked at for a change, ms; SIGHUP looks at once"),
  warnDays: z
    .number()
    .min(0)
    .default(21)
    .describe("Days before the end of the certificate at which an alert is raised"),
  renewDays: z
    .number()
    .min(0)
    .default(30)
    .describe(
      "Days before its end at which the gateway renews a certificate of linli tls init by itself, if ca.key is there; 0 never",
    ),
});

/** Parsed settings of the encrypted listeners. */
export type TlsSettings = z.infer<typeof tlsSettings>;
