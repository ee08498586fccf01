import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./wait.ts";

/** What the kernel is made to answer, and to whom. */
export interface Injection {
  readonly pid: number;
  /** `disk`: the threads that make the calls to the file system; `one-disk`: the first of them; `main`: the event loop, where SQLite runs. */
  readonly threads: readonly ("disk" | "one-disk" | "main")[];
  /** System calls by name. */
  readonly calls: readonly string[];
  /** What happens to them in strace's words: `error=EIO`, `delay_enter=300000`, `retval=0`. */
  readonly fate: string;
  /** Which calls of a thread: `3`, `2+3` (the second and every third after it); all when absent. */
  readonly when?: string;
  /** Only calls about these files; all when absent. */
  readonly paths?: readonly string[];
}

/** Calls that are being tampered with. */
export interface Injected {
  /** How many calls have been. */
  hits(): number;
  /** Lets go of the process; how many calls were tampered with. */
  stop(): Promise<number>;
}

/** A sentence that says why this machine cannot inject faults; undefined when it can. */
export function whyNoStrace(): string | undefined {
  const tried = spawnSync("strace", ["-o", "/dev/null", "-e", "inject=write:delay_enter=1", "true"], {
    encoding: "utf8",
  });
  if (tried.status === 0) return undefined;
  return `strace cannot trace here: ${(tried.error?.message ?? tried.stderr).trim()}`;
}

/** Attaches strace to threads of a running process; resolves when all of them are held. */
export async function injectFaults(injection: Injection): Promise<Injected> {
  const threads = threadsOf(injection);
  const out = outFile();
  const args = ["-o", out, ...expressions(injection), "-p", threads.join(",")];
  const strace = spawn("strace", args, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(strace, "exit");
  let said = "";
  strace.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await until(
    "strace has attached",
    () => (said.match(/attached/g) ?? []).length >= threads.length || strace.exitCode !== null,
  );
  return {
    hits: () => countHits(out),
    async stop() {
      if (strace.exitCode === null) strace.kill("SIGTERM");
      await ended;
      const hits = countHits(out);
      await rm(out, { force: true });
      return hits;
    },
  };
}

/** The words before a command line that start it under strace from its first call on; the process keeps its own id. */
export function straceWords(injection: Omit<Injection, "pid" | "threads">): {
  words: readonly string[];
  hits: () => number;
} {
  const out = outFile();
  const words = ["strace", "-D", "-f", "--seccomp-bpf", "-o", out, ...expressions(injection)];
  return { words, hits: () => countHits(out) };
}

function expressions({ calls, fate, when, paths = [] }: Omit<Injection, "pid" | "threads">): string[] {
  const set = calls.join(",");
  const inject = `inject=${set}:${fate}${when === undefined ? "" : `:when=${when}`}`;
  return ["-e", `trace=${set}`, "-e", inject, ...paths.flatMap((path) => ["-P", path])];
}

/** Threads of the pool that Node gives the file system's calls to. */
function threadsOf({ pid, threads }: Injection): number[] {
  const pool = readdirSync(`/proc/${pid}/task`)
    .map(Number)
    .filter((id) => readFileSync(`/proc/${pid}/task/${id}/comm`, "utf8").trim() === "libuv-worker");
  const found = { disk: pool, "one-disk": pool.slice(0, 1), main: [pid] };
  return threads.flatMap((name) => found[name]);
}

function countHits(out: string): number {
  try {
    return (readFileSync(out, "utf8").match(/\((INJECTED|DELAYED)\)/g) ?? []).length;
  } catch {
    // Nothing was traced yet.
    return 0;
  }
}

function outFile(): string {
  return join(tmpdir(), `linli-strace-${process.pid}-${Math.random().toString(36).slice(2)}.txt`);
}
