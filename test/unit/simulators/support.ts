import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Aedes, type AedesPublishPacket } from "aedes";
import { simulatorSettings } from "../../../simulators/settings.ts";

/** Settings with waits that suit a test. */
export const settings = simulatorSettings.parse({
  backoffMinMs: 5,
  backoffMaxMs: 20,
  tickMs: 5,
  drainMs: 2000,
});

/** A plain broker on a free port that remembers what devices published. */
export async function openTestBroker() {
  const broker = await Aedes.createBroker();
  const received: { topic: string; payload: string; client: string }[] = [];
  const sockets = new Set<Socket>();
  broker.on("publish", (packet: AedesPublishPacket, client) => {
    if (client !== null)
      received.push({ topic: packet.topic, payload: packet.payload.toString(), client: client.id });
  });
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    broker.handle(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    broker,
    received,
    port,
    url: `mqtt://127.0.0.1:${port}`,
    cutAll() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => broker.close(resolve));
    },
  };
}

/** Waits until something is so; the test's own time limit is the bound. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A folder that goes away with the returned function. */
export async function aFolder(): Promise<{ path: (name: string) => string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "linli-simulators-"));
  return { path: (name) => join(folder, name), remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Everything that an iterable gives. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
