import { setTimeout as wait } from "node:timers/promises";
import { GatewayError } from "../../gateway/errors.ts";
import { type Child, freePort, startChild, waitUntil } from "./child.ts";
import { usageOf } from "./process-stat.ts";
import type { Used } from "./series-subject.ts";

/** How a server is started on a port and with a folder of its own. */
export interface ServerPlan {
  readonly command: string;
  readonly args: (port: number) => readonly string[];
  readonly env: (port: number, otherPort: number) => Readonly<Record<string, string>>;
  /** Answers 2xx when it is ready. */
  readonly readyPath: string;
}

/** A server of others, running. */
export interface Server {
  /** Of all its processes since the first start. */
  usage(): Used;
  /** Sends a form or a body by POST; throws with the server's words unless it answers 2xx. */
  post(path: string, body: string | URLSearchParams): Promise<string>;
  /** Ends it and starts it again on the same data; resolves when it is ready. */
  restart(plan: ServerPlan): Promise<void>;
  /** Waits until it has used next to no CPU for three seconds; at most two minutes. */
  waitForQuiet(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it; resolves when it is ready. */
export async function startServer(plan: ServerPlan): Promise<Server> {
  let { child, url } = await start(plan);
  const before = { cpuSeconds: 0, peakMib: 0 };

  function usage(): Used {
    const { cpuSeconds, peakMib } = usageOf(child.pid);
    return { cpuSeconds: before.cpuSeconds + cpuSeconds, peakMib: Math.max(before.peakMib, peakMib) };
  }

  return {
    usage,
    async post(path, body) {
      const response = await fetch(url + path, { method: "POST", body });
      const text = await response.text();
      if (response.ok) return text;
      throw new GatewayError("internal", `${plan.command} answered ${path} with ${response.status}: ${text}`);
    },
    async restart(next) {
      Object.assign(before, usage());
      await child.stop();
      ({ child, url } = await start(next));
    },
    async waitForQuiet() {
      let quiet = 0;
      let last = usage().cpuSeconds;
      for (let second = 0; second < 120 && quiet < 3; second++) {
        await wait(1000);
        const now = usage().cpuSeconds;
        quiet = now - last <= 0.05 ? quiet + 1 : 0;
        last = now;
      }
    },
    stop: () => child.stop(),
  };
}

async function start({ command, args, env, readyPath }: ServerPlan): Promise<{ child: Child; url: string }> {
  const port = await freePort();
  const child = startChild(command, args(port), { env: env(port, await freePort()) });
  const url = `http://127.0.0.1:${port}`;
  await waitUntil(command, child, () => isReady(url + readyPath));
  return { child, url };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    // Nobody listens yet: the caller asks again and gives up in time.
    return false;
  }
}
