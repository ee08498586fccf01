import type { Connection } from "./connection.ts";
import type { Meters } from "./meters.ts";
import type { BrokerSettings } from "./settings.ts";

/** Keeps count of messages that were taken and are not answered, and stops reading clients that run ahead. */
export interface Flow {
  taken(connection: Connection, bytes: number): void;
  answered(connection: Connection, bytes: number): void;
  /** Messages that wait for their answer. */
  pending(): number;
  pendingBytes(): number;
  /** A paused client is not silent: its keep-alive must not run out. Called every few seconds. */
  keepAlive(): void;
  forget(connection: Connection): void;
  /** Calls back once nothing waits. */
  onceIdle(idle: () => void): void;
}

/** Makes the flow control. Both bounds stop reading; at half of them reading goes on. */
export function createFlow({ settings, meters }: { settings: BrokerSettings; meters: Meters }): Flow {
  const paused = new Set<Connection>();
  let messages = 0;
  let bytes = 0;
  let whenIdle: (() => void) | undefined;

  function resume(connection: Connection): void {
    paused.delete(connection);
    connection.paused = false;
    // In a turn of its own: an answer may come while this client's parser is still at work.
    setImmediate(() => {
      const { peer } = connection;
      if (peer.closed || connection.paused) return;
      // While paused, aedes did not count the packets it finished; 1 lets the next batch be read.
      peer._parsingBatch = 1;
      peer.resume();
    });
  }

  return {
    taken(connection, size) {
      messages++;
      bytes += size;
      connection.pending++;
      if (connection.paused) return;
      if (connection.pending < settings.pendingMessages && bytes < settings.pendingBytes) return;
      connection.paused = true;
      paused.add(connection);
      connection.peer.pause();
      meters.paused.add();
    },
    answered(connection, size) {
      messages--;
      bytes -= size;
      connection.pending--;
      if (paused.size > 0) {
        const wasFull = bytes + size > settings.pendingBytes / 2;
        if (wasFull && bytes <= settings.pendingBytes / 2) {
          for (const other of [...paused]) if (other.pending <= settings.pendingMessages / 2) resume(other);
        }
        if (
          connection.paused &&
          connection.pending <= settings.pendingMessages / 2 &&
          bytes < settings.pendingBytes
        ) {
          resume(connection);
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
    keepAlive() {
      for (const { peer } of paused) peer._keepaliveTimer?.refresh();
    },
    forget: (connection) => void paused.delete(connection),
    onceIdle(idle) {
      if (messages === 0) idle();
      else whenIdle = idle;
    },
  };
}
