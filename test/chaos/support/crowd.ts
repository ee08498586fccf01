import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import type { Gateway } from "../../../bench/support/gateway.ts";
import { encodeConnect, encodePublish } from "../../../bench/support/packets.ts";
import type { Facts } from "../../../devices/kit/kind.ts";

/** Devices of one kind that are connected and say that they are well. */
export interface Crowd {
  /** Ids of all. */
  readonly ids: readonly string[];
  /** Breaks every connection in the same moment, without a word; nobody comes back. */
  cut(): void;
}

/** Registers and connects so many of them, each with a connection of its own. */
export async function openCrowd({
  gateway,
  site,
  kind,
  count,
  facts,
  says,
}: {
  gateway: Gateway;
  site: string;
  kind: string;
  count: number;
  facts: Facts;
  /** Fields of the one message that each sends. */
  says: Readonly<Record<string, unknown>>;
}): Promise<Crowd> {
  const ids = Array.from({ length: count }, (_, i) => `${kind}-${String(i + 1).padStart(4, "0")}`);
  const added = await gateway.addDevices(
    site,
    ids.map((id) => ({ kind, id, facts })),
  );
  const sockets: Socket[] = [];
  for (const [i, { credentials }] of added.entries()) {
    const socket = createConnection({ host: "127.0.0.1", port: gateway.mqttPort, noDelay: true });
    socket.on("error", () => socket.destroy());
    await once(socket, "connect");
    socket.write(encodeConnect({ ...credentials, clientId: credentials.username }, keepAliveS));
    await once(socket, "data");
    const payload = JSON.stringify({ ts: Date.now(), seq: 1, boot: "b1", ...says });
    const topic = `linli/v1/${site}/${kind}/${ids[i]}/telemetry`;
    socket.write(encodePublish({ topic, payload, packetId: 1 }).bytes);
    await once(socket, "data");
    sockets.push(socket);
  }
  return {
    ids,
    cut() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
  };
}

/** None speaks again: the connection, not the silence, is what ends. */
const keepAliveS = 3_600;
