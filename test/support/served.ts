import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root } from "../house/sources.ts";
import { eventually } from "./gateway.ts";

/** One line of the log. */
export interface LogLine {
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A gateway in a process of its own, as a service manager runs it. */
export interface Served {
  readonly url: string;
  readonly mqttUrl: string;
  readonly child: ChildProcess;
  readonly log: readonly LogLine[];
  /** Waits until so many lines of the log have this sentence. */
  logged(msg: string, count?: number): Promise<LogLine>;
  /** Calls the API as administrator. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Sends a signal and waits for the end; the exit code. */
  end(signal: NodeJS.Signals): Promise<number>;
}

const token = "a-token-for-the-tests";

/** Starts `linli serve` on free ports and waits until they are open. */
export async function serve(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
  ...words: string[]
): Promise<Served> {
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith("LINLI_"));
  const args = ["serve", "--data-dir", dataDir, "--mqtt-port", "0", "--http-port", "0", ...words];
  const child = spawn(process.execPath, [join(root, "gateway/main.ts"), ...args], {
    cwd: dataDir,
    env: {
      ...Object.fromEntries(clean),
      ...{ LINLI_ADMIN_TOKEN: token, LINLI_JOURNAL_RESERVE_BYTES: "65536" },
      NODE_COMPILE_CACHE: join(root, "node_modules/.cache/linli"),
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log: LogLine[] = [];
  let rest = "";
  child.stdout.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    log.push(...lines.map((line) => JSON.parse(line) as LogLine));
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  const [, mqtt, url] = await eventually(
    async () => {
      if (child.exitCode !== null) throw new Error(`the gateway ended: ${said}`);
      return /MQTT (\S+), HTTP (\S+)/.exec(said) ?? [];
    },
    (found) => found.length > 0,
  );
  return {
    url: url as string,
    mqttUrl: `mqtt://${mqtt}`,
    child,
    log,
    async logged(msg, count = 1) {
      const lines = await eventually(
        async () => log.filter((line) => line.msg === msg),
        (found) => found.length >= count,
      );
      return lines[count - 1]!;
    },
    async call<T>(method: string, path: string, body?: unknown) {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return (await response.json()) as T;
    },
    async end(signal) {
      const ended = once(child, "exit");
      child.kill(signal);
      const [code] = await ended;
      return code as number;
    },
  };
}
