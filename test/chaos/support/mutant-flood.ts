import { createConnection } from "node:net";
import {
  createPacketReader,
  type Identity,
  packetType,
  pingRequest,
} from "../../../bench/support/packets.ts";
import { type Corpus, makeCorpus, type Version } from "./mqtt-corpus.ts";
import { mutantConnect, mutantOf } from "./mqtt-mutants.ts";

/** What a flood did. */
export interface FloodReport {
  /** Mutants that the gateway has read: each is followed by a PINGREQ, and the next one counts when that is answered. */
  readonly packets: number;
  readonly connections: number;
  readonly seconds: number;
}

/** Who floods, how much. */
export interface FloodOptions {
  readonly port: number;
  /** Clients at once, each on a device of its own. */
  readonly senders: readonly { readonly identity: Identity; readonly topic: string }[];
  readonly packets: number;
  readonly random: () => number;
  /** Ends the flood early. */
  readonly isOver: () => boolean;
  /** Told now and then how many mutants were read so far. */
  readonly onProgress?: (packets: number) => void;
}

/** Sends mutated packets of all versions from all senders until so many were read. */
export async function flood(options: FloodOptions): Promise<FloodReport> {
  const { senders, packets, random } = options;
  const startedAt = performance.now();
  let read = 0;
  let connections = 0;
  const timer = setInterval(() => options.onProgress?.(read), 10_000);

  async function play({ identity, topic }: FloodOptions["senders"][number]): Promise<void> {
    const corpora = versions.map((version) => makeCorpus(version, identity, topic));
    while (read < packets && !options.isOver()) {
      connections += 1;
      await connectOnce({
        ...{ port: options.port, random, corpus: corpora[Math.floor(random() * corpora.length)]! },
        onRead: (count) => {
          read += count;
          return read < packets;
        },
      });
    }
  }

  await Promise.all(senders.map(play));
  clearInterval(timer);
  return { packets: read, connections, seconds: (performance.now() - startedAt) / 1000 };
}

const versions: readonly Version[] = [3, 4, 5];
/** Mutants in one write. */
const batch = 16;
/** Share of the connections that begin with a mutant of CONNECT. */
const connectShare = 0.05;
/** Share of the connections that do not wait for CONNACK. */
const hastyShare = 0.1;
/** A connection without an answer for so long waits for the end of a packet that lied about its length, ms. */
const silenceMs = 250;

/** One connection: batch after batch until the gateway ends it, or falls silent. */
function connectOnce({
  port,
  corpus,
  random,
  onRead,
}: {
  port: number;
  corpus: Corpus;
  random: () => number;
  /** False when enough were read. */
  onRead: (count: number) => boolean;
}): Promise<void> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port, noDelay: true });
    let waiting = 0;
    let goesOn = true;
    let isFloodedOnce = false;
    const silence = setTimeout(() => socket.destroy(), silenceMs);

    function send(): void {
      const parts: Buffer[] = [];
      for (let i = 0; i < batch; i++) parts.push(mutantOf(corpus, random), pingRequest);
      waiting += batch;
      isFloodedOnce = true;
      socket.write(Buffer.concat(parts));
    }

    function onPacket(head: number, body: Buffer): void {
      const isAdmitted = head >> 4 === packetType.connack && body[1] === 0;
      if (isAdmitted && waiting === 0) send();
      if (head >> 4 !== packetType.pingresp || waiting === 0) return;
      waiting -= 1;
      goesOn = onRead(1);
    }

    const take = createPacketReader({ onAck: () => {}, onPacket });
    socket.on("connect", () => {
      if (random() < connectShare) {
        waiting = 1;
        socket.write(Buffer.concat([mutantConnect(corpus, random), pingRequest]));
      } else {
        socket.write(corpus.connect);
        if (random() < hastyShare) send();
      }
    });
    socket.on("data", (chunk) => {
      silence.refresh();
      take(chunk);
      if (!goesOn) socket.destroy();
      else if (isFloodedOnce && waiting === 0) send();
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      clearTimeout(silence);
      // The one that ended the connection, or the sender's patience.
      if (waiting > 0) onRead(1);
      resolve();
    });
  });
}
