import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { GatewayError } from "../../gateway/errors.ts";
import type { Credentials, NewDevice } from "../../gateway/state/contract.ts";
import { freePort, startChild, waitUntil } from "./child.ts";

/** A gateway process, as people run it: `linli serve`, spoken to over its API. */
export interface Gateway {
  readonly pid: number;
  readonly mqttPort: number;
  readonly httpPort: number;
  readonly dataDir: string;
  readonly adminToken: string;
  /** The end of its log. */
  output(): string;
  /** Waits until MQTT and HTTP answer; throws with the log's end when the process ends before. */
  ready(): Promise<void>;
  addSite(site: string): Promise<void>;
  /** Registers one after the other; the credentials in the same order. */
  addDevices(site: string, devices: readonly NewDevice[]): Promise<{ credentials: Credentials }[]>;
  /** Calls the API; throws with the answer when it is not 2xx. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** All items of a list, page by page. */
  list<T>(path: string): Promise<T[]>;
  /** True while the process lives. */
  isAlive(): boolean;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Where and how the gateway runs; ports stay the same over a restart when they are given. */
export interface GatewayOptions {
  readonly dataDir: string;
  readonly mqttPort?: number;
  readonly httpPort?: number;
  readonly adminToken?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Options for Node itself, for example `--cpu-prof`. */
  readonly nodeOptions?: readonly string[];
  /** A command line that runs the one behind it, for example strace with its options; must keep the process id. */
  readonly under?: readonly string[];
  /** Told everything that it prints. */
  readonly onOutput?: (text: string) => void;
}

/** Starts a gateway and waits until it is ready for MQTT and HTTP. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const gateway = await startGateway(options);
  await gateway.ready();
  return gateway;
}

/** Starts a gateway and waits for nothing. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const mqttPort = options.mqttPort ?? (await freePort());
  const httpPort = options.httpPort ?? (await freePort());
  const adminToken = options.adminToken ?? randomBytes(24).toString("base64url");
  const line = [process.execPath, ...(options.nodeOptions ?? []), mainPath, "serve"];
  const [command = process.execPath, ...words] = [...(options.under ?? []), ...line];
  const child = startChild(command, words, {
    cwd: options.dataDir,
    onOutput: options.onOutput,
    env: {
      ...options.env,
      LINLI_DATA_DIR: options.dataDir,
      LINLI_MQTT_PORT: String(mqttPort),
      LINLI_HTTP_PORT: String(httpPort),
      LINLI_ADMIN_TOKEN: adminToken,
    },
  });
  const base = `http://127.0.0.1:${httpPort}`;

  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(base + path, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new GatewayError("internal", `${method} ${path} was answered ${response.status}: ${text}`);
    }
    return text === "" ? undefined : JSON.parse(text);
  }

  async function list<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | undefined;
    do {
      const more = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page = (await call("GET", path + more)) as { items: T[]; next?: string | null };
      items.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return items;
  }

  return {
    pid: child.pid,
    mqttPort,
    httpPort,
    dataDir: options.dataDir,
    adminToken,
    output: child.output,
    ready: () => waitUntil("the gateway", child, () => isReady(`${base}/health/ready`)),
    call,
    list,
    async addSite(site) {
      await call("POST", "/api/v1/sites", { id: site, name: site });
    },
    async addDevices(site, devices) {
      const added: { credentials: Credentials }[] = [];
      for (const device of devices) {
        const body = { name: device.id, ...device };
        added.push(
          (await call("POST", `/api/v1/sites/${site}/devices`, body)) as { credentials: Credentials },
        );
      }
      return added;
    },
    isAlive: () => child.process.exitCode === null && child.process.signalCode === null,
    stop: child.stop,
  };
}

/** The program itself. */
export const mainPath = fileURLToPath(new URL("../../gateway/main.ts", import.meta.url));

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    // Nobody listens yet: the caller asks again and gives up in time.
    return false;
  }
}
