import type { FrozenClient } from "../../../bench/support/frozen.ts";
import { readSockets } from "./socket-table.ts";
import { pause } from "./wait.ts";

/** When the gateway gave a frozen client up. */
export interface CutTime {
  readonly kind: FrozenClient["kind"];
  /** From when the kernel took no more bytes for it, ms; infinite when it was never cut. */
  readonly sinceFullMs: number;
  /** From when it stopped to read, ms. */
  readonly sinceFrozenMs: number;
}

const lookEveryMs = 50;

/** Looks at the gateway's side of each socket until all are gone, or the time is over. */
export async function watchCuts(clients: readonly FrozenClient[], forMs: number): Promise<CutTime[]> {
  const watched = clients.map((client) => ({
    ...{ client, port: client.socket.localPort ?? 0, bytes: 0, grewAt: client.frozenAt },
    cutAt: Number.POSITIVE_INFINITY,
  }));
  const end = performance.now() + forMs;
  while (performance.now() < end && watched.some(({ cutAt }) => cutAt === Number.POSITIVE_INFINITY)) {
    const rows = new Map(readSockets().map((row) => [`${row.localPort} ${row.remotePort}`, row]));
    const now = performance.now();
    for (const one of watched) {
      if (one.cutAt !== Number.POSITIVE_INFINITY) continue;
      const row = rows.get(`${one.client.gatewayPort} ${one.port}`);
      if (!row?.isEstablished) one.cutAt = now;
      else if (row.unsentBytes > one.bytes) Object.assign(one, { bytes: row.unsentBytes, grewAt: now });
    }
    await pause(lookEveryMs);
  }
  for (const { socket } of clients) socket.destroy();
  return watched.map(({ client, cutAt, grewAt }) => ({
    kind: client.kind,
    sinceFullMs: cutAt - grewAt,
    sinceFrozenMs: cutAt - client.frozenAt,
  }));
}
