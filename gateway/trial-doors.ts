import type { Config } from "./config.ts";
import type { Ports } from "./listeners.ts";
import type { HttpDoor, MqttDoor } from "./trial/contract.ts";

type DoorConfig = Pick<Config, "host" | "tls">;

/**
 * The door by which the gateway sends itself a message: the plain port, else the one of TLS, else MQTT over WebSocket. A port that asks
 * every client for a certificate lets nobody in who has none, the gateway included.
 */
export function mqttDoorOf(ports: Ports, { host, tls }: DoorConfig): MqttDoor | undefined {
  const { mqttPort, mqttsPort } = ports;
  if (mqttPort !== undefined) return { way: "tcp", host: reachable(host), port: mqttPort };
  if (mqttsPort !== undefined && tls.clientCertificates !== "required") {
    return { way: "tls", host: reachable(tls.host), port: mqttsPort };
  }
  const http = httpDoorOf(ports, { host, tls });
  return http && { way: http.isSecure ? "secure-websocket" : "websocket", host: http.host, port: http.port };
}

/** The door by which the gateway looks at its own screens. */
export function httpDoorOf({ httpPort, httpsPort }: Ports, { host, tls }: DoorConfig): HttpDoor | undefined {
  if (httpPort !== undefined) return { isSecure: false, host: reachable(host), port: httpPort };
  return httpsPort === undefined ? undefined : { isSecure: true, host: reachable(tls.host), port: httpsPort };
}

/** An address that we listen on, as one to connect to: every address is none. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "localhost" : host;
}
