import { readFileSync } from "node:fs";

/** A TCP socket as the kernel has it. */
export interface SocketRow {
  readonly localPort: number;
  readonly remotePort: number;
  readonly isEstablished: boolean;
  /** Bytes that were written and that the other side has not taken. */
  readonly unsentBytes: number;
}

/** All IPv4 sockets of this machine (proc(5), `/proc/net/tcp`). */
export function readSockets(): SocketRow[] {
  return readFileSync("/proc/net/tcp", "latin1")
    .split("\n")
    .slice(1)
    .filter((line) => line !== "")
    .map((line) => {
      const [, local = "", remote = "", state, queues = ""] = line.trim().split(/\s+/);
      const portOf = (address: string) => Number.parseInt(address.split(":")[1] ?? "", 16);
      return {
        localPort: portOf(local),
        remotePort: portOf(remote),
        isEstablished: state === "01",
        unsentBytes: Number.parseInt(queues.split(":")[0] ?? "", 16),
      };
    });
}
