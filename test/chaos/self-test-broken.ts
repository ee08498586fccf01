import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, createServer, get } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Gateway, openGateway } from "../../bench/support/gateway.ts";
import { injectFaults } from "./support/strace.ts";
import { pause, untilWithin } from "./support/wait.ts";

/** How fast everything goes: a thirtieth of the real times. */
export interface SelfTestOptions {
  readonly selfTestMs: number;
  readonly failAfterMs: number;
  readonly onLine: (line: string) => void;
}

/** What one broken part did. */
export interface BrokenPart {
  readonly name: string;
  /** The stage that readiness named; undefined while nobody could ask. */
  readonly stage: string | undefined;
  /** From the break until the gateway was not ready, or until the watcher could tell. */
  readonly noticedMs: number;
  /** Pings that came when it had been broken for so long that the gateway is not ready. */
  readonly pings: number;
  /** From the mending until the gateway was ready and pinged again. */
  readonly mendedMs: number;
}

/** What came out; `differences` is empty when everything is right. */
export interface SelfTestReport {
  readonly parts: readonly BrokenPart[];
  readonly differences: readonly string[];
}

interface Harm {
  readonly name: string;
  /** What readiness must name; undefined where it cannot be asked. */
  readonly stage: string | undefined;
  /** Breaks it; returns what mends it. */
  readonly harm: (gateway: Gateway) => Promise<() => unknown>;
}

/** Sockets that each port may have. */
const places = 24;

const harms: readonly Harm[] = [
  { name: "disk: every write fails", stage: "journal", harm: failWrites },
  { name: "MQTT port: no place left", stage: "broker", harm: ({ mqttPort }) => crowd(mqttPort) },
  { name: "HTTP port: no place left", stage: "screens", harm: ({ httpPort }) => crowd(httpPort) },
  { name: "process: frozen", stage: undefined, harm: freeze },
];

/** Breaks one part of a running gateway after another, and watches its readiness and the pings of its dead-man's switch. */
export async function breakEachPart({
  selfTestMs,
  failAfterMs,
  onLine,
}: SelfTestOptions): Promise<SelfTestReport> {
  const dataDir = await mkdtemp(join(tmpdir(), "linli-self-test-"));
  const watcher = await aWatcher();
  const gateway = await openGateway({
    dataDir,
    env: {
      ...{ LINLI_TRIAL_SELF_TEST_MS: `${selfTestMs}`, LINLI_TRIAL_WITHIN_MS: `${selfTestMs * 0.9}` },
      ...{ LINLI_TRIAL_FAIL_AFTER_MS: `${failAfterMs}`, LINLI_TRIAL_DEAD_MAN_URL: watcher.url },
      ...{ LINLI_TRIAL_DEAD_MAN_EVERY_MS: `${selfTestMs / 5}`, LINLI_NOTIFY_ALLOWED_HOSTS: "127.0.0.1" },
      ...{ LINLI_BROKER_CONNECTIONS: `${places}`, LINLI_API_CONNECTIONS: `${places}` },
      ...{ LINLI_BROKER_CONNECT_TIMEOUT_MS: "60000", LINLI_JOURNAL_RESERVE_BYTES: "65536" },
    },
  });
  const door = askReadiness(gateway);
  const longestMs = failAfterMs + 3 * selfTestMs;
  const works = async () => (await door.failing()) === undefined;
  const parts: BrokenPart[] = [];
  const differences: string[] = [];
  try {
    for (const { name, stage: expected, harm } of harms) {
      await watcher.next();
      await untilWithin({ what: "it is ready", isSo: works, ms: 10 * longestMs, everyMs: 50 });
      const brokenAt = performance.now();
      const mend = await harm(gateway);
      let stage: string | undefined;
      if (expected === undefined) await pause(failAfterMs);
      else {
        const isSo = async () => {
          stage = await door.failing();
          return stage !== undefined;
        };
        await untilWithin({ what: `${name} shows`, isSo, ms: longestMs * 2, everyMs: 50 });
      }
      const noticedMs = performance.now() - brokenAt;
      // A full disk or a failed write shows at once; that no test alarm comes through takes until one has failed.
      await pause(Math.max(brokenAt + failAfterMs - performance.now(), 0));
      const before = watcher.count();
      await pause(selfTestMs);
      const pings = watcher.count() - before;
      await mend();
      const mendedAt = performance.now();
      await untilWithin({ what: `${name} is over`, isSo: works, ms: 10 * longestMs, everyMs: 50 });
      await watcher.next();
      const part = { name, stage, noticedMs, pings, mendedMs: performance.now() - mendedAt };
      parts.push(part);
      onLine(`${name}: noticed after ${noticedMs.toFixed(0)} ms`);
      if (stage !== expected) differences.push(`${name}: readiness named ${stage}, not ${expected}`);
      if (pings > 0) differences.push(`${name}: ${pings} pings while it was broken`);
      if (noticedMs > longestMs) differences.push(`${name}: noticed after ${noticedMs.toFixed(0)} ms`);
    }
  } finally {
    door.close();
    await gateway.stop("SIGKILL");
    watcher.close();
    await rm(dataDir, { recursive: true, force: true });
  }
  return { parts, differences };
}

/** Takes the pings of the dead-man's switch, as a service elsewhere does. */
async function aWatcher() {
  let count = 0;
  const server = createServer((_request, response) => {
    count += 1;
    response.end();
    server.emit("ping");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping`,
    count: () => count,
    next: () => once(server, "ping"),
    close: () => server.close(),
  };
}

/** Asks over one connection that stays open, which nobody can take from it. */
function askReadiness({ httpPort }: Gateway) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    /** The stage that fails; undefined when all work. */
    async failing(): Promise<string | undefined> {
      const request = get({ agent, host: "127.0.0.1", port: httpPort, path: "/health/ready" });
      const [response] = await once(request, "response");
      const { stages } = JSON.parse(await text(response)) as {
        stages: { stage: string; ok: boolean; required: boolean }[];
      };
      return stages.find(({ ok, required }) => required && !ok)?.stage;
    },
    close: () => agent.destroy(),
  };
}

async function failWrites({ pid }: Gateway) {
  // Without `write`, by which the pool's threads also wake the event loop.
  const calls = ["pwrite64", "pwritev", "fdatasync", "fsync"];
  const { stop } = await injectFaults({ pid, threads: ["disk"], calls, fate: "error=EIO" });
  return stop;
}

/** Takes every place of a port that is free, and each that becomes free. */
async function crowd(port: number) {
  const sockets = new Set<Socket>();
  let isOver = false;
  const enter = () => {
    const socket = connect({ host: "127.0.0.1", port });
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      if (!isOver) setTimeout(enter, 20);
    });
  };
  for (let i = 0; i < places + 2; i++) enter();
  return () => {
    isOver = true;
    for (const socket of sockets) socket.destroy();
  };
}

async function freeze({ pid }: Gateway) {
  process.kill(pid, "SIGSTOP");
  return () => process.kill(pid, "SIGCONT");
}
