import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setPriority } from "node:os";
import type { Readable } from "node:stream";
import { GatewayError } from "../errors.ts";
import type { FromBackup, ToBackup } from "./protocol.ts";

/** A process that makes one backup. */
export interface Worker {
  /** Waits for a message. Rejects when the process failed, ended or was killed. */
  hear<S extends FromBackup["say"]>(say: S): Promise<Extract<FromBackup, { say: S }>>;
  tell(message: ToBackup): void;
  /** What it writes to its standard output. */
  readonly output: Readable;
  /** Ends it; resolves when it is gone. */
  kill(): Promise<void>;
}

/** What it does must not take the processor from the gateway. */
const niceness = 10;

/** Starts the process; `program` is its file. */
export function startWorker(program: URL): Worker {
  const child: ChildProcess = fork(program, {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    execArgv: ["--max-semi-space-size=4"],
  });
  const heard: FromBackup[] = [];
  let end: GatewayError | undefined;
  let wake = () => {};
  child.on("message", (message: FromBackup) => {
    heard.push(message);
    wake();
  });
  child.on("error", (cause) =>
    ended(new GatewayError("internal", "the backup process did not start", { cause })),
  );
  child.on("exit", (code, signal) => {
    ended(new GatewayError("internal", `the backup process ended (${signal ?? `exit code ${code}`})`));
  });
  try {
    if (child.pid !== undefined) setPriority(child.pid, niceness);
  } catch {
    // Where it is not allowed the process keeps the gateway's priority.
  }

  function ended(error: GatewayError): void {
    end ??= error;
    wake();
  }

  return {
    async hear(say) {
      for (;;) {
        const message = heard.shift();
        if (message?.say === say) return message as never;
        if (message?.say === "failed") throw new GatewayError("backup-invalid", message.reason);
        if (message === undefined) {
          if (end !== undefined) throw end;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
    tell(message) {
      if (child.connected) child.send(message, () => {});
    },
    output: child.stdout!,
    async kill() {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
