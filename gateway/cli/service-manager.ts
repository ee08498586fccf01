import { spawn } from "node:child_process";
import type { Log } from "../log.ts";

/** Tells systemd what the gateway does; silent where there is no systemd that wants to know (`Type=notify`). */
export interface ServiceManager {
  /** The ports are open. Begins the signs of life, when the unit has `WatchdogSec`. */
  ready(): void;
  reloading(): void;
  stopping(): void;
}

/**
 * Speaks through the program `systemd-notify`, because Node.js has no datagram sockets of that kind. A sign of life is given by a
 * timer of the event loop: when the loop hangs, systemd starts the gateway again.
 */
export function findServiceManager(
  environment: Readonly<Record<string, string | undefined>>,
  log: Log,
): ServiceManager {
  const { NOTIFY_SOCKET, WATCHDOG_USEC } = environment;
  let hasFailed = false;

  function tell(...words: string[]): void {
    if (NOTIFY_SOCKET === undefined) return;
    const child = spawn("systemd-notify", words, { stdio: "ignore" });
    child.on("error", (error) => failed(error.message));
    child.on("exit", (code) => {
      if (code !== 0) failed(`exit code ${code}`);
    });
    child.unref();
  }

  function failed(reason: string): void {
    if (!hasFailed) log.error({ reason }, "systemd-notify failed: systemd will take the gateway for dead");
    hasFailed = true;
  }

  return {
    ready() {
      tell("--ready", "--status=MQTT and HTTP are open");
      const watchdogMs = Number(WATCHDOG_USEC ?? 0) / 1000;
      if (NOTIFY_SOCKET !== undefined && watchdogMs > 0) {
        setInterval(() => tell("WATCHDOG=1"), watchdogMs / 3).unref();
      }
    },
    reloading: () => tell("--status=settings were read again"),
    stopping: () => tell("STOPPING=1", "--status=making durable what was taken"),
  };
}
