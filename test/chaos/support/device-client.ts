import { createConnection, type Socket } from "node:net";
import {
  createPacketReader,
  decodePublish,
  disconnect,
  encodeConnect,
  encodePuback,
  encodePublish,
  encodeSubscribe,
  type Identity,
  packetType,
} from "../../../bench/support/packets.ts";

/** What a device says once; the client adds `ts`, `seq` and `boot`. */
export interface Saying {
  readonly stream: "telemetry" | "event";
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A message with the numbers under which it must be in the journal once. */
export interface Sent extends Saying {
  readonly boot: string;
  readonly seq: number;
}

/** A device as it should be built: it reconnects for ever and sends what was not acknowledged again, in order. */
export interface DeviceClient {
  readonly isConnected: boolean;
  /** Messages without PUBACK. */
  readonly outstanding: number;
  /** Messages that were sent a second time after a reconnect. */
  readonly resent: number;
  /** Publishes unless the connection is away or the window is full; says whether it did. */
  say(saying: Saying): boolean;
  /** From now on another boot; what waits for PUBACK is forgotten, as after a power cut of the device. */
  reboot(): void;
  stop(): void;
}

/** What a client needs. */
export interface DeviceClientParts extends Identity {
  readonly port: () => number;
  /** `site/kind/id`. */
  readonly device: string;
  readonly window: number;
  readonly onSent: (message: Sent) => void;
  readonly onAcknowledged: (message: Sent) => void;
  /** Payloads that arrive on the device's `reject` topic, which is subscribed to when this is given. */
  readonly onReject?: (payload: string) => void;
}

/** Starts to connect at once, and again 20 ms after each loss. */
export function createDeviceClient(parts: DeviceClientParts): DeviceClient {
  const waiting = new Map<number, { message: Sent; bytes: Buffer }>();
  let socket: Socket | undefined;
  let isConnected = false;
  let isStopped = false;
  let boots = 1;
  let seq = 0;
  let packetId = 0;
  let resent = 0;

  function connect(): void {
    const mine = createConnection({ host: "127.0.0.1", port: parts.port(), noDelay: true });
    socket = mine;
    const read = createPacketReader({ onAck, onPacket });
    mine.on("connect", () => mine.write(encodeConnect(parts)));
    mine.on("data", read);
    mine.on("error", () => mine.destroy());
    mine.on("close", () => {
      isConnected = false;
      if (!isStopped) setTimeout(connect, 20);
    });
  }

  function onAck(id: number): void {
    const entry = waiting.get(id);
    if (entry === undefined) return;
    waiting.delete(id);
    parts.onAcknowledged(entry.message);
  }

  function onPacket(head: number, body: Buffer): void {
    if (head >> 4 === packetType.publish) {
      const { packetId: id, payload } = decodePublish(head, body);
      if (id > 0) socket?.write(encodePuback(id));
      parts.onReject?.(payload.toString());
    }
    if (head >> 4 !== packetType.connack) return;
    if (body[1] !== 0) {
      socket?.destroy();
      return;
    }
    if (parts.onReject !== undefined)
      socket?.write(encodeSubscribe(`linli/v1/${parts.device}/reject`, 65_535));
    for (const { bytes } of waiting.values()) {
      bytes[0] = bytes[0]! | dupFlag;
      resent += 1;
      socket?.write(bytes);
    }
    isConnected = true;
  }

  connect();
  return {
    get isConnected() {
      return isConnected;
    },
    get outstanding() {
      return waiting.size;
    },
    get resent() {
      return resent;
    },
    say(saying) {
      if (!isConnected || waiting.size >= parts.window) return false;
      seq += 1;
      packetId = (packetId % 60_000) + 1;
      const message = { ...saying, boot: `b${boots}`, seq };
      const payload = JSON.stringify({ ts: Date.now(), seq, boot: message.boot, ...saying.fields });
      const topic = `linli/v1/${parts.device}/${saying.stream}`;
      const { bytes } = encodePublish({ topic, payload, packetId });
      waiting.set(packetId, { message, bytes });
      parts.onSent(message);
      socket?.write(bytes);
      return true;
    },
    reboot() {
      boots += 1;
      seq = 0;
      waiting.clear();
      socket?.destroy();
    },
    stop() {
      isStopped = true;
      socket?.end(disconnect);
    },
  };
}

const dupFlag = 0x08;
