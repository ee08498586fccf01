import { createConnection, type Socket } from "node:net";
import { usageOf } from "../../../bench/support/process-stat.ts";
import { pause } from "./wait.ts";

/** Many sockets that do the same wrong thing at once. */
export interface Siege {
  readonly name: string;
  readonly sockets: number;
  readonly port: number;
  /** What socket number `n` does once it is open; called again after each answer. */
  readonly act: (socket: Socket, n: number, answer: Buffer | undefined) => void;
  /** By when each must be closed by the gateway, ms after it was opened. */
  readonly closedWithinMs: number;
  /** Most that the process may grow by meanwhile, MiB. */
  readonly growthMib: number;
}

/** What came of it. */
export interface SiegeReport {
  readonly name: string;
  readonly sockets: number;
  readonly closed: number;
  readonly slowestMs: number;
  readonly growthMib: number;
  readonly differences: readonly string[];
}

/** Opens all sockets, and waits until each is closed or its time is over, and a second more. */
export async function besiege(siege: Siege, pid: number): Promise<SiegeReport> {
  const before = usageOf(pid, "alone").residentMib;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, usageOf(pid, "alone").residentMib);
  }, 50);
  const took: number[] = [];
  const sockets = Array.from({ length: siege.sockets }, (_, n) => {
    const socket = createConnection({ host: "127.0.0.1", port: siege.port, noDelay: true });
    const openedAt = performance.now();
    socket.on("connect", () => siege.act(socket, n, undefined));
    socket.on("data", (answer) => siege.act(socket, n, answer));
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.destroy());
    socket.on("close", () => took.push(performance.now() - openedAt));
    return socket;
  });
  const end = performance.now() + siege.closedWithinMs + graceMs;
  while (took.length < siege.sockets && performance.now() < end) await pause(20);
  await pause(200);
  clearInterval(timer);
  const closed = took.length;
  for (const socket of sockets) socket.destroy();
  const slowestMs = Math.max(...took, closed < siege.sockets ? Number.POSITIVE_INFINITY : 0);
  const growthMib = most - before;
  const differences: string[] = [];
  if (slowestMs > siege.closedWithinMs)
    differences.push(
      `${closed} of ${siege.sockets} sockets were closed, the slowest after ${slowestMs.toFixed(0)} ms`,
    );
  if (growthMib > siege.growthMib)
    differences.push(`the gateway grew by ${growthMib.toFixed(0)} MiB, more than ${siege.growthMib}`);
  return { name: siege.name, sockets: siege.sockets, closed, slowestMs, growthMib, differences };
}

/** Longer than what is allowed, so that a late end is told with its time, ms. */
const graceMs = 5_000;
