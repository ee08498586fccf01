import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import { GatewayError } from "../../gateway/errors.ts";

/** A program that was started for a measurement. */
export interface Child {
  readonly pid: number;
  readonly process: ChildProcess;
  /** The end of what it printed, for error messages. */
  output(): string;
  /** Ends it with the signal (default SIGTERM) and waits; after 30 s with SIGKILL. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a program with its own output kept, and ends it when this process ends. */
export function startChild(
  command: string,
  args: readonly string[],
  options: {
    env?: Readonly<Record<string, string>>;
    ipc?: boolean;
    cwd?: string;
    /** Told everything that it prints. */
    onOutput?: ((text: string) => void) | undefined;
  } = {},
): Child {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe", ...(options.ipc === true ? (["ipc"] as const) : [])],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-outputKept);
      options.onOutput?.(text);
    });
  }
  let failure: Error | undefined;
  child.on("error", (error) => {
    failure = error;
  });
  const killAtExit = () => child.kill("SIGKILL");
  process.on("exit", killAtExit);
  child.on("exit", () => process.off("exit", killAtExit));

  return {
    pid: child.pid ?? 0,
    process: child,
    output() {
      const { exitCode, signalCode } = child;
      const end = exitCode ?? signalCode;
      const facts = [failure?.message, end === null ? undefined : `(it ended with ${end})`];
      return [...facts.filter((fact) => fact !== undefined), output].join("\n");
    },
    async stop(signal = "SIGTERM") {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      const ended = once(child, "exit");
      child.kill(signal);
      const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** A loopback port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Waits until the port takes connections; throws with the child's output when it ends before, or after 30 s. */
export async function waitForPort(port: number, child: Child): Promise<void> {
  await waitUntil(`port ${port}`, child, () => canConnect(port));
}

/** Asks every 20 ms until the answer is yes; throws with the child's output when it ends before, or after 30 s. */
export async function waitUntil(what: string, child: Child, ask: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await ask())) {
    const gone = child.pid === 0 || child.process.exitCode !== null || child.process.signalCode !== null;
    if (gone || Date.now() > end) {
      throw new GatewayError("internal", `${what} was never ready; the program said:\n${child.output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Characters of output that are kept. */
const outputKept = 8_192;

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
