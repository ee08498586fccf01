import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, startChild, waitForPort } from "./child.ts";
import { openGateway } from "./gateway.ts";
import type { Identity } from "./packets.ts";

/** One of the programs that are compared, running. */
export interface Server {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** Who connects and under which topic, one for each connection. */
  readonly senders: readonly Sender[];
  /** Where its journal is; undefined for a program that stores nothing. */
  readonly dataDir: string | undefined;
  stop(): Promise<void>;
  /** Stops it, if it still runs, and deletes its files. */
  remove(): Promise<void>;
}

/** One connection's identity and topic, and the kind whose examples it sends. */
export interface Sender extends Identity {
  readonly topic: string;
  /** `site/kind/id`. */
  readonly device: string;
  readonly kind: string;
}

/** What concerns the gateway alone. */
export interface GatewayChoices {
  /** For its own Node, for example `--cpu-prof`. */
  readonly nodeOptions: readonly string[];
  /** Screens that watch everything while it runs. */
  readonly screens: number;
}

/** Starts a program for the connections, whose kinds are given in order. */
export type OpenServer = (kinds: readonly string[], choices: GatewayChoices) => Promise<Server>;

/** The programs that are compared, by name, in the order in which they run. */
export const servers: Readonly<Record<string, OpenServer>> = {
  mosquitto: openMosquitto,
  aedes: openBareAedes,
  gateway: openGatewayServer,
};

/** Why a program cannot be measured here; undefined when it can. */
export function missing(name: string): string | undefined {
  if (name === "mosquitto" && !existsSync(mosquittoPath)) {
    return `${mosquittoPath} is missing (apt install mosquitto): no comparison with Mosquitto in this run`;
  }
  return undefined;
}

const mosquittoPath = "/usr/sbin/mosquitto";

async function openMosquitto(kinds: readonly string[]): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), "bench-mosquitto-"));
  const port = await freePort();
  const config = join(folder, "mosquitto.conf");
  const lines = [`listener ${port} 127.0.0.1`, "allow_anonymous true", "persistence false"];
  await writeFile(config, [...lines, "set_tcp_nodelay true", "log_type error", ""].join("\n"));
  const child = startChild(mosquittoPath, ["-c", config]);
  await waitForPort(port, child);
  return {
    name: "mosquitto",
    pid: child.pid,
    port,
    senders: kinds.map(plainSender),
    dataDir: undefined,
    stop: () => child.stop(),
    async remove() {
      await child.stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function openBareAedes(kinds: readonly string[]): Promise<Server> {
  const port = await freePort();
  const script = fileURLToPath(new URL("./bare-aedes.ts", import.meta.url));
  const child = startChild(process.execPath, [script, String(port)]);
  await waitForPort(port, child);
  return {
    name: "aedes",
    pid: child.pid,
    port,
    senders: kinds.map(plainSender),
    dataDir: undefined,
    stop: () => child.stop(),
    remove: () => child.stop(),
  };
}

async function openGatewayServer(kinds: readonly string[], choices: GatewayChoices): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), "bench-gateway-"));
  const gateway = await openGateway({ dataDir: folder, nodeOptions: choices.nodeOptions });
  await gateway.addSite("bench");
  const devices = await gateway.addDevices(
    "bench",
    kinds.map((kind, i) => ({ kind, id: deviceId(i) })),
  );
  const script = fileURLToPath(new URL("./screens.ts", import.meta.url));
  const { httpPort, adminToken } = gateway;
  const screens = startChild(process.execPath, [script, `${httpPort}`, adminToken, `${choices.screens}`]);
  return {
    name: "gateway",
    pid: gateway.pid,
    port: gateway.mqttPort,
    senders: devices.map(({ credentials }, i) => ({
      clientId: credentials.username,
      ...credentials,
      ...placeOf(kinds[i]!, i),
    })),
    dataDir: folder,
    async stop() {
      await screens.stop();
      if (choices.screens > 0) process.stderr.write(`screens saw ${screens.output()}\n`);
      await gateway.stop();
    },
    async remove() {
      await screens.stop();
      await gateway.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function plainSender(kind: string, i: number): Sender {
  return {
    clientId: `bench/${deviceId(i)}`,
    username: `bench/${deviceId(i)}`,
    password: "x".repeat(22),
    ...placeOf(kind, i),
  };
}

const deviceId = (i: number) => `device-${String(i + 1).padStart(4, "0")}`;

function placeOf(kind: string, i: number): Pick<Sender, "device" | "topic" | "kind"> {
  const device = `bench/${kind}/${deviceId(i)}`;
  return { device, topic: `linli/v1/${device}/telemetry`, kind };
}
