import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import type { Gateway } from "./gateway.ts";
import { encodeConnect, encodeSubscribe, type Identity } from "./packets.ts";

/** A client that has stopped to read. */
export interface FrozenClient {
  readonly kind: "subscriber" | "screen";
  readonly socket: Socket;
  readonly gatewayPort: number;
  readonly frozenAt: number;
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
