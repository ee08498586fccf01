import { createConnection } from "node:net";
import type { Gateway } from "../../../bench/support/gateway.ts";
import type { Identity } from "../../../bench/support/packets.ts";
import { junkPackets } from "./junk-packets.ts";
import { pause } from "./wait.ts";

/** Opens one connection after the other, 20 at a time, and writes junk into it. */
export async function sendJunkConnections({
  gateway,
  senders,
  connections,
  random,
}: {
  gateway: Gateway;
  senders: readonly { readonly identity: Identity; readonly topic: string }[];
  connections: number;
  random: () => number;
}): Promise<void> {
  let next = 0;
  async function worker(): Promise<void> {
    while (next < connections && gateway.isAlive()) {
      const sender = senders[next++ % senders.length]!;
      await writeJunk(gateway, junkPackets({ ...sender, random }), random);
    }
  }
  await Promise.all(Array.from({ length: 20 }, worker));
}

/** Writes the bytes in up to three pieces and gives the gateway 30 ms to answer or to close. */
async function writeJunk({ mqttPort }: Gateway, bytes: Buffer, random: () => number): Promise<void> {
  const socket = createConnection({ host: "127.0.0.1", port: mqttPort, noDelay: true });
  socket.on("error", () => socket.destroy());
  socket.resume();
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const cuts = [random(), random()].map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b);
  socket.write(bytes.subarray(0, cuts[0]));
  socket.write(bytes.subarray(cuts[0], cuts[1]));
  socket.write(bytes.subarray(cuts[1]));
  await Promise.race([closed, pause(30)]);
  socket.destroy();
}
