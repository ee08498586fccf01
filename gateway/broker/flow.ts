import type { Connection } from "./connection.ts";
import type { Meters } from "./meters.ts";
import type { BrokerSettings } from "./settings.ts";

/** Decides whether a client is read: counts what waits for the disk and how much it sends. */
export interface Flow {
  /** A packet came that costs work. */
  came(connection: Connection): void;
  taken(connection: Connection, bytes: number): void;
  answered(connection: Connection, bytes: number): void;
  /** Messages that wait for their answer. */
  pending(): number;
  pendingBytes(): number;
  /** Called every second: begins a new window, and keeps those that are not read from being called silent. */
  tick(): void;
  forget(connection: Connection): void;
  /** Calls back once nothing waits. */
  onceIdle(idle: () => void): void;
}

const forDisk = 1;
const forRate = 2;

/** Makes the flow control. What waits for the disk stops reading at a bound and goes on at half of it. */
export function createFlow({ settings, meters }: { settings: BrokerSettings; meters: Meters }): Flow {
  const paused = new Set<Connection>();
  let messages = 0;
  let bytes = 0;
  let window = 0;
  let whenIdle: (() => void) | undefined;

  function pause(connection: Connection, reason: number): void {
    meters.paused.add(reason === forDisk ? "disk" : "rate");
    if (connection.paused === 0) {
      paused.add(connection);
      connection.peer.pause();
    }
    connection.paused |= reason;
  }

  function resume(connection: Connection, reason: number): void {
    if ((connection.paused & reason) === 0) return;
    connection.paused &= ~reason;
    if (connection.paused !== 0) return;
    paused.delete(connection);
    // In a turn of its own: an answer may come while this client's parser is still at work.
    setImmediate(() => {
      const { peer } = connection;
      if (peer.closed || connection.paused !== 0) return;
      // While paused, aedes did not count the packets it finished; 1 lets the next batch be read.
      peer._parsingBatch = 1;
      peer.resume();
    });
  }

  function hasRoom({ pending }: Connection): boolean {
    return pending <= settings.pendingMessages / 2 && bytes <= settings.pendingBytes / 2;
  }

  return {
    came(connection) {
      if (connection.window !== window) {
        connection.window = window;
        connection.packets = 0;
      }
      if (++connection.packets === settings.packetsPerSecond) pause(connection, forRate);
    },
    taken(connection, size) {
      messages++;
      bytes += size;
      connection.pending++;
      if ((connection.paused & forDisk) !== 0) return;
      if (connection.pending < settings.pendingMessages && bytes < settings.pendingBytes) return;
      pause(connection, forDisk);
    },
    answered(connection, size) {
      const wereFull = bytes > settings.pendingBytes / 2;
      messages--;
      bytes -= size;
      connection.pending--;
      if (paused.size > 0) {
        if (hasRoom(connection)) resume(connection, forDisk);
        if (wereFull && bytes <= settings.pendingBytes / 2) {
          for (const other of [...paused]) if (hasRoom(other)) resume(other, forDisk);
        }
      }
      if (messages === 0 && whenIdle !== undefined) {
        const idle = whenIdle;
        whenIdle = undefined;
        idle();
      }
    },
    pending: () => messages,
    pendingBytes: () => bytes,
    tick() {
      window++;
      for (const connection of [...paused]) {
        connection.peer._keepaliveTimer?.refresh();
        resume(connection, forRate);
      }
    },
    forget: (connection) => void paused.delete(connection),
    onceIdle(idle) {
      if (messages === 0) idle();
      else whenIdle = idle;
    },
  };
}
