import { type ChildProcess, fork } from "node:child_process";
import { setPriority } from "node:os";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { FromStore, OpenOptions, ToStore } from "./protocol.ts";
import type { SeriesSettings } from "./settings.ts";

/** Keeps the store's process running. */
export interface Supervisor {
  /** False while there is no process that can be told something. */
  tell(message: ToStore): boolean;
  /** How often the process was started again. */
  restarts(): number;
  stop(): Promise<void>;
}

/** What the supervisor needs. */
export interface SupervisorParts {
  /** The program of the process. */
  readonly program: URL;
  readonly settings: Pick<SeriesSettings, "restartMinMs" | "restartMaxMs" | "setAsideAfter" | "hungAfterMs">;
  /** Asked at each start. */
  readonly options: (isDamaged: boolean) => OpenOptions;
  readonly heard: (message: FromStore) => void;
  /** The process ended without being asked to. */
  readonly lost: (reason: string) => void;
  /** The store's file is put aside with the next start. */
  readonly damaged: (reason: string) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** Below this age an end counts as one of a series: a process that lived longer has worked, ms. */
const youngMs = 60_000;
/** How often it is looked for a sign of life, ms. */
const watchEveryMs = 1_000;
/** How long a stop may take before the process is killed, ms. */
const stopMs = 4_000;
/** What the store does must not take the processor from the gateway. */
const niceness = 10;

/**
 * Starts the process and starts it again when it ends, with growing waits. When it crashed a few times in a row, its file is taken for
 * damaged and put aside. A kill, a full disk or a file that another process still holds is no sign of damage.
 */
export function superviseStore(parts: SupervisorParts): Supervisor {
  const { program, settings, clock, log } = parts;
  let child: ChildProcess | undefined;
  let restarts = 0;
  let quickEnds = 0;
  let crashes = 0;
  let isDamaged = false;
  let heardAt = 0;
  let startedAt = 0;
  let stopping: Promise<void> | undefined;
  let failure: Extract<FromStore, { say: "failed" }> | undefined;
  let cancelStart = () => {};
  let watchedAt = clock.now();
  const cancelWatch = clock.every(watchEveryMs, watch);
  start();

  function start(): void {
    startedAt = clock.now();
    heardAt = startedAt;
    failure = undefined;
    const started = fork(program, {
      serialization: "advanced",
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      // What is read lives briefly; a larger nursery would only be more memory.
      execArgv: ["--max-semi-space-size=4"],
    });
    child = started;
    started.on("message", (message: FromStore) => {
      heardAt = clock.now();
      if (message.say === "failed") failure = message;
      else parts.heard(message);
    });
    started.on("error", (error) => log.error({ err: error }, "series process could not be started"));
    started.once("exit", (code, signal) => ended(code, signal));
    try {
      if (started.pid !== undefined) setPriority(started.pid, niceness);
    } catch (error) {
      log.debug({ err: error }, "series process keeps the gateway's priority");
    }
    started.send({ say: "open", options: parts.options(isDamaged) } satisfies ToStore, () => {
      // A process that is gone already is seen by its exit.
    });
    isDamaged = false;
  }

  function ended(code: number | null, signal: NodeJS.Signals | null): void {
    child = undefined;
    if (stopping !== undefined) return;
    const reason = failure?.reason ?? (signal === null ? `exit code ${code}` : `signal ${signal}`);
    const isYoung = clock.now() - startedAt < youngMs;
    quickEnds = isYoung ? quickEnds + 1 : 1;
    const isCrash = signal !== null ? crashSignals.has(signal) : code !== 0;
    const damage = failure?.damage ?? (isCrash ? "likely" : "none");
    crashes = damage === "none" ? 0 : isYoung ? crashes + 1 : 1;
    if (damage === "certain" || crashes >= settings.setAsideAfter) {
      crashes = 0;
      isDamaged = true;
      parts.damaged(reason);
    }
    const waitMs = Math.min(settings.restartMinMs * 2 ** (quickEnds - 1), settings.restartMaxMs);
    log.error({ reason, waitMs, isDamaged }, "series process ended, it is started again");
    parts.lost(reason);
    restarts += 1;
    cancelStart = clock.after(waitMs, start);
  }

  function watch(): void {
    const sinceMs = clock.now() - watchedAt;
    watchedAt = clock.now();
    // The clock was set, or the machine slept: nothing can be said of the silence before.
    if (sinceMs < 0 || sinceMs > 10 * watchEveryMs) heardAt = clock.now();
    if (child === undefined || clock.now() - heardAt < settings.hungAfterMs) return;
    log.error({ silentMs: clock.now() - heardAt }, "series process gives no sign of life and is killed");
    heardAt = clock.now();
    child.kill("SIGKILL");
  }

  async function stop(): Promise<void> {
    cancelWatch();
    cancelStart();
    const last = child;
    if (last === undefined) return;
    const exited = new Promise<void>((resolve) => last.once("exit", () => resolve()));
    const timer = setTimeout(() => last.kill("SIGKILL"), stopMs);
    if (last.connected) last.send({ say: "stop" } satisfies ToStore, () => {});
    await exited;
    clearTimeout(timer);
  }

  return {
    tell(message) {
      if (child?.connected !== true) return false;
      child.send(message, () => {
        // What a process that just ended does not take is told to the next one.
      });
      return true;
    },
    restarts: () => restarts,
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** Signals by which a process ends through a fault of its own. */
const crashSignals: ReadonlySet<NodeJS.Signals> = new Set([
  "SIGSEGV",
  "SIGABRT",
  "SIGBUS",
  "SIGILL",
  "SIGFPE",
  "SIGTRAP",
]);
