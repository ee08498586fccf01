import { type Command, InvalidArgumentError } from "commander";
import type { App } from "../app.ts";
import type { Config } from "../config.ts";
import { readConfig } from "../config-sources.ts";
import { type Ports, plainWarnings } from "../listeners.ts";
import { createLog } from "../log.ts";
import { readVersion } from "../version.ts";
import { untilSignal } from "./signals.ts";

interface ServeOptions {
  readonly config?: string;
  readonly mqttPort?: number;
  readonly httpPort?: number;
  readonly host?: string;
  readonly dataDir?: string;
  readonly logLevel?: string;
}

/** `linli serve` */
export function addServeCommand(program: Command): void {
  program
    .command("serve")
    .description("run the gateway until SIGINT or SIGTERM")
    .option("-c, --config <file>", "YAML file with settings (default: linli.yaml when it is there)")
    .option("--mqtt-port <port>", "port of MQTT (LINLI_MQTT_PORT)", portNumber)
    .option("--http-port <port>", "port of the API and of MQTT over WebSocket (LINLI_HTTP_PORT)", portNumber)
    .option("--host <address>", "address that both ports listen on (LINLI_HOST)")
    .option("--data-dir <folder>", "folder of the journal and the databases (LINLI_DATA_DIR)")
    .option("--log-level <level>", "error, warn, info, debug or silent (LINLI_LOG_LEVEL)")
    .action(serve);
}

async function serve({ config: file, ...flags }: ServeOptions): Promise<void> {
  const config = readConfig({ file, environment: process.env, flags: { ...flags } });
  const log = createLog({ level: config.logLevel });
  // The parts are loaded only by the command that runs them, so that the others start at once.
  const { startApp } = await import("../app.ts");
  let running: App | undefined;
  // From the first moment on: without a listener the signal would end a gateway that is just starting.
  process.on("SIGHUP", () => void running?.reload());
  const app = await startApp({ config, log, version: readVersion() });
  running = app;
  const places = addresses(config, app);
  const warnings = plainWarnings(config).map((warning) => `WARNING: ${warning}\n`);
  process.stderr.write(`linli listens: ${places.join(", ")}\n${warnings.join("")}`);
  const { token, link } = app.first;
  if (token !== undefined) process.stderr.write(`first administrator's token, shown only now:\n  ${token}\n`);
  if (link !== undefined) {
    const page = `${config.api.publicUrl ?? webOf(places)}/link/${link}`;
    process.stderr.write(`the administrator (log-in name admin) sets a password here, once:\n  ${page}\n`);
  }
  const signal = await untilSignal();
  log.info({ signal }, "stopping");
  await app.stop();
}

function addresses(config: Config, { mqttPort, httpPort, mqttsPort, httpsPort }: Ports): string[] {
  const plain = urlHost(config.host);
  const secure = urlHost(config.tls.host);
  return [
    mqttPort === undefined ? "" : `MQTT ${plain}:${mqttPort}`,
    httpPort === undefined ? "" : `HTTP http://${plain}:${httpPort}`,
    mqttsPort === undefined ? "" : `MQTT over TLS ${secure}:${mqttsPort}`,
    httpsPort === undefined ? "" : `HTTPS https://${secure}:${httpsPort}`,
  ].filter((address) => address !== "");
}

/** Where this machine's browser finds the gateway: the plain port when it is open. */
function webOf(places: readonly string[]): string | undefined {
  const place = places.find((address) => /^HTTPS? /.test(address))?.replace(/^HTTPS? /, "");
  // The address of all interfaces is no name that a browser or a certificate knows.
  return place?.replace(/\/\/(0\.0\.0\.0|\[::\])/, "//localhost");
}

function urlHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError("a port is a number from 0 to 65535; 0 takes a free one.");
}
