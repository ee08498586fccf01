import { constants } from "node:crypto";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import { createServer, type Server, type TlsOptions } from "node:tls";
import type { Clock } from "../clock.ts";
import { cannotListen } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { openCertificates, readAuthority } from "./certificates.ts";
import type { SecureDoor, Tls } from "./contract.ts";
import { boundHandshakes, type Handshakes } from "./handshakes.ts";
import { createTlsMeters } from "./meters.ts";
import { peerOf } from "./peer.ts";
import { findPlaces } from "./places.ts";
import type { TlsSettings } from "./settings.ts";

/** Reads the certificate; undefined when there is no TLS. Throws `settings-invalid`. No port is open yet. */
export async function openTls({
  dataDir,
  settings,
  clock,
  log,
  metrics,
}: TlsParts): Promise<Tls | undefined> {
  const meters = createTlsMeters(metrics);
  const places = findPlaces(dataDir, settings);
  if (places === undefined) {
    log.info({ mode: settings.mode }, "TLS is off; linli tls init makes a certificate");
    return undefined;
  }
  const certificates = await openCertificates({ places, settings, clock, log, meters });
  const authority = readAuthority(places.authority);
  const handshakes: Handshakes[] = [];
  meters.watch({
    endsAt: () => certificates.current().endsAt,
    open: () => handshakes.reduce((sum, { open }) => sum + open(), 0),
  });

  function options(): TlsOptions {
    return {
      ...certificates.current().options,
      handshakeTimeout: settings.handshakeTimeoutMs,
      // A client could make the gateway sign again and again.
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    };
  }

  function listen(
    server: Server,
    what: { name: string; port: number; variable: string },
    bound: { port: string; reserve?: (address: string) => (() => void) | undefined },
  ): Promise<SecureDoor> {
    const { host } = settings;
    const bounded = boundHandshakes(server, { ...bound, settings, meters });
    handshakes.push(bounded);
    certificates.onChange((next) =>
      server.setSecureContext({ ...next, secureOptions: constants.SSL_OP_NO_RENEGOTIATION }),
    );
    return new Promise((resolve, reject) => {
      const { name, port, variable } = what;
      server.once("error", (cause) =>
        reject(cannotListen({ what: name, host, port, variable, hostVariable: "LINLI_TLS_HOST", cause })),
      );
      server.listen({ host, port, backlog: 1024 }, () => {
        const address = server.address();
        const door = {
          port: typeof address === "object" && address !== null ? address.port : 0,
          close() {
            // The API closes the server of HTTPS, when the last request has ended.
            if (bound.port === "mqtt") server.close();
            bounded.endAll();
          },
        };
        log.info({ host, port: door.port }, `${name} listens`);
        resolve(door);
      });
    });
  }

  return {
    listenMqtt({ reserve, attach }) {
      const asked = settings.clientCertificates;
      const server = createServer({
        ...options(),
        noDelay: true,
        requestCert: asked !== "off",
        // An optional certificate that is not believed is refused at CONNECT, where the device is told why.
        rejectUnauthorized: asked === "required",
      });
      server.on("secureConnection", (socket) => {
        const address = socket.remoteAddress ?? "";
        attach({ socket, address, certificate: asked === "off" ? undefined : peerOf(socket) });
      });
      const port = settings.mqttPort;
      const what = { name: "MQTT over TLS", port, variable: "LINLI_TLS_MQTT_PORT" };
      return listen(server, what, { port: "mqtt", reserve });
    },
    httpsServer: (more) => createHttpsServer({ ...more, ...options() }),
    listenHttps(server: HttpsServer) {
      const what = { name: "HTTPS", port: settings.httpsPort, variable: "LINLI_TLS_HTTPS_PORT" };
      return listen(server, what, { port: "https" });
    },
    reload: certificates.reload,
    authority: () => authority,
    onFault: certificates.onFault,
    onRevoked: certificates.onRevoked,
    close: certificates.close,
  };
}

interface TlsParts {
  readonly dataDir: string;
  readonly settings: TlsSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}
