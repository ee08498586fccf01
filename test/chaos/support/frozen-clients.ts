import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import type { Gateway } from "../../../bench/support/gateway.ts";
import { encodeConnect, encodeSubscribe, type Identity } from "../../../bench/support/packets.ts";
import { readSockets } from "./socket-table.ts";
import { pause } from "./wait.ts";

/** A client that has stopped to read. */
export interface FrozenClient {
  readonly kind: "subscriber" | "screen";
  readonly socket: Socket;
  readonly gatewayPort: number;
  readonly frozenAt: number;
}

/** When the gateway gave a frozen client up. */
export interface CutTime {
  readonly kind: FrozenClient["kind"];
  /** From when the kernel took no more bytes for it, ms; infinite when it was never cut. */
  readonly sinceFullMs: number;
  /** From when it stopped to read, ms. */
  readonly sinceFrozenMs: number;
}

/** Connects, subscribes, and stops reading when the subscription is answered. */
export async function freezeSubscriber(
  gateway: Gateway,
  identity: Identity,
  filter: string,
): Promise<FrozenClient> {
  const socket = createConnection({ host: "127.0.0.1", port: gateway.mqttPort, noDelay: true });
  socket.on("error", () => socket.destroy());
  await once(socket, "connect");
  // An hour of keep-alive: it is cut because it does not read, not because it does not speak.
  socket.write(Buffer.concat([encodeConnect(identity, 3_600), encodeSubscribe(filter, 1)]));
  const suback = 0x90;
  for (let isSubscribed = false; !isSubscribed; ) {
    const [chunk] = (await once(socket, "data")) as [Buffer];
    isSubscribed = chunk.includes(suback);
  }
  return freeze("subscriber", socket, gateway.mqttPort);
}

/** Opens the live stream and stops reading when it begins. */
export async function freezeScreen(gateway: Gateway): Promise<FrozenClient> {
  const socket = createConnection({ host: "127.0.0.1", port: gateway.httpPort, noDelay: true });
  socket.on("error", () => socket.destroy());
  await once(socket, "connect");
  socket.write(
    `GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${gateway.adminToken}\r\nAccept: text/event-stream\r\n\r\n`,
  );
  await once(socket, "data");
  return freeze("screen", socket, gateway.httpPort);
}

function freeze(kind: FrozenClient["kind"], socket: Socket, gatewayPort: number): FrozenClient {
  socket.pause();
  return { kind, socket, gatewayPort, frozenAt: performance.now() };
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
