import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import type { Catalogue } from "../../devices/kit/kind.ts";
import { type App, startApp } from "../../gateway/app.ts";
import type { Clock } from "../../gateway/clock.ts";
import { configSchema } from "../../gateway/config.ts";
import { createLog } from "../../gateway/log.ts";

/** A whole gateway on free ports with a data folder of its own. */
export interface TestGateway {
  readonly url: string;
  readonly mqttUrl: string;
  /** The application that runs now. */
  readonly app: App;
  /** Of the GB/T 26875.3 listener; 0 when it is off. */
  readonly gb26875Port: number;
  readonly dataDir: string;
  /** Of the administrator. */
  readonly token: string;
  /** Calls the API as administrator; the parsed answer and its status. */
  call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: T }>;
  /** Registers a device and connects it. */
  device(kind: string, id: string, more?: Record<string, unknown>): Promise<TestDevice>;
  /** Stops and starts it again on the same data, which may be looked at or spoiled meanwhile. */
  restart(meanwhile?: () => unknown): Promise<void>;
  /** Reads settings and certificates again. */
  reload(): Promise<unknown>;
  stop(): Promise<void>;
}

/** A registered device and its way to connect. */
export interface TestDevice {
  readonly id: string;
  readonly topic: string;
  readonly credentials: { readonly username: string; readonly password: string };
  connect(options?: IClientOptions): Promise<MqttClient>;
}

/** What a test may set. */
export interface TestGatewayOptions {
  readonly config?: Record<string, unknown>;
  /** A data folder that was prepared; it is removed at the end like any other. */
  readonly dataDir?: string;
  readonly clock?: Clock;
  readonly kinds?: Catalogue;
}

const adminToken = "a-token-for-the-tests";

/** Starts a gateway with the site `xinfa`. */
export async function openTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const {
    config: more = {},
    dataDir: folder = await mkdtemp(join(tmpdir(), "linli-path-")),
    ...parts
  } = options;
  const config = configSchema.parse({
    mqttPort: 0,
    httpPort: 0,
    dataDir: folder,
    adminToken,
    logLevel: "silent",
    // A small reserve is built at once.
    journal: { reserveBytes: 65_536 },
    // Tests with a clock of their own make hours pass between two answers of the disk.
    trial: { selfTestMs: 0 },
    ...more,
  });
  const start = () => startApp({ config, log: createLog({ level: "silent" }), version: "test", ...parts });
  let app: App = await start();

  const gateway: TestGateway = {
    get url() {
      return `http://127.0.0.1:${app.httpPort}`;
    },
    get mqttUrl() {
      return `mqtt://127.0.0.1:${app.mqttPort}`;
    },
    get app() {
      return app;
    },
    get gb26875Port() {
      return app.gb26875Port ?? 0;
    },
    dataDir: folder,
    token: adminToken,
    async call(method, path, body) {
      const response = await fetch(`${gateway.url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${adminToken}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
    },
    async device(kind, id, facts = {}) {
      const path = "/sites/xinfa/devices";
      const { body } = await gateway.call<{ credentials: TestDevice["credentials"] }>("POST", path, {
        kind,
        id,
        ...facts,
      });
      const { credentials } = body;
      return {
        id,
        topic: `linli/v1/xinfa/${kind}/${id}`,
        credentials,
        connect: (connection = {}) =>
          connectAsync(gateway.mqttUrl, {
            ...credentials,
            clientId: credentials.username,
            reconnectPeriod: 0,
            ...connection,
          }),
      };
    },
    async restart(meanwhile) {
      await app.stop();
      await meanwhile?.();
      app = await start();
    },
    reload: () => app.reload(config),
    async stop() {
      await app.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  // Data that was prepared may have it already.
  await gateway.call("POST", "/sites", { id: "xinfa", name: "新发小区" });
  return gateway;
}

/** Asks until the answer is what is waited for; the test's own time limit is the bound. */
export async function eventually<T>(ask: () => Promise<T>, isIt: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isIt(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
