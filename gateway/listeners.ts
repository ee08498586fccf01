import type { Server } from "node:http";
import type { Api } from "./api/server.ts";
import type { Broker } from "./broker/contract.ts";
import type { Closers } from "./closers.ts";
import type { Config } from "./config.ts";
import { isLoopback } from "./config-sources.ts";
import { GatewayError } from "./errors.ts";
import type { Tls } from "./tls/contract.ts";

/** Ports that are open; undefined where a listener is switched off. */
export interface Ports {
  readonly mqttPort?: number;
  readonly httpPort?: number;
  readonly mqttsPort?: number;
  readonly httpsPort?: number;
  readonly gb26875Port?: number;
}

interface Doors {
  readonly config: Config;
  readonly api: Api;
  readonly broker: Broker;
  readonly tls: Tls | undefined;
  readonly fireLines: { listen(): Promise<number | undefined> };
  readonly closers: Closers;
}

/** Opens every listener that the settings ask for. Throws `port-taken`. */
export async function openPorts({ config, api, broker, tls, fireLines, closers }: Doors): Promise<Ports> {
  const ports: { -readonly [name in keyof Ports]: number } = {};
  takeUpgrades(api.server, broker);
  if (config.plainMqtt) ports.mqttPort = (await broker.listen()).port;
  if (tls !== undefined && config.tls.mqtt) {
    const { reserve, attach } = broker;
    const door = await tls.listenMqtt({
      reserve,
      attach: ({ socket, ...arrival }) => attach(socket, arrival),
    });
    closers.add("MQTT over TLS", () => door.close());
    ports.mqttsPort = door.port;
  }
  if (config.plainHttp) ports.httpPort = (await api.listen()).port;
  if (tls !== undefined && config.tls.https) {
    const server = api.serveAlso(tls.httpsServer);
    takeUpgrades(server, broker);
    const door = await tls.listenHttps(server);
    closers.add("HTTPS", () => door.close());
    ports.httpsPort = door.port;
  }
  const linePort = await fireLines.listen();
  if (linePort !== undefined) ports.gb26875Port = linePort;
  return ports;
}

/** The door for devices that were claimed over plain HTTP or HTTPS; the only one where there is but one. */
export function mqttDoorOf(
  { mqttPort, mqttsPort }: Ports,
  isSecure: boolean,
): { port: number; tls: boolean } {
  const tls = mqttsPort !== undefined && (isSecure || mqttPort === undefined);
  return { port: (tls ? mqttsPort : mqttPort) ?? 0, tls };
}

/** Throws `settings-invalid` when devices or people would find no door at all. */
export function checkListeners({ plainMqtt, plainHttp, tls }: Config, hasTls: boolean): void {
  const remedy = hasTls
    ? ""
    : ": TLS has no certificate (linli tls init makes one), or is switched off (tls.mode)";
  if (!plainMqtt && !(hasTls && tls.mqtt)) {
    throw new GatewayError("settings-invalid", `plainMqtt is false and no port of MQTT is left${remedy}`);
  }
  if (!plainHttp && !(hasTls && tls.https)) {
    throw new GatewayError("settings-invalid", `plainHttp is false and no port of HTTP is left${remedy}`);
  }
}

/** What people must know about plain listeners that other machines reach; empty when there are none. */
export function plainWarnings({ host, plainMqtt, plainHttp }: Config): string[] {
  if (isLoopback(host)) return [];
  const open = [plainMqtt ? "MQTT" : "", plainHttp ? "HTTP" : ""].filter((name) => name !== "");
  return open.map(
    (name) =>
      `${name} is open to other machines in plain text: passwords and tokens can be read and alarms forged on the way; use TLS (docs/tls.md) and LINLI_HOST=127.0.0.1`,
  );
}

function takeUpgrades(server: Pick<Server, "on">, broker: Broker): void {
  server.on("upgrade", (request, socket, head) => {
    if (request.url?.split("?")[0] === "/mqtt") broker.upgrade(request, socket, head);
    else socket.destroy();
  });
}
