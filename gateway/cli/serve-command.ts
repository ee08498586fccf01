import { existsSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import type { App } from "../app.ts";
import { type Config, secretsOf } from "../config.ts";
import { defaultFile, readConfig } from "../config-sources.ts";
import { messageOf } from "../errors.ts";
import { type Ports, plainWarnings } from "../listeners.ts";
import { createLog, type Log } from "../log.ts";
import { readVersion } from "../version.ts";
import { exitCodes } from "./exit-codes.ts";
import { findServiceManager } from "./service-manager.ts";
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
  const read = () => readConfig({ file, environment: process.env, flags: { ...flags } });
  const config = read();
  const log = createLog({ level: config.logLevel, secrets: secretsOf(config) });
  const manager = findServiceManager(process.env, log);
  let app: App | undefined;
  // From the first moment on: without a listener the signal would end a gateway that is just starting.
  process.on("SIGHUP", () => {
    if (app !== undefined) void reload(app, read, log).then(manager.reloading);
  });
  // The parts are loaded only by the command that runs them, so that the others start at once.
  const { startApp } = await import("../app.ts");
  const configFile = file ?? (existsSync(defaultFile) ? defaultFile : undefined);
  app = await startApp({ config, log, version: readVersion(), configFile });
  const places = addresses(config, app);
  const warnings = plainWarnings(config).map((warning) => `WARNING: ${warning}\n`);
  process.stderr.write(`linli listens: ${places.join(", ")}\n${warnings.join("")}`);
  const { token, link } = app.first;
  if (token !== undefined) process.stderr.write(`first administrator's token, shown only now:\n  ${token}\n`);
  if (link !== undefined) {
    const page = `${config.api.publicUrl ?? webOf(places)}/link/${link}`;
    process.stderr.write(`the administrator (log-in name admin) sets a password here, once:\n  ${page}\n`);
  }
  manager.ready();
  const signal = await untilSignal();
  log.info({ signal }, "stopping");
  manager.stopping();
  const cut = await app.stop();
  if (cut.length > 0) {
    log.error(
      { parts: cut },
      "stop was cut: these parts did not close; nothing that was acknowledged is lost",
    );
    process.exitCode = exitCodes.failed;
  }
  // What hangs must not keep the process; the log has this long to be written.
  setTimeout(() => process.exit(), lingerMs).unref();
}

/** How long the process may live on after its parts are closed, ms. */
const lingerMs = 500;

/** Reads the settings again. When they are wrong every fault is logged, and all stays as it is. */
async function reload(app: App, read: () => Config, log: Log): Promise<void> {
  let next: Config;
  try {
    next = read();
  } catch (error) {
    const [, ...faults] = messageOf(error)
      .split("\n")
      .map((line) => line.trim());
    for (const fault of faults) log.error({ fault }, "setting is wrong, nothing is changed");
    app.reloadFailed(faults.join("; "));
    return;
  }
  await app.reload(next);
}

function addresses(config: Config, ports: Ports): string[] {
  const { mqttPort, httpPort, mqttsPort, httpsPort, gb26875Port } = ports;
  const plain = urlHost(config.host);
  const secure = urlHost(config.tls.host);
  return [
    mqttPort === undefined ? "" : `MQTT ${plain}:${mqttPort}`,
    httpPort === undefined ? "" : `HTTP http://${plain}:${httpPort}`,
    mqttsPort === undefined ? "" : `MQTT over TLS ${secure}:${mqttsPort}`,
    httpsPort === undefined ? "" : `HTTPS https://${secure}:${httpsPort}`,
    gb26875Port === undefined ? "" : `GB/T 26875.3 ${urlHost(config.gb26875.host)}:${gb26875Port}`,
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
