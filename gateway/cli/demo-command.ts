import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { secretsOf } from "../config.ts";
import { readConfig } from "../config-sources.ts";
import { GatewayError } from "../errors.ts";
import { createLog } from "../log.ts";
import { readVersion } from "../version.ts";
import { untilSignal } from "./signals.ts";

interface DemoOptions {
  readonly config?: string;
  readonly speed: number;
  readonly quiet?: true;
}

/** Time between two lines of progress, ms. */
const lineEveryMs = 10_000;

/** `linli demo` */
export function addDemoCommand(program: Command): void {
  program
    .command("demo")
    .description("run the gateway with a living simulated community of about 200 devices")
    .option("-c, --config <file>", "YAML file with settings (default: linli.yaml when it is there)")
    .option("--speed <factor>", "how many times faster than life the community lives", factor, 1)
    .option("--quiet", "no line of progress every 10 seconds")
    .action(demo);
}

async function demo({ config: file, speed, quiet }: DemoOptions): Promise<void> {
  const demoDefaults = {
    LINLI_DATA_DIR: join("data", "demo"),
    LINLI_LOG_LEVEL: "warn",
    LINLI_ADMIN_TOKEN: `demo-${randomBytes(16).toString("base64url")}`,
  };
  const config = readConfig({ file, environment: { ...demoDefaults, ...process.env } });
  const log = createLog({ level: config.logLevel, secrets: secretsOf(config) });
  // The parts are loaded only by the command that runs them, so that the others start at once.
  const { startApp } = await import("../app.ts");
  const { startCommunity } = await import("./demo-community.ts");
  const { introduce, progressLine } = await import("./demo-words.ts");

  const { host, dataDir: directory, adminToken: token = demoDefaults.LINLI_ADMIN_TOKEN } = config;
  const app = await startApp({ config, log, version: readVersion() });
  try {
    const { mqttPort, httpPort } = app;
    if (mqttPort === undefined || httpPort === undefined) {
      throw new GatewayError("settings-invalid", "the demo needs its plain ports: plainMqtt, plainHttp");
    }
    const url = `http://${host}:${httpPort}`;
    const broker = `mqtt://${host}:${mqttPort}`;
    const community = await startCommunity({ url, broker, token, speed, directory });
    process.stdout.write(introduce({ url, host, mqttPort, token, link: app.first.link }, community));

    const started = Date.now();
    const lines = setInterval(() => {
      if (quiet !== true) process.stdout.write(`${progressLine(community, Date.now() - started)}\n`);
    }, lineEveryMs);
    await untilSignal();
    clearInterval(lines);
    process.stdout.write("stopping\n");
    await community.stop();
  } finally {
    await app.stop();
  }
}

function factor(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1000) return value;
  throw new InvalidArgumentError("a speed is a number above 0 and up to 1000.");
}
