import { createConnection } from "node:net";
import { performance } from "node:perf_hooks";
import { GatewayError } from "../../gateway/errors.ts";
import { createPacketReader, encodeConnect, type Identity, packetType } from "./packets.ts";
import { createRing, type Stream } from "./ring.ts";

/** One connection that publishes numbered messages and counts what comes back. */
export interface Link {
  readonly bytesPerMessage: number;
  /** Publishes the next `count` messages in one go. */
  send(count: number): void;
  /** Messages without PUBACK. */
  outstanding(): number;
  /** Sequence number that the next message will carry. */
  nextSequence(): number;
}

/** What a link tells its owner; shared by all links, so that nothing is created for each message. */
export interface LinkEvents {
  /** A waiting message was acknowledged; `sentAt` by the performance clock. */
  acknowledged(sentAt: number): void;
  /** A PUBACK for nothing that waits. */
  stray(): void;
  /** One piece of the byte stream was read to its end. */
  chunk(link: Link): void;
  /** The connection ended or never began. */
  failed(error: GatewayError): void;
}

/** Connects as a device; resolves on CONNACK. */
export function openLink(port: number, stream: Identity & Stream, events: LinkEvents): Promise<Link> {
  return new Promise((resolve) => {
    const ring = createRing(stream, ringSlots);
    const waiting = new Uint8Array(65_536);
    const sentAt = new Float64Array(65_536);
    let outstanding = 0;
    const fail = (why: string) => events.failed(new GatewayError("internal", `${stream.clientId} ${why}`));

    const link: Link = {
      bytesPerMessage: ring.bytesPerMessage,
      outstanding: () => outstanding,
      nextSequence: ring.nextSequence,
      send(count) {
        outstanding += count;
        if (outstanding > ringSlots) return fail(`waits for more than ${ringSlots} PUBACKs`);
        const now = performance.now();
        let packetId = ring.nextPacketId();
        for (let i = 0; i < count; i++) {
          waiting[packetId] = 1;
          sentAt[packetId] = now;
          packetId = packetId === 65_535 ? 1 : packetId + 1;
        }
        for (const piece of ring.take(count, Date.now())) socket.write(piece);
      },
    };

    const read = createPacketReader({
      onAck(packetId) {
        if (waiting[packetId] === 0) return events.stray();
        waiting[packetId] = 0;
        outstanding -= 1;
        events.acknowledged(sentAt[packetId]!);
      },
      onPacket(head, body) {
        if (head >> 4 !== packetType.connack) return;
        if (body[1] === 0) resolve(link);
        else fail(`was refused with CONNACK ${body[1]}`);
      },
    });
    const buffer = Buffer.allocUnsafe(65_536);
    const socket = createConnection({
      host: "127.0.0.1",
      port,
      noDelay: true,
      onread: {
        buffer,
        callback(length) {
          read(buffer.subarray(0, length));
          events.chunk(link);
          return true;
        },
      },
    });
    socket.on("connect", () => socket.write(encodeConnect(stream)));
    socket.on("error", (error) => fail(error.message));
    socket.on("close", () => fail("was disconnected by the broker"));
  });
}

/** Encoded packets of a connection: more than any window, so that no packet is changed before it left the process. */
const ringSlots = 2_048;
