import { type Command, InvalidArgumentError } from "commander";
import { readConfig } from "../config-sources.ts";
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
  const app = await startApp({ config, log, version: readVersion() });
  const host = config.host.includes(":") ? `[${config.host}]` : config.host;
  const url = `http://${host}:${app.httpPort}`;
  const line =
    app.gb26875Port === undefined ? "" : `, GB/T 26875.3 ${config.gb26875.host}:${app.gb26875Port}`;
  process.stderr.write(`linli listens: MQTT ${host}:${app.mqttPort}, HTTP ${url}${line}\n`);
  const { token, link } = app.first;
  if (token !== undefined) process.stderr.write(`first administrator's token, shown only now:\n  ${token}\n`);
  if (link !== undefined) {
    const page = `${config.api.publicUrl ?? url}/link/${link}`;
    process.stderr.write(`the administrator (log-in name admin) sets a password here, once:\n  ${page}\n`);
  }
  const signal = await untilSignal();
  log.info({ signal }, "stopping");
  await app.stop();
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError("a port is a number from 0 to 65535; 0 takes a free one.");
}
